/** What a field and an entity are, in the vendor's own metadata and in its behaviour. */
import type { EntityName } from './seed.ts';

export type FieldType = 'integer' | 'long' | 'double' | 'string' | 'boolean' | 'datetime' | 'date';
/** `create`: taken on create, silently ignored afterwards, and read-only in the metadata (companyID). */
export type Writable = 'always' | 'create' | 'never';

export interface Field {
  readonly name: string;
  readonly type: FieldType;
  /** 0 where it is no text. */
  readonly length: number;
  readonly writable: Writable;
  /** On create. */
  readonly required: boolean;
  readonly queryable: boolean;
  /** The entity whose id it holds; `absent` where that entity is not simulated, so that no id of it exists. */
  readonly references: EntityName | 'absent' | null;
  readonly pickList: boolean;
}

/** What the vendor offers for an entity at all. Each can be queried. */
export interface Offer {
  /** As the vendor's messages and metadata call one of them. */
  readonly singular: string;
  readonly canCreate: boolean;
  readonly canUpdate: boolean;
  readonly canDelete: boolean;
  readonly hasUserDefinedFields: boolean;
}

export interface Entity extends Offer {
  readonly name: EntityName;
  readonly fields: readonly Field[];
  /** By name in lower case: the vendor's JSON ignores case. */
  readonly fieldOf: ReadonlyMap<string, Field>;
}

export interface EntityTable {
  readonly name: EntityName;
  readonly singular: string;
  readonly canCreate?: boolean;
  readonly canDelete?: boolean;
  readonly hasUserDefinedFields?: boolean;
  /** Names by type, separated by blanks. */
  readonly types: Readonly<Partial<Record<FieldType, string>>>;
  readonly required?: string;
  readonly readOnly?: RegExp;
  readonly createOnly?: string;
  readonly unqueryable?: string;
  readonly pickLists?: string;
  readonly references?: Readonly<Record<string, EntityName | 'absent'>>;
  readonly lengths?: Readonly<Record<string, number>>;
}

const words = (text = ''): string[] => text.split(/\s+/u).filter((word) => word !== '');

/** Text without a length of its own. */
const usualLength = 100;

export function defineEntity(table: EntityTable): Entity {
  const required = new Set(words(table.required));
  const unqueryable = new Set(words(table.unqueryable));
  const createOnly = new Set(words(table.createOnly));
  const pickLists = new Set(words(table.pickLists));
  const writable = (name: string): Writable => {
    if (createOnly.has(name)) return 'create';
    return name === 'id' || table.readOnly?.test(name) ? 'never' : 'always';
  };
  const field = (name: string, type: FieldType): Field => ({
    name,
    type,
    length: type === 'string' ? (table.lengths?.[name] ?? usualLength) : 0,
    writable: writable(name),
    required: required.has(name),
    queryable: !unqueryable.has(name),
    references: table.references?.[name] ?? null,
    pickList: pickLists.has(name),
  });
  const fields = [field('id', 'long')];
  for (const [type, names] of Object.entries(table.types))
    fields.push(...words(names).map((name) => field(name, type as FieldType)));
  return {
    name: table.name,
    singular: table.singular,
    fields,
    fieldOf: new Map(fields.map((each) => [each.name.toLowerCase(), each])),
    canCreate: table.canCreate ?? true,
    canUpdate: true,
    canDelete: table.canDelete ?? false,
    hasUserDefinedFields: table.hasUserDefinedFields ?? false,
  };
}
