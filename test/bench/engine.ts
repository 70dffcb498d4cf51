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

/** A connection keeps its zone for a day: discovering it is no part of a run. */
export async function zoneOf(urls: VendorUrls): Promise<string> {
  const { signal } = new AbortController();
  return (await discoverZone({ baseUrl: urls.autotask, ...chance }, fleetApiUser.username, signal)).url;
}

/** Addigy is asked ten times a second, as in the doors; where calls are counted and not seconds, faster. */
export async function runEngine(
  urls: VendorUrls,
  zoneUrl: string,
  { apply = true, requestsPerSecond = 10 }: { apply?: boolean; requestsPerSecond?: number } = {},
): Promise<RunReport> {
  const { signal } = new AbortController();
  const report = await runSync(
    {
      connectionId: 'bench',
      settings: syncSettingsSchema.parse({ policy: 'sync', graceHours: 0 }),
      apply,
      planId: null,
      only: null,
      missing: new Map(),
      unanswered: new Map(),
      addigyReaches: false,
    },
    {
      source: createDeviceSource({
        baseUrl: urls.addigy,
        apiKey: fleetApiKey,
        organizationId: null,
        timeoutMs: 60_000,
        requestsPerSecond,
        ...chance,
      }),
      directory: createItemDirectory({
        zoneUrl,
        credentials: fleetApiUser,
        readOnly: false,
        budgetShare: 1,
        ...chance,
      }),
      now: Date.now,
      digest: (text) => createHash('sha256').update(text).digest('hex'),
      progress: () => {},
      planned: async () => {},
    },
    signal,
  );
  if (report.outcome !== 'succeeded') throw new Error(`the run ended ${report.outcome}: ${report.detail}`);
  return report;
}
