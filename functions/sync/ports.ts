/**
 * What a sync needs of the world. Adapters implement these; time, ids and the abort signal are
 * arguments, so that a run is the same on a laptop, in a Lambda and in a test.
 */
import type { Company, ConfigurationItem, ItemDraft, ItemPatch, Product } from './configuration-item.ts';
import type { Device, Policy } from './device.ts';

/**
 * What a port's rejection means to a run, whatever the vendor said.
 * - `refused`      the vendor understood and said no: this change is over, the next one may go on
 * - `lost`         the answer never came: a write may or may not have happened, so look before doing it again
 * - `unauthorised` the credentials were not accepted: stop at once, and do not try again
 * - `blocked`      the vendor has locked the key for a long time (Addigy: 24 hours; `until` tells)
 * - `exhausted`    our share of the hourly allowance is used up: stop cleanly, go on later
 * - `unavailable`  down, throttled or in maintenance after the retries that are sensible: try later
 * - `unreadable`   an answer that is not what the vendor documents
 * - `stopped`      the abort signal fired
 */
export type FailureKind =
  | 'refused'
  | 'lost'
  | 'unauthorised'
  | 'blocked'
  | 'exhausted'
  | 'unavailable'
  | 'unreadable'
  | 'stopped';

/** Adapters' errors carry `failure`. Anything else is a defect of ours and is not caught. */
export interface PortError extends Error {
  readonly failure: FailureKind;
  /** Epoch milliseconds: `blocked` until then. */
  readonly until?: number;
}

const failureKinds: ReadonlySet<unknown> = new Set<FailureKind>([
  'refused',
  'lost',
  'unauthorised',
  'blocked',
  'exhausted',
  'unavailable',
  'unreadable',
  'stopped',
]);

export function isPortError(error: unknown): error is PortError {
  return error instanceof Error && failureKinds.has((error as Partial<PortError>).failure);
}

/** The devices of one Addigy organisation. Each read is complete, or says that it is not. */
export interface DeviceSource {
  policies(signal: AbortSignal): Promise<readonly Policy[]>;
  devices(signal: AbortSignal): Promise<DeviceView>;
  /** Requests sent so far. */
  calls(): number;
}

export interface DeviceView {
  readonly devices: readonly Device[];
  /** False where the number received is not the number announced. An incomplete view may add, never remove. */
  readonly complete: boolean;
  /** Why it is not complete, in a sentence; '' where it is. */
  readonly doubt: string;
}

/** The configuration items of one Autotask database, as one API user sees them. */
export interface ItemDirectory {
  /** What planning needs to know of the tenant: field lengths, user-defined fields, the allowance. */
  describe(markField: string, signal: AbortSignal): Promise<DirectoryFacts>;
  /** The companies among `ids` that this user can see. */
  companies(ids: readonly number[], signal: AbortSignal): Promise<readonly Company[]>;
  /** The products with one of these ids or names (compared without case). */
  products(wanted: NamedOrNumbered, signal: AbortSignal): Promise<readonly Product[]>;
  categories(wanted: NamedOrNumbered, signal: AbortSignal): Promise<readonly Product[]>;
  types(wanted: NamedOrNumbered, signal: AbortSignal): Promise<readonly Product[]>;
  /**
   * Every item, active or not, that a plan needs, the cheapest way: all items of `companyIds`, or the
   * items with one of `serials` or with any mark. Counts first; rejects with `unreadable` rather than
   * return fewer items than were counted.
   */
  read(request: ItemReadRequest, signal: AbortSignal): Promise<readonly ConfigurationItem[]>;
  /** False where Autotask says that this user may query no configuration item: it answers such a user with an empty list. */
  mayQuery(signal: AbortSignal): Promise<boolean>;
  /** Items with one of these serials (whatever their case or padding) or marks, in any company. */
  find(probe: ItemProbe, signal: AbortSignal): Promise<readonly ConfigurationItem[]>;
  /** Null where there is no such item. */
  item(id: number, markField: string, signal: AbortSignal): Promise<ConfigurationItem | null>;
  /**
   * The new item's id. A write that is under way when the signal fires is waited for; `stopped` means that
   * it was never sent, or that Autotask refused it before it was executed.
   */
  create(draft: ItemDraft, signal: AbortSignal): Promise<number>;
  /** The signal: as with `create`. */
  update(id: number, patch: ItemPatch, signal: AbortSignal): Promise<void>;
  calls(): number;
}

export interface NamedOrNumbered {
  readonly ids: readonly number[];
  readonly names: readonly string[];
}

export interface ItemReadRequest {
  readonly companyIds: readonly number[];
  readonly serials: readonly string[];
  readonly markField: string;
  /** Every item of the companies, whatever it costs: matching by something else than mark and serial needs them. */
  readonly whole?: boolean;
  /** Also the items of other companies that bear one of these marks. Costs a call for each 500 marked items there. */
  readonly agentIdsElsewhere?: ReadonlySet<string>;
  /** Also every marked item of other companies, whatever its mark. */
  readonly allMarked?: boolean;
}

export interface ItemProbe {
  readonly serials: readonly string[];
  readonly agentIds: readonly string[];
  readonly markField: string;
}

export interface DirectoryFacts {
  /** Longest text, in UTF-16 units, by standard field or `udf:<name>`; a field that is not named here has no known limit. */
  readonly lengths: ReadonlyMap<string, number>;
  /** Names of the configuration items' user-defined fields; null where the user is not told. */
  readonly udfNames: readonly string[] | null;
  /** Whether the field that holds the mark exists: `unknown` where the user is not told. */
  readonly markField: 'present' | 'absent' | 'unknown';
}
