import { Api } from '../../bin/api/api.ts';
import { mintKey } from '../../bin/keys.ts';
import type { LocalHost } from '../../bin/local/host.ts';
import { fleetApiKey, fleetApiUser } from '../simulators/fleet.ts';

/** The made fleet's connection on a running system: `acme`, hourly, under `sync`, its credentials proved. AWS's addresses go into this process's environment. */
export async function declareFleet(host: LocalHost): Promise<Api> {
  Object.assign(process.env, host.awsEnvironment);
  const key = await mintKey({ name: 'bench', secretId: host.callerSecretId });
  const api = new Api({ url: host.apiUrl, key });
  await api.declare('acme', { name: 'Acme', schedule: { everyMinutes: 60 }, sync: { policy: 'sync' } });
  const { username, secret, trackingIdentifier } = fleetApiUser;
  await api.call('PUT', '/connections/acme/api-users/device-sync', { username, secret, trackingIdentifier });
  await api.call('PUT', '/connections/acme/addigy-key', { apiKey: fleetApiKey });
  return api;
}
