/**
 * As many Addigy organisations and Autotask databases as connections, each with its own key, its own API user, its own
 * allowance and threads, behind one address for each vendor. In a process of its own; prints the addresses and stays.
 */

import { KeyLimit } from '../simulators/addigy/key-limit.ts';
import { usualQuirks } from '../simulators/addigy/seed.ts';
import { Addigy } from '../simulators/addigy/server.ts';
import { AddigyWorld } from '../simulators/addigy/world.ts';
import { defaultQuirks } from '../simulators/autotask/quirks.ts';
import { answer } from '../simulators/autotask/routes.ts';
import { cutPage } from '../simulators/autotask/server.ts';
import { AutotaskWorld } from '../simulators/autotask/world.ts';
import type { Faults, ScriptedFault } from '../simulators/faults.ts';
import { seededRandom } from '../simulators/fleet/random.ts';
import { startVendorServer, type Vendor, type VendorAnswer } from '../simulators/vendor-server.ts';
import { addigyKeyOf, apiUserOf, driftOf, type HourVendors, type Outcome } from './hour-world.ts';
import { makeTidyWorld, whatIsWrong } from './tidy-world.ts';

const { connections, devices, latencyMs, faultsPercent } = JSON.parse(process.argv[2] ?? '') as HourVendors;
const worlds = new Map<string, AutotaskWorld>();
const organisations = new Map<string, Vendor>();
for (let at = 0; at < connections; at += 1) {
  const tidy = makeTidyWorld(devices, true);
  const user = apiUserOf(at);
  const { items } = tidy.autotask;
  // Ten thousand calls in an hour, as Autotask allows.
  const threshold = { limit: 10_000, used: 0 };
  const seed = { ...tidy.autotask, users: [user], items: driftOf(items), threshold };
  worlds.set(user.username, new AutotaskWorld(seed));
  const world = new AddigyWorld({ ...tidy.addigy, apiKeys: [addigyKeyOf(at)] });
  organisations.set(addigyKeyOf(at), new Addigy(world, usualQuirks, new KeyLimit(), null, () => {}));
}

const nothing = {
  seed: () => {},
  edit: () => null,
  setLatency: () => {},
  repeatPage: () => Promise.reject(new Error('no such fault is armed here')),
};
const unknown: VendorAnswer = { status: 401, body: { errors: ['nobody has these credentials'] } };
const autotask = await startVendorServer(
  (): Vendor => ({
    ...nothing,
    cutPage,
    answer(request, hold) {
      const world = worlds.get(request.headers.username ?? request.url.searchParams.get('user') ?? '');
      return world === undefined ? unknown : answer(request, world, defaultQuirks, hold);
    },
    state: outcome,
  }),
  { name: 'Autotask', latencyMs },
);
const addigy = await startVendorServer(
  (): Vendor => ({
    ...nothing,
    cutPage: (page, keep) => [...organisations.values()][0]!.cutPage(page, keep),
    answer: (request, hold) =>
      organisations.get(request.headers['x-api-key'] ?? '')?.answer(request, hold) ?? unknown,
    state: () => ({}),
  }),
  { name: 'Addigy', latencyMs },
);
autotask.journal.keepBodies = false;
addigy.journal.keepBodies = false;

/** Of Addigy no 429: it locks the key for a day, and such a connection rightly does nothing until then. */
const addigyFaults: readonly ScriptedFault['do'][] = [
  { kind: 'answer', status: 500, body: { message: 'internal error' } },
  { kind: 'answer', status: 502, body: '<html>bad gateway</html>', contentType: 'text/html' },
  { kind: 'lose-request' },
  { kind: 'lose-answer' },
  { kind: 'cut-page', keep: 20 },
];
const autotaskFaults: readonly ScriptedFault['do'][] = [
  ...addigyFaults,
  { kind: 'answer', status: 429, body: 'too many requests', contentType: 'text/plain' },
  { kind: 'answer', status: 200, body: '<html>maintenance</html>', contentType: 'text/html' },
];
const random = seededRandom(11);
/** One request in so many on average, of each kind as often. Armed for more requests than will come. */
function strike(faults: Faults, kinds: readonly ScriptedFault['do'][], requests: number): void {
  const count = Math.floor((requests * faultsPercent) / 100);
  for (let at = 0; at < count; at += 1) {
    faults.add({ skip: random.below(requests), do: kinds[at % kinds.length]! });
  }
}
strike(autotask.faults, autotaskFaults, connections * 60);
strike(addigy.faults, addigyFaults, connections * 8);

function outcome(): Outcome {
  const wrong: string[] = [];
  let refusals = 0;
  let used = 0;
  for (const [username, world] of worlds) {
    const what = whatIsWrong(world.items(), devices);
    if (what !== '') wrong.push(`${username}: ${what}`);
    refusals += world.threads.refusals;
    used = Math.max(used, world.allowance.used(world.now()));
  }
  const struck: Record<string, number> = {};
  for (const [name, { journal }] of Object.entries({ autotask, addigy })) {
    for (const { fault, status } of journal.entries()) {
      if (fault === null) continue;
      const kind = `${name} ${fault}${fault === 'answer' ? ` ${status}` : ''}`;
      struck[kind] = (struck[kind] ?? 0) + 1;
    }
  }
  return {
    wrong,
    struck,
    threadRefusals: refusals,
    mostCallsOfADatabase: used,
    calls: { addigy: addigy.journal.count(), autotask: autotask.journal.count() },
  };
}

process.on('message', (message) => {
  if (message === 'faults off') {
    autotask.faults.clear();
    addigy.faults.clear();
  }
  process.send?.({ done: message });
});
process.send?.({ autotask: autotask.url, addigy: addigy.url });
process.once('disconnect', () => process.exit(0));
