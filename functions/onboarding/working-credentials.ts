import type { ApiUserCredentials, Purpose } from '#connections/connection';
import type { ApiUserStore } from './api-user.ts';
import type { ApiUserVault } from './api-user-vault.ts';

/** Credentials that can be used for a look in passing: trusted, and not refused since, so that a look never locks a user. */
export const workingCredentials =
  (world: {
    readonly apiUsers: Pick<ApiUserStore, 'get'>;
    readonly apiUserVault: (connectionId: string, purpose: Purpose) => Pick<ApiUserVault, 'current'>;
  }) =>
  async (connectionId: string): Promise<ApiUserCredentials | null> => {
    const user = await world.apiUsers.get(connectionId, 'device-sync');
    if (user === null || user.trustedVersion === null || user.lost.length > 0) return null;
    const current = await world.apiUserVault(connectionId, 'device-sync').current();
    return current !== null && current.version === user.trustedVersion ? current.value : null;
  };
