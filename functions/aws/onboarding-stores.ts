/** What onboarding keeps, as a door wires it: records, secrets, events, and the key of the links. */
import type { OnboardingEvent } from '#onboarding/events';
import { createVaults } from './credential-vaults.ts';
import { createTokenOf } from './hand-off-key.ts';
import { secretsClient } from './secrets-client.ts';
import { createStores } from './stores.ts';

export function createOnboardingStores(
  names: Parameters<typeof createStores>[0] & Parameters<typeof createVaults>[0],
) {
  const stores = createStores(names);
  return {
    ...stores,
    ...createVaults(names),
    announce: (events: readonly OnboardingEvent[]) => stores.bus.publish(events),
  };
}

/** The key is read when the first link is asked for. */
export const createLinks = (names: { readonly HAND_OFF_KEY_ID: string }) => ({
  tokenOf: createTokenOf(secretsClient, names.HAND_OFF_KEY_ID),
});
