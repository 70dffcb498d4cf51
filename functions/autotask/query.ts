/** Autotask's query language, as far as we speak it. Operators are spelt exactly so. */

export type Scalar = string | number | boolean;

/** `udf` names a user-defined field; at most one of those may stand in a query. */
export type Condition =
  | {
      readonly op: 'eq' | 'gt' | 'gte' | 'contains';
      readonly field: string;
      /** Numbers as numbers: a text against a numeric field answers no rows and no error. */
      readonly value: Scalar;
      readonly udf?: true;
    }
  | { readonly op: 'exist'; readonly field: string; readonly udf?: true }
  | {
      readonly op: 'in' | 'notIn';
      readonly field: string;
      readonly value: readonly Scalar[];
      readonly udf?: true;
    }
  | { readonly op: 'and' | 'or'; readonly items: readonly Condition[] };

/** More is an error, not clamped. */
export const pageSize = 500;

/** A query may hold 500 OR conditions, and each value of an `in` is one; this stays well below. */
export const valuesPerQuery = 200;

/**
 * Ids are short: as many of them as the limit of 500 allows, since each further query is a call on every run.
 * Close to the limit, so a list that is refused is halved (`askInParts`).
 */
export const idsPerQuery = 490;

export interface QueryOptions {
  readonly includeFields?: readonly string[];
  /** Rows of a page: 1 to 500, which is the default. */
  readonly maxRecords?: number;
}

/** The keys as the OpenAPI spells them; Autotask reads them in any case. */
export function queryBody(filter: readonly Condition[], options: QueryOptions = {}) {
  return {
    maxRecords: options.maxRecords ?? pageSize,
    ...(options.includeFields === undefined ? {} : { includeFields: options.includeFields }),
    filter,
  };
}

/** One condition is no group. */
export function anyOf(conditions: readonly Condition[]): Condition {
  const [only, ...more] = conditions;
  return only !== undefined && more.length === 0 ? only : { op: 'or', items: conditions };
}

export function inChunks<Value>(values: readonly Value[], size = valuesPerQuery): Value[][] {
  const chunks: Value[][] = [];
  for (let at = 0; at < values.length; at += size) chunks.push(values.slice(at, at + size));
  return chunks;
}
