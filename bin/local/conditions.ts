/** IAM's conditions, as far as our policies use them. An operator that is not here is refused when a policy is read. */
import * as z from 'zod';
import { oneOrMany, text } from './shape-parts.ts';

/** What a request tells IAM about itself, by condition key: `aws:PrincipalArn`, `kms:ViaService`, tags. */
export type RequestContext = Readonly<Record<string, string>>;

const tests = z.record(text, oneOrMany).optional();

/** Of statements that grant. */
export const grantConditions = z.strictObject({ Bool: tests, StringEquals: tests });
/** Of statements in a secret's own policy. */
export const secretConditions = z.strictObject({ ArnNotLike: tests });
export type Conditions = z.output<typeof grantConditions> | z.output<typeof secretConditions>;

/** Of each pattern once: they come from templates, and each request to AWS asks dozens of them. */
const compiled = new Map<string, RegExp>();

/** IAM's wildcards: `*` for any text, `?` for one character. */
export function matchesPattern(pattern: string, value: string): boolean {
  let expression = compiled.get(pattern);
  if (expression === undefined) {
    const source = pattern
      .replace(/[.+^${}()|[\]\\]/gu, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.');
    expression = new RegExp(`^${source}$`, 'su');
    compiled.set(pattern, expression);
  }
  return expression.test(value);
}

type Operator = (wanted: readonly string[], found: string | undefined) => boolean;

const operators: Readonly<Record<string, Operator>> = {
  StringEquals: (wanted, found) => found !== undefined && wanted.includes(found),
  Bool: (wanted, found) => found !== undefined && wanted.includes(found.toLowerCase()),
  // Denies what it says nothing of: a key that the request does not have is like no pattern.
  ArnNotLike: (wanted, found) =>
    found === undefined || !wanted.some((pattern) => matchesPattern(pattern, found)),
};

/** All operators, and all keys of each, must hold. */
export function holds(conditions: Conditions | undefined, context: RequestContext): boolean {
  return Object.entries(conditions ?? {}).every(([name, keys]) =>
    Object.entries(keys ?? {}).every(([key, wanted]) => operators[name]?.(wanted, context[key]) ?? false),
  );
}
