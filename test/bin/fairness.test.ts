/**
 * That a huge connection never starves small ones, on the queues, rules and mappings of the template as the local host
 * runs them, in hours of made time. The work itself is stood in for: a leg takes its time and asks for the next.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { environments } from '#lambda/environment';
import { Clock } from '../../bin/local/clock.ts';
import { Deployment } from '../../bin/local/deployment.ts';
import { Grants } from '../../bin/local/grants.ts';
import { Queues } from '../../bin/local/open-queues.ts';
import { readAssembly, type SynthesizedStack } from '../../bin/local/synthesized-stack.ts';
import { buildApp } from '../../lib/build-app.ts';

const folder = mkdtempSync(join(tmpdir(), 'fairness-'));
let stacks: readonly SynthesizedStack[];
beforeAll(() => {
  const bundles = join(folder, 'bundles');
  for (const door of Object.keys(environments)) {
    mkdirSync(join(bundles, door), { recursive: true });
    writeFileSync(join(bundles, door, 'index.mjs'), '');
  }
  buildApp({ outdir: join(folder, 'assembly'), bundles, validate: false });
  stacks = readAssembly(join(folder, 'assembly'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const seconds = 1000;
const hour = 3600 * seconds;
/** As docs/scale.md has it for 500 devices. */
const smallMs = 5 * seconds;
const laterLegs = 12;

interface Wanted {
  readonly connectionId: string;
  readonly leg: number;
}

/** @param laterLegOf where the leg after this one is sent to, by its number */
function run(laterLegOf: (leg: number) => number) {
  const deployment = new Deployment(stacks);
  const lambda = deployment
    .all('AWS::Lambda::Function')
    .find(({ properties }) => properties.Environment.Variables.POWERTOOLS_SERVICE_NAME === 'sync-devices');
  const firstLegMs = Number(lambda?.properties.Environment.Variables.FIRST_LEG_SECONDS) * seconds;
  const laterLegMs = (lambda?.properties.Timeout ?? 0) * seconds;
  const bus = deployment.all('AWS::Events::EventBus')[0]?.properties.Name ?? '';
  const askedAt = new Map<string, number>();
  const waited = new Map<string, number>();
  const legs = new Map<string, number>();

  const ask = (detail: Wanted): void => {
    if (!askedAt.has(detail.connectionId)) askedAt.set(detail.connectionId, Date.now());
    queues.deliver(bus, {
      ...{ version: '0', id: 'id', source: 'addigy-autotask', 'detail-type': 'Device Sync Requested' },
      ...{ account: '', region: '', time: '', resources: [], detail },
    });
  };
  const work = async (payload: unknown) => {
    const { Records } = payload as { Records: readonly [{ readonly body: string }] };
    const { connectionId, leg } = (JSON.parse(Records[0].body) as { detail: Wanted }).detail;
    if (!waited.has(connectionId)) waited.set(connectionId, Date.now() - (askedAt.get(connectionId) ?? 0));
    const done = (legs.get(connectionId) ?? 0) + 1;
    legs.set(connectionId, done);
    const isHuge = connectionId.startsWith('huge');
    await new Promise((end) => setTimeout(end, isHuge ? (done === 1 ? firstLegMs : laterLegMs) : smallMs));
    if (isHuge && done <= laterLegs) ask({ connectionId, leg: laterLegOf(leg) });
    return { ok: true as const, payload: 'null' };
  };
  const queues: Queues = new Queues({
    ...{ deployment, grants: new Grants(deployment), clock: new Clock(1), log: () => {} },
    doors: { at: () => ({ invoke: work }), standAside: async () => {} },
  });
  queues.start();
  const most = (named: string) =>
    Math.max(...[...waited].filter(([id]) => id.startsWith(named)).map(([, ms]) => ms)) / seconds;
  const legsOf = (named: string) =>
    [...legs].filter(([id]) => id.startsWith(named)).reduce((sum, [, count]) => sum + count, 0);
  return { ask, most, legsOf, firstSeconds: firstLegMs / seconds, close: () => queues.close() };
}

const huge = 12;
const small = 200;

/** All at one moment, the huge ones first; and the small ones once more an hour later. Two days. */
async function twoDays(laterLegOf: (leg: number) => number) {
  const world = run(laterLegOf);
  for (let n = 0; n < huge; n += 1) world.ask({ connectionId: `huge-${n}`, leg: 1 });
  for (let n = 0; n < small; n += 1) world.ask({ connectionId: `small-${n}`, leg: 1 });
  await vi.advanceTimersByTimeAsync(hour);
  const goOn = world.legsOf('huge') < huge * (1 + laterLegs);
  for (let n = 0; n < small; n += 1) world.ask({ connectionId: `later-${n}`, leg: 1 });
  await vi.advanceTimersByTimeAsync(47 * hour);
  world.close();
  return { ...world, goOn };
}

/** Runs at once, as cdk.json has it. */
const atOnce = 5;
/** All the small ones, at five at once. */
const theirOwn = (small * smallMs) / seconds / atOnce;

it('small connections wait for the first legs of the huge ones before them, and for nothing of theirs after that', async () => {
  const { most, legsOf, firstSeconds, goOn } = await twoDays((leg) => leg + 1);
  expect(most('small')).toBeLessThanOrEqual(Math.ceil(huge / atOnce) * firstSeconds + theirOwn);
  // An hour later the huge ones are at it still.
  expect(goOn).toBe(true);
  expect(most('later')).toBeLessThanOrEqual(theirOwn);
  // And nobody starves the huge ones either.
  expect(legsOf('huge')).toBe(huge * (1 + laterLegs));
});

it('would starve, were later legs sent to the queue of the first', async () => {
  const { most } = await twoDays(() => 1);
  expect(most('later')).toBeGreaterThan(5 * theirOwn);
});
