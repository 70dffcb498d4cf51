/** Runs the syncs that were asked for: one message, one leg of a run. */
import { createDeviceSource } from '#addigy/device-source';
import { createNativeSync } from '#addigy/native-sync';
import { createItemDirectory } from '#autotask/items';
import { discoverZone } from '#autotask/zone';
import { createCredentials } from '#aws/credential-vaults';
import { createStores } from '#aws/stores';
import { calling, chance, every } from '#lambda/chance';
import { correlationId } from '#lambda/correlation';
import { within } from '#lambda/deadline';
import { readEnvironment } from '#lambda/environment';
import { log } from '#lambda/logger';
import { measureLeg as measure, measureAllowance, measureKeyAge } from '#lambda/metrics';
import { queueDoor } from '#lambda/queue-door';
import { deliverLeg } from '#runs/deliver-leg';
import { engines } from '#runs/engines';
import { syncRequestedEventSchema } from '#runs/sync-request';

const { FIRST_LEG_SECONDS, LEASE_SECONDS: lease, ...env } = readEnvironment('sync-devices', process.env);
const { deviceSyncUser, addigyKey, forgetSecrets } = createCredentials(env);
const addigy = { ...calling, baseUrl: env.ADDIGY_URL, timeoutMs: 30_000 };
const world: Parameters<typeof deliverLeg>[2] = {
  ...createStores(env),
  vendors: {
    deviceSync: deviceSyncUser,
    addigyKey: async (id) => measureKeyAge(id, await addigyKey(id)),
    zone: (user, signal) => discoverZone({ ...calling, baseUrl: env.AUTOTASK_URL }, user, signal),
    source: (apiKey, organizationId, workedBefore) =>
      createDeviceSource({ ...addigy, apiKey, organizationId, workedBefore }),
    native: (apiKey, organizationId) => createNativeSync({ ...addigy, apiKey, organizationId }),
    directory: (zoneUrl, credentials, readOnly) =>
      createItemDirectory({ ...calling, zoneUrl, credentials, readOnly, allowanceTold: measureAllowance }),
  },
  ...{ ...chance, correlationId, ...engines, forgetSecrets, every, log, measure, leaseMs: lease * 1000 },
};

export const handler = queueDoor(async (message, signal, receipt) => {
  const { detail } = syncRequestedEventSchema.parse(message);
  await deliverLeg(detail, receipt, world, detail.leg > 1 ? signal : within(FIRST_LEG_SECONDS, signal));
});
