/**
 * What a run reads before it plans. Reads overlap where none needs another's answer:
 *
 *   Addigy    policies ─┬─ devices ────────────┐
 *   Autotask  facts, products ─┴─ companies ───┴─ items
 *
 * The items come last because the serials decide which way of reading them is the cheapest: calls
 * are scarcer than seconds.
 */
import { mappedCompanyIds } from './company.ts';
import type { Company, ConfigurationItem, Product } from './configuration-item.ts';
import { type Device, type Policy, serialKey } from './device.ts';
import { haltOf, haltWith, portErrorOf, RunHalted, type Vendor } from './halt.ts';
import type {
  DeviceSource,
  DeviceView,
  DirectoryFacts,
  ItemDirectory,
  ItemReadRequest,
  NamedOrNumbered,
} from './ports.ts';
import { wantedProducts, wantedReferences } from './products.ts';
import type { SyncSettings } from './settings.ts';

export interface WorldView {
  readonly policies: readonly Policy[];
  readonly view: DeviceView;
  /** The companies that a policy or the default leads to, whether or not they can be seen. */
  readonly mapped: readonly number[];
  readonly companies: readonly Company[];
  readonly products: readonly Product[];
  readonly categories: readonly Product[];
  readonly types: readonly Product[];
  readonly facts: DirectoryFacts;
  readonly items: readonly ConfigurationItem[];
}

/** Rejects with `RunHalted`; the first failure stops the other reads. */
export async function readWorld(
  settings: SyncSettings,
  source: DeviceSource,
  directory: ItemDirectory,
  signal: AbortSignal,
): Promise<WorldView> {
  const { markField } = settings;
  return together(signal, async (reads, start) => {
    const addigy = <Value>(read: () => Promise<Value>) => start(asking('Addigy', signal, read));
    const autotask = <Value>(read: () => Promise<Value>) => start(asking('Autotask', signal, read));
    const named = (wanted: NamedOrNumbered, read: ItemDirectory['products']) =>
      wanted.ids.length + wanted.names.length === 0
        ? // Stryker disable next-line ArrayDeclaration: where none is named, nobody looks for one
          Promise.resolve<readonly Product[]>([])
        : autotask(() => read.call(directory, wanted, reads));

    const policies = addigy(() => source.policies(reads));
    const facts = start(
      autotask(() => directory.describe(markField, reads)).then((told) => checkMarkField(told, markField)),
    );
    const products = named(wantedProducts(settings), directory.products);
    const categories = named(wantedReferences(settings.categories), directory.categories);
    const types = named(wantedReferences(settings.types), directory.types);

    const view = start(policies.then(() => addigy(() => source.devices(reads))));
    const mapped = start(policies.then((all) => mappedCompanyIds(all, settings)));
    const companies = start(
      mapped.then((ids) => companiesOf(ids, () => autotask(() => directory.companies(ids, reads)))),
    );
    const items = start(
      Promise.all([mapped, view, companies, facts]).then(([companyIds, { devices }]) =>
        // Without a company every device is held, whatever the items say.
        companyIds.length === 0
          ? []
          : autotask(() => directory.read(itemsToRead(companyIds, devices, settings), reads)),
      ),
    );
    return {
      policies: await policies,
      view: await view,
      mapped: await mapped,
      companies: await companies,
      products: await products,
      categories: await categories,
      types: await types,
      facts: await facts,
      items: await items,
    };
  });
}

/** One question to a vendor; what its adapter throws becomes what that means to the run. */
export async function asking<Value>(
  vendor: Vendor,
  signal: AbortSignal,
  read: () => Promise<Value>,
): Promise<Value> {
  try {
    return await read();
  } catch (error) {
    throw new RunHalted(haltOf(portErrorOf(error), vendor, signal));
  }
}

/**
 * Every promise that was started is over when this is: the first failure stops the others, and is the
 * one that counts, because the others then fail for having been stopped.
 */
async function together<Value>(
  signal: AbortSignal,
  read: (signal: AbortSignal, start: <Part>(part: Promise<Part>) => Promise<Part>) => Promise<Value>,
): Promise<Value> {
  const others = new AbortController();
  const started = new Set<Promise<unknown>>();
  const failures: unknown[] = [];
  const start = <Part>(part: Promise<Part>): Promise<Part> => {
    started.add(
      part.catch((error: unknown) => {
        failures.push(error);
        others.abort();
      }),
    );
    return part;
  };
  try {
    return await start(read(AbortSignal.any([signal, others.signal]), start));
  } catch {
    await Promise.all(started);
    throw failures[0];
  }
}

export function checkMarkField(facts: DirectoryFacts, markField: string): DirectoryFacts {
  if (facts.markField !== 'absent') return facts;
  throw new RunHalted(
    haltWith(
      'held',
      'no-mark-field',
      `Autotask has no user-defined field named ${JSON.stringify(markField)}. Create it there for devices (configuration items), as a text field that is not protected; or name another one in the connection's markField.`,
    ),
  );
}

/** Asks where there is any. A restricted API user gets empty lists instead of an error. */
export async function companiesOf(
  ids: readonly number[],
  ask: () => Promise<readonly Company[]>,
): Promise<readonly Company[]> {
  // Stryker disable next-line ArrayDeclaration: nobody looks for a company among those of no id
  if (ids.length === 0) return [];
  const companies = await ask();
  if (companies.length > 0) return companies;
  const shown = `${ids.slice(0, 5).join(', ')}${ids.length > 5 ? ', …' : ''}`;
  throw new RunHalted(
    haltWith(
      'held',
      'no-companies',
      `The connection's policies lead to ${ids.length} of Autotask's companies (${shown}), and this API user sees none of them. Autotask shows empty lists to a user without the right: give its security level access to companies (and check its line of business), or correct the mapping.`,
    ),
  );
}

function itemsToRead(
  companyIds: readonly number[],
  devices: readonly Device[],
  { markField, matchByMac, onCompanyMove }: SyncSettings,
): ItemReadRequest {
  return {
    companyIds,
    serials: serialsOf(devices),
    markField,
    ...(matchByMac === null ? {} : { whole: true }),
    // What a move that was cut short has left in a company that no policy leads to any more.
    ...(onCompanyMove === 'recreate'
      ? { agentIdsElsewhere: new Set(devices.map((device) => device.agentId)) }
      : {}),
  };
}

/** As Addigy writes them, each once. */
export function serialsOf(devices: readonly Device[]): string[] {
  const serials = new Map<string, string>();
  for (const { serial } of devices) {
    const key = serialKey(serial);
    if (key !== '' && !serials.has(key)) serials.set(key, serial);
  }
  return [...serials.values()];
}
