/**
 * A configuration item as Autotask holds it, in this project's own words. The Autotask adapter makes
 * one of each record it reads; nothing in this room knows Autotask's JSON.
 */

/** The standard fields that a sync may fill. Dates are `YYYY-MM-DD`. */
export const standardFields = [
  'title',
  'serial',
  'referenceNumber',
  'location',
  'notes',
  'installed',
  'warrantyExpires',
] as const;
export type StandardField = (typeof standardFields)[number];

/** A user-defined field of the configuration item, by its name in Autotask. */
export type UserDefinedField = `udf:${string}`;
export type ItemField = StandardField | UserDefinedField;

/** A value that Autotask hides from us: never "empty", never something to write back. */
export const masked = Symbol('masked');
export type Masked = typeof masked;

/**
 * The mark of ownership as this API user can see it. `unseen` is an item whose user-defined fields
 * did not come at all: the field may be empty, or hidden. Absence is never proof.
 */
export type Mark =
  | { readonly kind: 'agent'; readonly agentId: string }
  | { readonly kind: 'empty' }
  | { readonly kind: 'masked' }
  | { readonly kind: 'unseen' };

export interface ConfigurationItem {
  readonly id: number;
  readonly companyId: number;
  readonly productId: number | null;
  readonly active: boolean;
  readonly mark: Mark;
  /** '' where Autotask has no value. */
  readonly fields: Readonly<Record<StandardField, string>>;
  /** By name; null is an empty value. Undefined where the array did not come. Masked values are `masked`. */
  readonly udfs: ReadonlyMap<string, string | null | Masked> | undefined;
  /** Epoch milliseconds, where Autotask tells. */
  readonly lastModified: number | null;
}

/** What a new item is made of. `udfs` holds the mark. */
export interface ItemDraft {
  readonly companyId: number;
  readonly productId: number;
  readonly categoryId?: number;
  readonly typeId?: number;
  readonly fields: Readonly<Partial<Record<StandardField, string>>>;
  readonly udfs: Readonly<Record<string, string>>;
}

/** Only what changes. A null user-defined field is cleared. */
export interface ItemPatch {
  readonly active?: boolean;
  readonly fields?: Readonly<Partial<Record<StandardField, string>>>;
  readonly udfs?: Readonly<Record<string, string | null>>;
}

export interface Company {
  readonly id: number;
  readonly name: string;
  readonly active: boolean;
}

export interface Product {
  readonly id: number;
  readonly name: string;
  readonly active: boolean;
}
