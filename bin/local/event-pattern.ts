/** EventBridge's patterns, as far as the stack uses them: every other operator is refused when the stack starts. */
import * as z from 'zod';
import type { BusEvent } from './event-bus.ts';

const texts = z.array(z.string()).min(1);
const comparisons = ['<', '<=', '=', '>=', '>'] as const;
/** EventBridge takes numbers from -5e9 to 5e9. */
const limit = z.number().min(-5e9).max(5e9);
const operator = z.union([
  z.number(),
  z.strictObject({ numeric: z.tuple([z.enum(comparisons), limit]) }),
  z.strictObject({ exists: z.literal(false) }),
]);
type Operator = z.output<typeof operator>;

export const eventPatternSchema = z.strictObject({
  source: texts.optional(),
  'detail-type': texts.optional(),
  /** Fields of the first level. Any of a field's operators may hold, and all fields must. */
  detail: z.record(z.string().regex(/^[A-Za-z]\w*$/u), z.array(operator).min(1)).optional(),
});
export type EventPattern = z.output<typeof eventPatternSchema>;

export function matches(pattern: EventPattern, event: BusEvent): boolean {
  const detail = event.detail as Readonly<Record<string, unknown>>;
  return (
    (pattern.source?.includes(event.source) ?? true) &&
    (pattern['detail-type']?.includes(event['detail-type']) ?? true) &&
    Object.entries(pattern.detail ?? {}).every(([name, operators]) =>
      operators.some((one) => holds(one, Object.hasOwn(detail, name) ? detail[name] : undefined)),
    )
  );
}

function holds(one: Operator, value: unknown): boolean {
  // EventBridge matches a field that is an array by any of its values.
  if (Array.isArray(value)) return value.some((element) => holds(one, element));
  if (typeof one === 'number') return value === one;
  if ('exists' in one) return value === undefined;
  if (typeof value !== 'number') return false;
  const [comparison, than] = one.numeric;
  switch (comparison) {
    case '<':
      return value < than;
    case '<=':
      return value <= than;
    case '=':
      return value === than;
    case '>=':
      return value >= than;
    case '>':
      return value > than;
  }
}
