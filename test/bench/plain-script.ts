/**
 * The job as a careful engineer scripts it in an afternoon on `@apigrate/autotask-restapi` and fetch: all devices, all
 * items by walking their ids, a map by serial number, and a write for each that is missing or differs. It knows no
 * limits, no lost answers and no odd devices; calls are all that it is compared by. One write after another.
 */
import { AutotaskRestApi } from '@apigrate/autotask-restapi';
import { fleetApiKey, fleetApiUser } from '../simulators/fleet.ts';
import { desiredItems, differs, type WantedItem } from './per-device.ts';
import type { VendorUrls } from './with-vendors.ts';

const pageSize = 500;

/** Writes what has to be written; the calls are counted where they arrive. */
export async function runPlainScript(urls: VendorUrls): Promise<void> {
  const { username, secret, trackingIdentifier } = fleetApiUser;
  const autotask = new AutotaskRestApi(username, secret, trackingIdentifier, {
    base_url: `${urls.autotask}/ATServicesRest/`,
  });
  const wanted: WantedItem[] = await desiredItems(urls.addigy, fleetApiKey);
  const bySerial = new Map<unknown, Record<string, unknown>>();
  for (let last = 0; ; ) {
    const { items } = await autotask.ConfigurationItems.query({
      maxRecords: pageSize,
      filter: [{ op: 'gt', field: 'id', value: last }],
    });
    for (const item of items) bySerial.set(item.serialNumber, item);
    if (items.length < pageSize) break;
    last = Math.max(...items.map((item) => Number(item.id)));
  }
  for (const item of wanted) {
    const found = bySerial.get(item.serialNumber);
    if (found === undefined) await autotask.ConfigurationItems.create(item);
    else if (differs(found, item)) await autotask.ConfigurationItems.update({ ...item, id: found.id });
  }
}
