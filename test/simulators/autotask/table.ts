/** The records of one entity, in the order of their ids, as the vendor answers them. */
import type { EntityName } from './seed.ts';

export interface Row {
  readonly id: number;
  /** Absent keys are null. */
  readonly values: Record<string, unknown>;
  /** By the id of the definition: a definition may be renamed. */
  readonly udfs: Map<number, string>;
  /** How often the API or a person changed it: each change is a version in the vendor's UI. */
  versions: number;
}

export class Table {
  readonly #rows = new Map<number, Row>();
  #ids: number[] = [];
  /** Ids in order, by the value of this field. */
  readonly #indexed: string | null;
  readonly #index = new Map<unknown, number[]>();
  #nextId: number;

  constructor(indexed: string | null, firstId: number) {
    this.#indexed = indexed;
    this.#nextId = firstId;
  }

  get size(): number {
    return this.#rows.size;
  }

  get(id: number): Row | undefined {
    return this.#rows.get(id);
  }

  all(): Row[] {
    return this.#ids.map((id) => this.#rows.get(id)!);
  }

  add(values: Record<string, unknown>, id = this.#nextId): Row {
    if (this.#rows.has(id)) throw new Error(`there is a record ${id} already`);
    const row: Row = { id, values, udfs: new Map(), versions: 1 };
    this.#rows.set(id, row);
    insert(this.#ids, id);
    if (this.#indexed !== null) {
      const value = values[this.#indexed];
      const ids = this.#index.get(value);
      if (ids) insert(ids, id);
      else this.#index.set(value, [id]);
    }
    this.#nextId = Math.max(this.#nextId, id + 1);
    return row;
  }

  remove(id: number): void {
    const row = this.#rows.get(id);
    if (row === undefined) throw new Error(`there is no record ${id}`);
    this.#rows.delete(id);
    this.#ids.splice(firstAbove(this.#ids, id) - 1, 1);
    const ids = this.#indexed === null ? undefined : this.#index.get(row.values[this.#indexed]);
    ids?.splice(firstAbove(ids, id) - 1, 1);
  }

  /** The candidates after `after` (exclusive), ascending; only those with one of `keys` in the indexed field, where given. */
  *after(after: number, keys: readonly unknown[] | null): Generator<Row> {
    const ids = keys === null ? this.#ids : this.#merged(keys);
    for (let at = firstAbove(ids, after); at < ids.length; at += 1) yield this.#rows.get(ids[at]!)!;
  }

  isIndexed(field: string): boolean {
    return field === this.#indexed;
  }

  #merged(keys: readonly unknown[]): number[] {
    const lists = [...new Set(keys)].map((key) => this.#index.get(key) ?? []);
    if (lists.length === 1) return lists[0]!;
    return lists.flat().sort((one, other) => one - other);
  }
}

function firstAbove(ids: readonly number[], value: number): number {
  let low = 0;
  let high = ids.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ids[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function insert(ids: number[], id: number): void {
  if (ids.length === 0 || ids[ids.length - 1]! < id) ids.push(id);
  else ids.splice(firstAbove(ids, id), 0, id);
}

/** Ids begin where those of no other entity are, so that an id of one is none of another. */
export const newTables = (): Readonly<Record<EntityName, Table>> => ({
  Companies: new Table(null, 29_683_000),
  ConfigurationItems: new Table('companyID', 1000),
  ConfigurationItemCategories: new Table(null, 100),
  ConfigurationItemTypes: new Table(null, 200),
  Products: new Table(null, 29_690_000),
  Resources: new Table(null, 29_682_885),
  UserDefinedFieldDefinitions: new Table(null, 29_692_000),
});
