/** The two vendors of all stories of a file: started once, their worlds replaced for each story. */

import { usualQuirks } from '../simulators/addigy/seed.ts';
import { type AddigySeed, type AddigySimulator, startAddigySimulator } from '../simulators/addigy/server.ts';
import { type AutotaskQuirks, defaultQuirks } from '../simulators/autotask/quirks.ts';
import {
  type AutotaskSeed,
  type AutotaskSimulator,
  startAutotaskSimulator,
} from '../simulators/autotask/server.ts';
import { ModelClock, turn } from './clock.ts';

export const apiUser = {
  username: 'api-model@msp.example',
  secret: 'model-secret-Z0rro!',
  trackingIdentifier: 'MODELTRACKINGIDENTIFIER0001',
};
export const addigyKey = 'model-addigy-key-7777';
export const secrets: readonly string[] = [apiUser.secret, apiUser.trackingIdentifier, addigyKey];

export interface Vendors {
  readonly autotask: AutotaskSimulator;
  readonly addigy: AddigySimulator;
  /** Begins anew: other worlds, no faults, an empty journal, and another clock. */
  reset(seed: VendorSeeds): ModelClock;
  /** Until what they are slow with is done, though nobody waits for the answer any more. */
  rest(): Promise<void>;
  close(): Promise<void>;
}

export interface VendorSeeds {
  readonly now: number;
  readonly autotask: AutotaskSeed;
  readonly addigy: AddigySeed;
  readonly quirks: Partial<AutotaskQuirks>;
  /** Devices on a page of Addigy's. */
  readonly perPage: number;
}

/** Of a real key; a model asks more of one in a minute than an hour of any estate. */
const noLimit = { requests: Number.POSITIVE_INFINITY, withinMs: 10_000, lockMs: 1 };

export async function startVendors(): Promise<Vendors> {
  let clock = new ModelClock(0);
  let slow = 0;
  const pass = async (ms: number): Promise<void> => {
    slow += 1;
    await clock.pass(ms).finally(() => {
      slow -= 1;
    });
  };
  const autotask = await startAutotaskSimulator({ pass });
  const addigy = await startAddigySimulator({ pass });
  return {
    autotask,
    addigy,
    reset(seeds) {
      clock = new ModelClock(seeds.now);
      for (const vendor of [autotask, addigy]) {
        vendor.faults.clear();
        vendor.journal.clear();
        vendor.setLatency(0);
      }
      autotask.seed(seeds.autotask);
      autotask.setQuirks({ ...defaultQuirks, ...seeds.quirks });
      addigy.world.replace(seeds.addigy);
      Object.assign(addigy.quirks, usualQuirks, { limit: noLimit, mostPerPage: seeds.perPage });
      return clock;
    },
    async rest() {
      while (slow > 0) await turn();
    },
    async close() {
      await autotask.close();
      await addigy.close();
    },
  };
}
