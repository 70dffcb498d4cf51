/** Runs the syncs that were asked for: one message, one leg of a run. */
import { createDeviceSource } from '#addigy/device-source';
import { createItemDirectory } from '#autotask/items';
import { discoverZone } from '#autotask/zone';
import { createVaults } from '#aws/credential-vaults';
import { createStores } from '#aws/stores';
import { digest, every, random, token } from '#lambda/chance';
import { readEnvironment } from '#lambda/environment';
import { log } from '#lambda/logger';
import { measureLeg as measure } from '#lambda/metrics';
import { queueDoor } from '#lambda/queue-door';
import type { LegWorld } from '#runs/leg-world';
import { runLeg } from '#runs/run-leg';
import { syncRequestedEventSchema } from '#runs/sync-request';
import { runSync } from '#sync/run';

const environment = readEnvironment('sync-devices', process.env);
const { deviceSyncVault, addigyKeyVault, forgetSecrets } = createVaults(environment);
const clock = { random, now: Date.now };
const autotask = { ...clock, baseUrl: environment.AUTOTASK_URL };
const addigy = { ...clock, baseUrl: environment.ADDIGY_URL, timeoutMs: 30_000 };

const world: LegWorld = {
  ...createStores(environment),
  vendors: {
    deviceSync: (connectionId) => deviceSyncVault(connectionId).current(),
    addigyKey: (connectionId) => addigyKeyVault(connectionId).current(),
    zone: (username, signal) => discoverZone(autotask, username, signal),
    source: (apiKey, organizationId, workedBefore) =>
      createDeviceSource({ ...addigy, apiKey, organizationId, workedBefore }),
    directory: (zoneUrl, credentials, readOnly) =>
      createItemDirectory({ ...clock, zoneUrl, credentials, readOnly }),
  },
  leaseMs: environment.LEASE_SECONDS * 1000,
  ...{ runSync, forgetSecrets, now: Date.now, digest, token, every, log, measure },
};

export const handler = queueDoor(async (message, signal) => {
  await runLeg(syncRequestedEventSchema.parse(message).detail, world, signal);
});
