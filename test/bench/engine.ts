/** One run of the real engine and adapters against the simulators, as `sync-devices` composes them. */
import { createHash } from 'node:crypto';
import { createDeviceSource } from '#addigy/device-source';
import { createItemDirectory } from '#autotask/items';
import { discoverZone } from '#autotask/zone';
import type { RunReport } from '#sync/report';
import { runSync } from '#sync/run';
import { syncSettingsSchema } from '#sync/settings';
import { fleetApiKey, fleetApiUser } from '../simulators/fleet.ts';
import type { VendorUrls } from './with-vendors.ts';

const chance = { random: Math.random, now: Date.now };

export async function runEngine(urls: VendorUrls, apply: boolean): Promise<RunReport> {
  const { signal } = new AbortController();
  const zone = await discoverZone({ baseUrl: urls.autotask, ...chance }, fleetApiUser.username, signal);
  const report = await runSync(
    {
      connectionId: 'bench',
      settings: syncSettingsSchema.parse({ policy: 'sync', graceHours: 0 }),
      apply,
      planId: null,
      only: null,
      missing: new Map(),
    },
    {
      source: createDeviceSource({
        baseUrl: urls.addigy,
        apiKey: fleetApiKey,
        organizationId: null,
        timeoutMs: 60_000,
        ...chance,
      }),
      directory: createItemDirectory({
        zoneUrl: zone.url,
        credentials: fleetApiUser,
        readOnly: !apply,
        ...chance,
      }),
      now: Date.now,
      digest: (text) => createHash('sha256').update(text).digest('hex'),
      progress: () => {},
    },
    signal,
  );
  if (report.outcome !== 'succeeded') throw new Error(`the run ended ${report.outcome}: ${report.detail}`);
  // The zone was asked for on the run's behalf.
  return { ...report, calls: { ...report.calls, autotask: report.calls.autotask + 1 } };
}
