/**
 * Autotask's configuration items in a Map: an ItemDirectory without HTTP, true to what the facts say.
 * Nothing is deleted, companyID never changes, an update merges, too long a text is refused.
 */
import {
  type Company,
  type ConfigurationItem,
  type ItemDraft,
  type ItemPatch,
  type Mark,
  type Masked,
  masked,
  type Product,
  type StandardField,
} from '#sync/configuration-item';
import { serialKey } from '#sync/device';
import type {
  DirectoryFacts,
  FailureKind,
  ItemDirectory,
  ItemProbe,
  ItemReadRequest,
  NamedOrNumbered,
  PortError,
} from '#sync/ports';

export interface InMemoryItemsOptions {
  readonly items?: readonly ConfigurationItem[];
  readonly companies?: readonly Company[];
  readonly products?: readonly Product[];
  readonly categories?: readonly Product[];
  readonly types?: readonly Product[];
  readonly facts?: Partial<DirectoryFacts>;
  readonly markField?: string;
  /** What the API user may see of user-defined fields. */
  readonly sees?: 'all' | 'masked' | 'nothing';
  /** Without the right there is nothing to be read. */
  readonly mayQuery?: boolean;
  /** How `read` goes about it: the items of the companies, or those with one of the serials or any mark. */
  readonly reads?: 'companies' | 'serials';
  readonly now?: () => number;
}

export type ItemWrite =
  | { readonly kind: 'create'; readonly id: number; readonly draft: ItemDraft }
  | { readonly kind: 'update'; readonly id: number; readonly patch: ItemPatch };

export const noFields: Readonly<Record<StandardField, string>> = {
  title: '',
  serial: '',
  referenceNumber: '',
  location: '',
  notes: '',
  installed: '',
  warrantyExpires: '',
};

/** An error as an adapter throws it. */
export function portError(failure: FailureKind, message: string, until?: number): PortError {
  return Object.assign(new Error(message), { failure, ...(until === undefined ? {} : { until }) });
}

export class InMemoryItems implements ItemDirectory {
  readonly items = new Map<number, ConfigurationItem>();
  /** Every write that took place, in order. */
  readonly writes: ItemWrite[] = [];
  /** Called before a write takes place; what it throws is the answer, and nothing is written. */
  beforeWrite: (write: ItemWrite) => void = () => {};
  /** Called after a write took place; what it throws is the answer, as when the answer is lost. */
  afterWrite: (write: ItemWrite) => void = () => {};
  companiesKnown: readonly Company[];
  sees: 'all' | 'masked' | 'nothing';
  private requests = 0;
  private lastId = 0;
  private readonly options: InMemoryItemsOptions;
  private readonly markField: string;

  constructor(options: InMemoryItemsOptions = {}) {
    this.options = options;
    this.markField = options.markField ?? 'Addigy Agent ID';
    this.companiesKnown = options.companies ?? [];
    this.sees = options.sees ?? 'all';
    for (const item of options.items ?? []) {
      this.items.set(item.id, item);
      this.lastId = Math.max(this.lastId, item.id);
    }
  }

  async describe(_markField: string, signal: AbortSignal): Promise<DirectoryFacts> {
    this.request(signal);
    return { lengths: new Map(), udfNames: null, markField: 'unknown', ...this.options.facts };
  }

  async companies(ids: readonly number[], signal: AbortSignal): Promise<readonly Company[]> {
    this.request(signal);
    return this.companiesKnown.filter((company) => ids.includes(company.id));
  }

  async products(wanted: NamedOrNumbered, signal: AbortSignal): Promise<readonly Product[]> {
    return this.references(this.options.products, wanted, signal);
  }

  async categories(wanted: NamedOrNumbered, signal: AbortSignal): Promise<readonly Product[]> {
    return this.references(this.options.categories, wanted, signal);
  }

  async types(wanted: NamedOrNumbered, signal: AbortSignal): Promise<readonly Product[]> {
    return this.references(this.options.types, wanted, signal);
  }

  async read(request: ItemReadRequest, signal: AbortSignal): Promise<readonly ConfigurationItem[]> {
    this.request(signal);
    const companies = new Set(request.companyIds);
    const serials = new Set(request.serials.map(serialKey));
    const wanted =
      this.options.reads === 'serials'
        ? (item: ConfigurationItem) =>
            item.mark.kind === 'agent' || serials.has(serialKey(item.fields.serial))
        : (item: ConfigurationItem) =>
            companies.has(item.companyId) || (request.allMarked === true && item.mark.kind === 'agent');
    return this.all().filter(wanted).map(this.shown);
  }

  async mayQuery(): Promise<boolean> {
    this.requests += 1;
    return this.options.mayQuery ?? true;
  }

