/** The two vendors of the story: simulators with a made fleet, or the hosts that the caller named. */
import { startAddigySimulator } from '../../test/simulators/addigy/server.ts';
import { startAutotaskSimulator } from '../../test/simulators/autotask/server.ts';
import { consolePath } from '../../test/simulators/console.ts';
import { fleetApiKey, fleetApiUser, makeFleet } from '../../test/simulators/fleet.ts';
import type { SimulatedWorlds } from './administrator.ts';
import { type LifeEvents, liveOn } from './live-on.ts';
import type { StoryOptions } from './options.ts';

export interface StoryVendors {
  readonly autotaskUrl: string;
  readonly addigyUrl: string;
  readonly apiUser: {
    readonly username: string;
    readonly secret: string;
    readonly trackingIdentifier: string;
  };
  readonly apiKey: string;
  /** Null with vendors that are not ours to change. */
  readonly liveOn: (() => LifeEvents) | null;
  readonly isSimulated: boolean;
  /** What a person can do to the simulators; null with vendors that are not ours to change. */
  readonly worlds: SimulatedWorlds | null;
  /** The pages where a person does it; null as `worlds`. */
  readonly consoles: { readonly autotask: string; readonly addigy: string } | null;
  close(): Promise<void>;
}

/** As Autotask has it for Addigy's entry in the list of vendors. */
const vendorIdentifier = 'ADDIGYSIMULATEDVENDORIDENT1';

export async function openVendors(options: StoryOptions): Promise<StoryVendors> {
  const { external } = options;
  if (external !== null) {
    const { autotaskUrl, addigyUrl, apiKey, ...apiUser } = external;
    return {
      autotaskUrl,
      addigyUrl,
      apiKey,
      apiUser,
      liveOn: null,
      isSimulated: false,
      worlds: null,
      consoles: null,
      close: async () => {},
    };
  }
  const fleet = makeFleet({ devices: options.devices, seed: options.seed });
  const autotask = await startAutotaskSimulator({
    // Autotask raises the usual 10,000 calls an hour for large databases; a run takes no more than half of it.
    seed: { ...fleet.autotask, threshold: { limit: Math.max(10_000, options.devices * 5), used: 0 } },
    console: { vendorIdentifier },
  });
  const addigy = await startAddigySimulator({
    seed: fleet.addigy,
    autotask: { url: autotask.url, trackingIdentifier: vendorIdentifier },
  });
  // A journal with bodies is for tests; the story may go on for days.
  autotask.journal.keepBodies = false;
  addigy.journal.keepBodies = false;
  const { username, secret, trackingIdentifier } = fleetApiUser;
  return {
    autotaskUrl: autotask.url,
    addigyUrl: addigy.url,
    apiUser: { username, secret, trackingIdentifier },
    apiKey: fleetApiKey,
    liveOn: () => liveOn(addigy.world, autotask.world),
    isSimulated: true,
    worlds: {
      get autotask() {
        return autotask.world;
      },
      addigy: addigy.world,
      vendorIdentifier,
    },
    consoles: { autotask: `${autotask.url}${consolePath}`, addigy: `${addigy.url}${consolePath}` },
    close: async () => {
      await Promise.all([autotask.close(), addigy.close()]);
    },
  };
}
