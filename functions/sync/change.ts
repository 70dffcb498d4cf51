/** The values a plan is made of: what it would do, and what it saw and decided not to touch. */
import type { ItemDraft, ItemField, ItemPatch } from './configuration-item.ts';

export const changeKinds = ['create', 'update', 'reactivate', 'deactivate'] as const;
export type ChangeKind = (typeof changeKinds)[number];

/**
 * Why, for people. Two rules look at it too: which updates a limit counts (`limitOf`), and whether what is held is told of
 * the item or of the device (`heldChange`).
 * - create: `new`, `moved` (another company took over the device and `onCompanyMove` is `recreate`)
 * - update: `changed`, `adopted` (an unmarked item with this serial), `re-enrolled` (the device has a new
 *   agent id), `merged` (the marked item was merged away in Autotask), `left` (a mark cleared from an item that is left)
 * - reactivate: `returned`
 * - deactivate: `gone`, `stale`, `moved`, `offboarded` (the connection goes out of service)
 */
export type ChangeReason =
  | 'new'
  | 'moved'
  | 'changed'
  | 'adopted'
  | 're-enrolled'
  | 'merged'
  | 'left'
  | 'returned'
  | 'gone'
  | 'stale'
  | 'offboarded';

export interface FieldDiff {
  /** An item field, or `mark`, `active`, `company`. */
  readonly field: ItemField | 'mark' | 'active' | 'company';
  readonly from: string;
  readonly to: string;
  /** True where the fact changes from hour to hour: it rides along, and is not part of the plan's id. */
  readonly volatile: boolean;
}

interface ChangeBase {
  /** Fingerprint of what this change does, volatile facts left out: the same change in two plans has the same key. */
  readonly key: string;
  readonly reason: ChangeReason;
  readonly agentId: string;
  readonly companyId: number;
  readonly name: string;
  readonly serial: string;
  readonly diffs: readonly FieldDiff[];
  /** The key of a change that must have succeeded first. */
  readonly after?: string;
}

export interface CreateChange extends ChangeBase {
  readonly kind: 'create';
  readonly itemId: null;
  readonly draft: ItemDraft;
}

export interface ItemChange extends ChangeBase {
  readonly kind: 'update' | 'reactivate' | 'deactivate';
  readonly itemId: number;
  readonly patch: ItemPatch;
}

export type Change = CreateChange | ItemChange;

/** Why a device or an item is left as it is. */
export const heldReasons = [
  'no-serial',
  'virtual',
  'excluded',
  'superseded',
  'stale',
  'unmapped',
  'company-missing',
  'company-inactive',
  'no-product',
  'ambiguous',
  'other-company',
  'moved',
  'foreign',
  'grace',
  // Its create got no answer a moment ago: Autotask may still be at it.
  'unanswered',
  'policy',
  'safety',
  'empty-source',
  'incomplete',
  'blind',
  'plan-changed',
  // What an audit of Addigy's own sync finds.
  'native-missing',
  'native-stale',
  'native-duplicated',
  'native-wrong-company',
] as const;
export type HeldReason = (typeof heldReasons)[number];

export interface Held {
  readonly reason: HeldReason;
  /** '' where it is an item without a device. */
  readonly agentId: string;
  readonly itemId: number | null;
  readonly companyId: number | null;
  readonly name: string;
  readonly serial: string;
  /** One sentence for the technician who asks why: what was seen, and what to do. */
  readonly detail: string;
}

/**
 * A plan is a value: sorted, counted, printable, and named by a hash of what it would do.
 * Each device that was read is in exactly one of: a create, update or reactivate; `unchanged`; `held`.
 */
export interface Plan {
  readonly id: string;
  readonly changes: readonly Change[];
  readonly held: readonly Held[];
  /** Devices whose item is already as it should be. */
  readonly unchanged: number;
  readonly devices: number;
  /** Items that bear one of this connection's marks. */
  readonly owned: number;
  /** Sentences about the whole: limits that held something, fields that do not exist. */
  readonly notes: readonly string[];
  /** Marked items whose device was missing, and since when (epoch milliseconds): the next run's memory. */
  readonly missing: ReadonlyMap<number, number>;
}
