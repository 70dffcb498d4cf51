/** The HTTP API: connections, their credentials, their runs. */
import { proveKey } from '#addigy/prove-key';
import { proveLogin } from '#autotask/login';
import { createVaults } from '#aws/credential-vaults';
import { createStores } from '#aws/stores';
import { random, suffix, token } from '#lambda/chance';
import { type ConnectionWorld, connectionRoutes } from '#lambda/connection-routes';
import { readEnvironment } from '#lambda/environment';
import { httpDoor } from '#lambda/http-door';
import { runRoutes } from '#lambda/run-routes';
import { verdictOf } from '#lambda/verdict';

const environment = readEnvironment('manage-connections', process.env);
const autotask = { baseUrl: environment.AUTOTASK_URL, timeoutMs: 10_000, random, now: Date.now };
const addigy = { ...autotask, baseUrl: environment.ADDIGY_URL };

const proofs: Pick<ConnectionWorld, 'proveDeviceSync' | 'proveAddigyKey'> = {
  proveDeviceSync: (credentials, signal) => verdictOf(proveLogin({ ...autotask, credentials }, signal)),
  proveAddigyKey: ({ apiKey }, signal) => verdictOf(proveKey({ ...addigy, apiKey }, signal)),
};
const world = {
  ...createStores(environment),
  ...createVaults(environment),
  ...proofs,
  ...{ now: Date.now, token, version: token, suffix },
};

export const handler = httpDoor({ ...connectionRoutes(world), ...runRoutes(world) });
