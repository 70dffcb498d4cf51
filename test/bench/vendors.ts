/** The two simulators in a process of their own, so that they take no time from what is measured. Prints their URLs and stays. */
import { startAddigySimulator } from '../simulators/addigy/server.ts';
import { startAutotaskSimulator } from '../simulators/autotask/server.ts';
import { makeFleet } from '../simulators/fleet.ts';

const [devices, latencyMs, isClean] = process.argv.slice(2).map(Number);
const fleet = makeFleet({ devices: devices ?? 100, seed: 7 });
// An estate without items yet: every device that can be placed is a create.
const autotaskSeed = isClean === 1 ? { ...fleet.autotask, items: [] } : fleet.autotask;
const autotask = await startAutotaskSimulator({
  seed: { ...autotaskSeed, threshold: { limit: 1_000_000, used: 0 } },
  latencyMs: latencyMs ?? 0,
});
const addigy = await startAddigySimulator({ seed: fleet.addigy, latencyMs: latencyMs ?? 0 });
autotask.journal.keepBodies = false;
addigy.journal.keepBodies = false;
process.send?.({ autotask: autotask.url, addigy: addigy.url });
process.once('disconnect', () => process.exit(0));
