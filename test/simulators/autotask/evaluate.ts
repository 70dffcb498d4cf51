/** Filters as functions over records: compiled once per query, so that ten thousand records take milliseconds. */
import { type ApiUser, maySee } from './api-users.ts';
import type { Entity, Field } from './entity.ts';
import { type Condition, comparing } from './query-model.ts';
import type { AutotaskQuirks } from './quirks.ts';
import { invalid } from './refusal.ts';
import type { Row } from './table.ts';
import { readTime } from './wire-values.ts';
import type { AutotaskWorld } from './world.ts';

export type Test = (row: Row) => boolean;

export interface Asker {
  readonly world: AutotaskWorld;
  readonly quirks: AutotaskQuirks;
  readonly user: ApiUser;
}

const never: Test = () => false;

export function compile(conditions: readonly Condition[], entity: Entity, asker: Asker): Test {
  const udfs = comparing(conditions).filter((each) => each.udf);
  const asked =
    asker.quirks.udfPerQuery === 'one-field' ? new Set(udfs.map((each) => each.field)).size : udfs.length;
  if (asked > 1) throw invalid('Queries are limited to one user-defined field.');
  return every(conditions.map((each) => compileOne(each, entity, asker)));
}

function every(tests: readonly Test[]): Test {
  return tests.length === 1 ? tests[0]! : (row) => tests.every((test) => test(row));
}

function compileOne(condition: Condition, entity: Entity, asker: Asker): Test {
  const { op, items } = condition;
  if (op === 'and' || op === 'or') {
    const tests = items.map((each) => compileOne(each, entity, asker));
    return op === 'and' ? every(tests) : (row) => tests.some((test) => test(row));
  }
  const unknown = invalid(`Unable to find ${condition.field} in the ${entity.singular} Entity.`);
  if (condition.udf) return compileUdf(condition, entity, asker, unknown);
  const field = entity.fieldOf.get(condition.field.toLowerCase());
  if (!field) throw unknown;
  if (!field.queryable) throw invalid(`The field ${field.name} cannot be queried.`);
  const { name } = field;
  const read = name === 'id' ? (row: Row) => row.id : (row: Row) => row.values[name] ?? null;
  return compare(condition, field, read, asker.quirks);
}

const udfText: Field = {
  name: '',
  type: 'string',
  length: 0,
  writable: 'always',
  required: false,
  queryable: true,
  references: null,
  pickList: false,
};

function compileUdf(
  condition: Condition,
  entity: Entity,
  { world, quirks, user }: Asker,
  unknown: Error,
): Test {
  const definition = entity.name === 'ConfigurationItems' ? world.udfNamed(condition.field) : undefined;
  if (!definition) throw unknown;
  if (!maySee(user, definition.values.isProtected === true)) {
    if (quirks.hiddenUdfFilter === 'empty') return never;
    if (quirks.hiddenUdfFilter === 'error')
      throw invalid(`You do not have permission to query ${condition.field}.`);
  }
  return compare(condition, udfText, (row) => row.udfs.get(definition.id) ?? null, quirks);
}

type Plain = string | number | boolean;

function compare(
  { op, value }: Condition,
  field: Field,
  read: (row: Row) => unknown,
  quirks: AutotaskQuirks,
): Test {
  const isEmpty = (row: Row): boolean => {
    const stored = read(row);
    return stored === null || stored === '';
  };
  if (op === 'exist') return (row) => !isEmpty(row);
  if (op === 'notExist') return isEmpty;

  const fold = folding(field, quirks);
  const stored = (row: Row): Plain => fold(read(row) as Plain);
  const holds =
    (test: (stored: Plain) => boolean): Test =>
    (row) =>
      !isEmpty(row) && test(stored(row));
  const unequal = (test: (stored: Plain) => boolean): Test =>
    quirks.unequalMatchesEmpty ? (row) => isEmpty(row) || test(stored(row)) : holds(test);

  const wanted = (op === 'in' || op === 'notIn' ? (value as unknown[]) : [value])
    .map((each) => operand(each, field))
    .filter((each) => each !== null)
    .map(fold);
  // Text against a number matches nothing, silently, and so does null.
  if (wanted.length === 0) return never;
  const first = wanted[0]!;
  switch (op) {
    case 'eq':
      return holds((each) => each === first);
    case 'noteq':
      return unequal((each) => each !== first);
    case 'in': {
      const set = new Set(wanted);
      return holds((each) => set.has(each));
    }
    case 'notIn': {
      const set = new Set(wanted);
      return unequal((each) => !set.has(each));
    }
  }
  if (field.type === 'boolean') throw invalid(`The operator ${op} is not valid for ${field.name}.`);
  if (op === 'gt') return holds((each) => each > first);
  if (op === 'gte') return holds((each) => each >= first);
  if (op === 'lt') return holds((each) => each < first);
  if (op === 'lte') return holds((each) => each <= first);
  if (field.type !== 'string') throw invalid(`The operator ${op} is not valid for ${field.name}.`);
  const part = String(first);
  if (op === 'contains') return holds((each) => (each as string).includes(part));
  return op === 'beginsWith'
    ? holds((each) => (each as string).startsWith(part))
    : holds((each) => (each as string).endsWith(part));
}

/** What can be compared with the field's values; null where it matches nothing. */
function operand(value: unknown, field: Field): Plain | null {
  switch (field.type) {
    case 'boolean':
      if (typeof value === 'boolean') return value;
      throw invalid(`The value of ${field.name} must be true or false.`);
    case 'string':
      return typeof value === 'string' || typeof value === 'number' ? String(value) : null;
    case 'datetime':
    case 'date': {
      // Stored in one form without zeros at the end, so the order of the text is the order of time.
      const time = typeof value === 'string' ? readTime(value) : null;
      if (time === null) throw invalid(`The value of ${field.name} is not a valid date.`);
      return time;
    }
    default:
      return typeof value === 'number' ? value : null;
  }
}

function folding(field: Field, { caseSensitive, trailingSpaces }: AutotaskQuirks): (value: Plain) => Plain {
  if (field.type !== 'string') return (value) => value;
  return (value) => {
    const text = trailingSpaces === 'ignored' ? (value as string).trimEnd() : (value as string);
    return caseSensitive ? text : text.toLowerCase();
  };
}
