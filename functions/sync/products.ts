/** Which product, category and type the new item of each device family gets. */
import type { Product } from './configuration-item.ts';
import type { DeviceFamily } from './device.ts';
import type { NamedOrNumbered } from './ports.ts';
import type { SyncSettings } from './settings.ts';

const families: readonly DeviceFamily[] = ['mac', 'iphone', 'ipad', 'apple-tv', 'other'];
const anyDevice = 'Apple Device';
const defaultNames: Readonly<Record<DeviceFamily, readonly string[]>> = {
  mac: ['Apple Mac', anyDevice],
  iphone: ['Apple iPhone', anyDevice],
  ipad: ['Apple iPad', anyDevice],
  'apple-tv': ['Apple TV', anyDevice],
  other: [anyDevice],
};

type References = SyncSettings['products'];

/** What to ask Autotask for: the configured products and those that serve by default. */
export function wantedProducts(settings: SyncSettings): NamedOrNumbered {
  const { ids, names } = wantedReferences(settings.products);
  return { ids, names: [...new Set([...names, ...families.flatMap((family) => defaultNames[family])])] };
}

/** What to ask Autotask for: the configured categories, or types. */
export function wantedReferences(configured: References): NamedOrNumbered {
  const wanted = new Set(Object.values(configured));
  return {
    ids: [...wanted].filter((one) => typeof one === 'number'),
    names: [...wanted].filter((one) => typeof one === 'string'),
  };
}

/** The configured product; else the active one named for the family; else the active `Apple Device`; else none. */
export function productsByFamily(
  products: readonly Product[],
  settings: SyncSettings,
): ReadonlyMap<DeviceFamily, number> {
  const found = referencesByFamily(products, settings.products);
  const byFamily = new Map<DeviceFamily, number>();
  for (const family of families) {
    const candidates = [found.get(family), ...defaultNames[family].map((name) => find(products, name))];
    const product = candidates.find((id) => id !== undefined);
    if (product !== undefined) byFamily.set(family, product);
  }
  return byFamily;
}

/** The configured ones that exist and are active: Autotask refuses a write that refers to an inactive record. */
export function referencesByFamily(
  found: readonly Product[],
  configured: References,
): ReadonlyMap<DeviceFamily, number> {
  const byFamily = new Map<DeviceFamily, number>();
  for (const family of families) {
    const wanted = configured[family];
    const id = wanted === undefined ? undefined : find(found, wanted);
    if (id !== undefined) byFamily.set(family, id);
  }
  return byFamily;
}

/** One sentence for each configured record that is not there, or not active. */
export function missingReferences(
  found: readonly Product[],
  configured: References,
  what: 'product' | 'category' | 'type',
): string[] {
  const notes: string[] = [];
  for (const family of families) {
    const wanted = configured[family];
    if (wanted === undefined || find(found, wanted) !== undefined) continue;
    const named = typeof wanted === 'number' ? `with the id ${wanted}` : `named ${JSON.stringify(wanted)}`;
    notes.push(`The ${what} for ${family} was not found: Autotask has no active ${what} ${named}.`);
  }
  return notes;
}

/** Names are compared without case; of several, the lowest id. */
function find(records: readonly Product[], wanted: number | string): number | undefined {
  let best: number | undefined;
  for (const { id, name, active } of records) {
    const same = typeof wanted === 'number' ? id === wanted : sameName(name, wanted);
    if (active && same) best = Math.min(best ?? id, id);
  }
  return best;
}

/** The settings have trimmed what is wanted. */
function sameName(name: string, wanted: string): boolean {
  return name.trim().toLowerCase() === wanted.toLowerCase();
}
