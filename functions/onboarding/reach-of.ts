import type { AddigyKey } from '#connections/connection';
import type { ConnectionRecord } from '#connections/connection-record';
import type { AddigyReach } from '#permissions/access';
import type { Vault } from './trust-credentials.ts';

/** Addigy as a connection's key reaches it; null where there is no key that works, or no organisation is known. */
export const reachOf =
  (
    addigyKeyVault: (connectionId: string) => Pick<Vault<AddigyKey>, 'current'>,
    open: (apiKey: string, organizationId: string) => AddigyReach,
  ) =>
  async ({ id, credentials, settings, organizationId }: ConnectionRecord): Promise<AddigyReach | null> => {
    const organization = settings.addigy.organizationId ?? organizationId;
    if (credentials.addigyKey !== 'trusted' || organization === null) return null;
    const key = await addigyKeyVault(id).current();
    return key === null ? null : open(key.value.apiKey, organization);
  };
