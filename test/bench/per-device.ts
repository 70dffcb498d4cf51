/**
 * The way that jamf2snipe takes, against the same simulators: for each device one search by serial number, and a
 * write where the record found differs. Returns the calls that a run without changes costs.
 */
import pLimit from 'p-limit';
import { createDeviceSource } from '#addigy/device-source';
import { createAutotaskClient } from '#autotask/client';
import { itemEntity } from '#autotask/item-record';
import { fleetApiKey, fleetApiUser } from '../simulators/fleet.ts';
import type { VendorUrls } from './with-vendors.ts';

const chance = { random: Math.random, now: Date.now };

export async function runPerDevice(
  urls: VendorUrls,
  zoneUrl: string,
): Promise<{ readonly autotask: number; readonly addigy: number }> {
  const { signal } = new AbortController();
  const source = createDeviceSource({
    baseUrl: urls.addigy,
    apiKey: fleetApiKey,
    organizationId: null,
    timeoutMs: 60_000,
    ...chance,
  });
  const client = createAutotaskClient(
    { zoneUrl, credentials: fleetApiUser, readOnly: true, budgetShare: 1, ...chance },
    false,
  );
  const { devices } = await source.devices(signal);
  const lane = pLimit(3);
  await Promise.all(
    devices
      .filter((device) => device.serial !== '')
      .map((device) =>
        lane(() =>
          client.ask(
            `${itemEntity}/query`,
            { maxRecords: 2, filter: [{ op: 'eq', field: 'serialNumber', value: device.serial }] },
            signal,
          ),
        ),
      ),
  );
  return { autotask: client.calls(), addigy: source.calls() };
}
