/**
 * Counts what AWS would bill for one hourly sync, on the running system: `npx tsx test/bench/counts.ts` writes
 * docs/benchmarks/counts.json, of which docs/cost.md is computed. Calls, units and bytes are what they are in
 * AWS; milliseconds are this machine's, less what was waited for a processor that had other work.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import type { Counts, Work } from '../../bin/cost/cost-of.ts';
import { type LocalHost, startLocalHost } from '../../bin/local/host.ts';
import type { Usage } from '../../bin/local/running-stacks.ts';
import { declareFleet } from './fleet-connection.ts';
import { withVendors } from './with-vendors.ts';

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
const devices = 500;
/** As a vendor's answer takes over the internet, so that a door that waits is billed for waiting. Milliseconds. */
const latencyMs = 100;
const rounds = 5;
const hour = 3_600_000;

type Seen = Usage & { readonly logBytes: number };

const look = (host: LocalHost): Seen => ({
  ...host.usage(),
  logBytes: host.doors.names
    .flatMap((door) => host.logs(door))
    .reduce((sum, line) => sum + Buffer.byteLength(line), 0),
});

/** What was used from one look to the next, for each of `times`. */
function between(before: Seen, after: Seen, times: number): Work {
  const doors = Object.entries(after.doors).flatMap(([name, { memoryMb, invocations, ms }]) => {
    const was = before.doors[name] ?? { invocations: 0, ms: 0 };
    const more = invocations - was.invocations;
    return more === 0
      ? []
      : [[name, { memoryMb, invocations: more / times, ms: (ms - was.ms) / times }] as const];
  });
  const calls = Object.entries(after.calls).flatMap(([action, count]) => {
    const more = count - (before.calls[action] ?? 0);
    return more === 0 ? [] : [[action, more / times] as const];
  });
  return {
    doors: Object.fromEntries(doors),
    calls: Object.fromEntries(calls.sort()),
    read: (after.capacity.read - before.capacity.read) / times,
    write: (after.capacity.write - before.capacity.write) / times,
    logBytes: Math.round((after.logBytes - before.logBytes) / times),
  };
}

/** Of the time of all doors, from one look to the next. */
function waitedShareOf(before: Seen, after: Seen): number {
  const sum = (seen: Seen, of: (door: Usage['doors'][string]) => number) =>
    Object.values(seen.doors).reduce((total, door) => total + of(door), 0);
  const more = (of: (door: Usage['doors'][string]) => number) => sum(after, of) - sum(before, of);
  const waited = more(({ waitedMs }) => waitedMs);
  return Math.round((100 * waited) / (waited + more(({ ms, initMs }) => ms + initMs))) / 100;
}

async function finished(host: LocalHost, count: number): Promise<void> {
  const end = Date.now() + 120_000;
  const ended = () => host.events().filter((event) => event['detail-type'] === 'Device Sync Finished').length;
  while (ended() < count || host.doors.busy('sync-devices') > 0) {
    if (Date.now() > end) throw new Error(`after two minutes ${ended()} of ${count} runs had ended`);
    await new Promise((done) => setTimeout(done, 20));
  }
}

const counts = await withVendors({ devices, latencyMs }, async (urls): Promise<Counts> => {
  const host = await startLocalHost({
    metered: true,
    context: { autotaskUrl: urls.autotask, addigyUrl: urls.addigy },
  });
  try {
    const api = await declareFleet(host);
    const validations = '/connections/acme/api-users/device-sync/validations';

    let at = Date.now();
    const tick = async (later: number): Promise<void> => {
      at += later;
      await host.fireSchedule(new Date(at));
    };
    // The first run writes, and the next finds what it left.
    for (const run of [1, 2]) {
      await tick(run === 1 ? 0 : hour);
      await finished(host, run);
    }
    await tick(0);
    const begun = look(host);
    for (let round = 0; round < rounds; round += 1) await tick(0);
    const idle = look(host);
    for (let round = 0; round < rounds; round += 1) {
      await tick(hour);
      await finished(host, 3 + round);
    }
    const synced = look(host);
    await api.call('POST', validations, {});
    const warm = look(host);
    for (let round = 0; round < rounds; round += 1) await api.call('POST', validations, {});
    const validated = look(host);
    const starts = Object.entries(validated.doors).flatMap(([name, door]) =>
      door.starts === 0 ? [] : [[name, Math.round(door.initMs / door.starts)] as const],
    );
    return {
      measuredAt: new Date().toISOString().slice(0, 10),
      machine: `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, Node ${process.versions.node}`,
      devices,
      latencyMs,
      rounds,
      waitedShare: waitedShareOf(begun, validated),
      tick: between(begun, idle, rounds),
      tickWithRun: between(idle, synced, rounds),
      validation: between(warm, validated, rounds),
      startMs: Object.fromEntries(starts),
    };
  } finally {
    await host.close();
  }
});

mkdirSync(new URL('../../docs/benchmarks/', import.meta.url), { recursive: true });
writeFileSync(
  new URL('../../docs/benchmarks/counts.json', import.meta.url),
  `${JSON.stringify(counts, null, 2)}\n`,
);
process.stdout.write('docs/benchmarks/counts.json\nnow: npm run docs\n');
