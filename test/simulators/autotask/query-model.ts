/** A query as it was sent, checked as the vendor checks it. */
import { invalid } from './refusal.ts';

export interface Condition {
  readonly op: string;
  readonly field: string;
  readonly udf: boolean;
  readonly value: unknown;
  /** Of `and` and `or`. */
  readonly items: readonly Condition[];
}

export interface QueryModel {
  readonly maxRecords: number;
  /** Empty: every field. */
  readonly includeFields: readonly string[];
  /** All of them must hold. */
  readonly filter: readonly Condition[];
}

const mostRecords = 500;
const mostOrConditions = 500;

/** Keys ignore case, operators do not. */
export function readQuery(body: unknown): QueryModel {
  const keys = lowerKeys(body);
  const filter = keys.get('filter');
  if (!Array.isArray(filter) || filter.length === 0) throw invalid('A filter is required to query.');
  const includeFields = keys.get('includefields') ?? [];
  if (!Array.isArray(includeFields) || !includeFields.every((name) => typeof name === 'string'))
    throw invalid('IncludeFields must be an array of field names.');
  const conditions = filter.map(readCondition);
  if (orConditions(conditions) > mostOrConditions)
    throw invalid(`Queries are limited to ${mostOrConditions} or fewer 'OR' conditions.`);
  return { maxRecords: readMaxRecords(keys.get('maxrecords')), includeFields, filter: conditions };
}

function readMaxRecords(value: unknown): number {
  if (value === undefined || value === null) return mostRecords;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= mostRecords)
    return value;
  // Refused, not clamped.
  throw invalid(`maxCountOfRecordsToReturn must be between 1 and ${mostRecords}.`);
}

function readCondition(value: unknown): Condition {
  const keys = lowerKeys(value);
  const [op, field, items] = [keys.get('op'), keys.get('field') ?? '', keys.get('items') ?? []];
  if (typeof op !== 'string' || !operators.has(op)) throw invalid(`Invalid operator: ${String(op)}.`);
  if (typeof field !== 'string' || !Array.isArray(items)) throw invalid('The filter is not valid.');
  const isGroup = groups.has(op);
  if (isGroup && items.length === 0) throw invalid(`The operator ${op} needs items.`);
  if (!isGroup && field === '') throw invalid(`The operator ${op} needs a field.`);
  const condition = {
    op,
    field,
    udf: keys.get('udf') === true,
    value: keys.get('value'),
    items: items.map(readCondition),
  };
  if (lists.has(op) && (!Array.isArray(condition.value) || condition.value.length === 0))
    throw invalid(`The operator ${op} needs an array of values.`);
  if (!isGroup && !lists.has(op) && !unary.has(op) && condition.value === undefined)
    throw invalid(`The operator ${op} needs a value.`);
  return condition;
}

const groups = new Set(['and', 'or']);
const lists = new Set(['in', 'notIn']);
const unary = new Set(['exist', 'notExist']);
const comparisons = ['eq', 'noteq', 'gt', 'gte', 'lt', 'lte', 'beginsWith', 'endsWith', 'contains'];
const operators = new Set([...groups, ...lists, ...unary, ...comparisons]);

/** Each item of an `or` and each value of a list is one. */
function orConditions(conditions: readonly Condition[]): number {
  let count = 0;
  for (const { op, value, items } of conditions) {
    if (lists.has(op)) count += (value as unknown[]).length;
    if (op === 'or') count += items.filter((item) => !lists.has(item.op)).length;
    count += orConditions(items);
  }
  return count;
}

export function lowerKeys(value: unknown): Map<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalid('The request body is not valid.');
  return new Map(Object.entries(value).map(([key, each]) => [key.toLowerCase(), each]));
}

/** Every condition that compares, at any depth. */
export function comparing(conditions: readonly Condition[]): Condition[] {
  return conditions.flatMap((each) => (groups.has(each.op) ? comparing(each.items) : [each]));
}