  async find(probe: ItemProbe, signal: AbortSignal): Promise<readonly ConfigurationItem[]> {
    this.request(signal);
    const serials = new Set(probe.serials.map(serialKey));
    const agentIds = new Set(probe.agentIds);
    return this.all()
      .filter(
        (item) =>
          serials.has(serialKey(item.fields.serial)) ||
          (item.mark.kind === 'agent' && agentIds.has(item.mark.agentId)),
      )
      .map(this.shown);
  }

  async item(id: number, _markField: string, signal: AbortSignal): Promise<ConfigurationItem | null> {
    this.request(signal);
    const item = this.all().find((one) => one.id === id);
    return item === undefined ? null : this.shown(item);
  }

  async create(draft: ItemDraft, signal: AbortSignal): Promise<number> {
    this.request(signal);
    const id = this.lastId + 1;
    const write: ItemWrite = { kind: 'create', id, draft };
    this.beforeWrite(write);
    this.checkLengths(draft.fields, draft.udfs);
    const company = this.companiesKnown.find((known) => known.id === draft.companyId);
    if (this.companiesKnown.length > 0 && company === undefined) {
      throw portError('refused', 'Value does not reference an existing entity for companyID.');
    }
    const udfs = new Map<string, string | null>(Object.entries(draft.udfs));
    this.lastId = id;
    this.items.set(id, {
      id,
      companyId: draft.companyId,
      productId: draft.productId,
      active: true,
      mark: this.markIn(udfs, { kind: 'empty' }),
      fields: { ...noFields, ...draft.fields },
      udfs,
      lastModified: this.now(),
    });
    this.writes.push(write);
    this.afterWrite(write);
    return id;
  }

  async update(id: number, patch: ItemPatch, signal: AbortSignal): Promise<void> {
    this.request(signal);
    const write: ItemWrite = { kind: 'update', id, patch };
    this.beforeWrite(write);
    const item = this.items.get(id);
    if (item === undefined) throw portError('refused', `No configuration item ${id}.`);
    this.checkLengths(patch.fields ?? {}, patch.udfs ?? {});
    const udfs =
      patch.udfs === undefined
        ? item.udfs
        : new Map<string, string | null | Masked>([...(item.udfs ?? []), ...Object.entries(patch.udfs)]);
    this.items.set(id, {
      ...item,
      active: patch.active ?? item.active,
      fields: { ...item.fields, ...patch.fields },
      udfs,
      mark: patch.udfs === undefined ? item.mark : this.markIn(patch.udfs, item.mark),
      lastModified: this.now(),
    });
    this.writes.push(write);
    this.afterWrite(write);
  }

  calls(): number {
    return this.requests;
  }

  private all(): ConfigurationItem[] {
    return this.options.mayQuery === false ? [] : [...this.items.values()];
  }

  private now(): number {
    return this.options.now?.() ?? 0;
  }

  private request(signal: AbortSignal): void {
    if (signal.aborted) throw portError('stopped', 'The run was stopped.');
    this.requests += 1;
  }

  private references(
    known: readonly Product[] | undefined,
    wanted: NamedOrNumbered,
    signal: AbortSignal,
  ): readonly Product[] {
    this.request(signal);
    const names = new Set(wanted.names.map((name) => name.toLowerCase()));
    return (known ?? []).filter((one) => wanted.ids.includes(one.id) || names.has(one.name.toLowerCase()));
  }

  private checkLengths(fields: object, udfs: object): void {
    const texts: Array<readonly [string, unknown]> = [
      ...Object.entries(fields),
      ...Object.entries(udfs).map(([name, value]) => [`udf:${name}`, value] as const),
    ];
    for (const [field, value] of texts) {
      const limit = this.options.facts?.lengths?.get(field);
      if (limit !== undefined && typeof value === 'string' && value.length > limit) {
        throw portError('refused', `String value exceeds maximum length (field:${field})`);
      }
    }
  }

  private markIn(
    udfs: ReadonlyMap<string, string | null> | Readonly<Record<string, string | null>>,
    before: Mark,
  ): Mark {
    const entries = udfs instanceof Map ? [...udfs] : Object.entries(udfs);
    const written = entries.find(([name]) => name.toLowerCase() === this.markField.toLowerCase());
    if (written === undefined) return before;
    return written[1] === null || written[1] === ''
      ? { kind: 'empty' }
      : { kind: 'agent', agentId: written[1] };
  }

  private readonly shown = (item: ConfigurationItem): ConfigurationItem => {
    if (this.sees === 'all') return item;
    if (this.sees === 'nothing') return { ...item, mark: { kind: 'unseen' }, udfs: undefined };
    const names = [...(item.udfs?.keys() ?? []), this.markField];
    return {
      ...item,
      mark: { kind: 'masked' },
      udfs: new Map(names.map((name) => [name, masked] as const)),
    };
  };
}
