/** Values as the vendor writes and takes them. */
import type { Field } from './entity.ts';

/** UTC without Z or offset, and without the zeros at the end of the fraction: `2024-01-31T15:04:05.307`. */
export function wireTime(epochMs: number): string {
  return new Date(epochMs).toISOString().replace(/\.?0*Z$/u, '');
}

const dateShape = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2}(?::\d{2}(?:\.\d{1,7})?)?)(Z|[+-]\d{2}:\d{2})?)?$/u;

/** Null where the text is no date. A date without offset is UTC. */
export function readTime(text: string): string | null {
  const [, date, time = '00:00:00', offset = 'Z'] = dateShape.exec(text) ?? [];
  if (date === undefined) return null;
  const ms = Date.parse(`${date}T${time}${offset}`);
  return Number.isNaN(ms) ? null : wireTime(ms);
}

/** Fields without a time in the UI: the time becomes midnight, and the date stays as it was sent. */
export function readDate(text: string): string | null {
  const [, date] = dateShape.exec(text) ?? [];
  return date === undefined || Number.isNaN(Date.parse(`${date}T00:00:00Z`)) ? null : `${date}T00:00:00`;
}

/** The value as it is stored, or an Error whose message says why it cannot be. Null is null. */
export function storedValue(field: Field, value: unknown): unknown {
  if (value === null) return null;
  switch (field.type) {
    case 'integer':
    case 'long':
      if (Number.isSafeInteger(value)) return value;
      break;
    case 'double':
      if (typeof value === 'number') return value;
      break;
    case 'boolean':
      if (typeof value === 'boolean') return value;
      break;
    case 'string':
      if (typeof value !== 'string') break;
      return value.length <= field.length
        ? value
        : new Error(`String value exceeds maximum length (field:${field.name})`);
    default: {
      const read = typeof value === 'string' ? (field.type === 'date' ? readDate : readTime)(value) : null;
      if (read !== null) return read;
    }
  }
  return new Error(`Error converting value ${JSON.stringify(value)} (field:${field.name})`);
}
