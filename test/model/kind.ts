/** What each kind of thing that can happen in a story is made of. Devices and items are named by a place in their list, going round. */
import fc from 'fast-check';
import type { World } from './world.ts';

/** Does it, and tells it; '' where there was nothing to do it to. */
export type Deed<Of> = (of: Of, world: World) => Promise<string> | string;

export interface Kind<Of> {
  /** How often it happens, beside the others. */
  readonly weight: number;
  readonly of: fc.Arbitrary<Of>;
  readonly does: Deed<Of>;
}

export const kind = <Of>(weight: number, of: fc.Arbitrary<Of>, does: Deed<Of>): Kind<Of> => ({
  weight,
  of,
  does,
});

export const place = fc.nat(7);
export const serial = fc.integer({ min: 0, max: 6 });
export const hour = 3_600_000;

export const withDevice = (at: number, world: World, does: (agentId: string) => string): string => {
  const agentId = world.device(at);
  return agentId === null ? '' : does(agentId);
};
