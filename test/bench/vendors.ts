/** The two simulators in a process of their own, so that they take no time from what is measured. Prints their URLs and stays. */
import { startAddigySimulator } from '../simulators/addigy/server.ts';
import { startAutotaskSimulator } from '../simulators/autotask/server.ts';
import { makeFleet } from '../simulators/fleet.ts';
import { makeTidyWorld } from './tidy-world.ts';
import type { World } from './with-vendors.ts';

const { devices, latencyMs = 0, isClean = false, tidy } = JSON.parse(process.argv[2] ?? '{}') as World;
const made = tidy ? makeTidyWorld(devices, tidy === 'settled') : makeFleet({ devices, seed: 7 });
// An estate without items yet: every device that can be placed is a create.
const autotaskSeed = isClean ? { ...made.autotask, items: [] } : made.autotask;
const autotask = await startAutotaskSimulator({
  seed: { ...autotaskSeed, threshold: { limit: 10_000_000, used: 0 } },
  latencyMs,
});
const addigy = await startAddigySimulator({ seed: made.addigy, latencyMs });
autotask.journal.keepBodies = false;
addigy.journal.keepBodies = false;
process.send?.({ autotask: autotask.url, addigy: addigy.url });
process.once('disconnect', () => process.exit(0));
