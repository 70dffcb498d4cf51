/** Tells which Autotask companies unmapped Addigy policies may belong to. */
import { createDeviceSource } from '#addigy/device-source';
import { createCompanyList } from '#autotask/list-companies';
import { discoverZone } from '#autotask/zone';
import { createCredentials } from '#aws/credential-vaults';
import { createConnections } from '#aws/stores';
import { calling } from '#lambda/chance';
import { readEnvironment } from '#lambda/environment';
import { httpDoor } from '#lambda/http-door';
import { suggestionRoutes } from '#lambda/suggestion-routes';

const environment = readEnvironment('suggest-companies', process.env);
const vendor = { ...calling, timeoutMs: 10_000 };
const { deviceSyncUser, addigyKey } = createCredentials(environment);

export const handler = httpDoor(
  suggestionRoutes({
    ...createConnections(environment),
    async openVendors({ id, credentials, refusedVersions, settings, zone }, signal) {
      if (credentials.deviceSync !== 'trusted' || credentials.addigyKey !== 'trusted') return null;
      const [user, key] = await Promise.all([deviceSyncUser(id), addigyKey(id)]);
      if (user === null || user.version === refusedVersions.deviceSync) return null;
      if (key === null || key.version === refusedVersions.addigyKey) return null;
      const baseUrl = environment.AUTOTASK_URL;
      const { url } = zone ?? (await discoverZone({ ...vendor, baseUrl }, user.value.username, signal));
      const { organizationId } = settings.addigy;
      const { apiKey } = key.value;
      return {
        source: createDeviceSource({ ...vendor, baseUrl: environment.ADDIGY_URL, apiKey, organizationId }),
        companies: createCompanyList({ ...vendor, zoneUrl: url, credentials: user.value }),
      };
    },
  }),
  environment.CALLER_ROLES,
);
