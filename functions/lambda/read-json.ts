/** A request's body, read strictly: what cannot be stored and shown again as it came is refused. */

import type * as z from 'zod/mini';
import { type FieldError, invalid, Problem } from './problem.ts';

const maxBytes = 64 * 1024;
/** The deepest settings are four levels; a body of nothing but brackets is an attack on whoever walks it. */
const maxDepth = 32;
const maxErrors = 50;

export interface RawBody {
  readonly body?: string | undefined;
  readonly isBase64Encoded?: boolean | undefined;
  readonly contentType: string | undefined;
  readonly contentEncoding?: string | undefined;
}

const jsonType = /^application\/(?:[\w.+-]+\+)?json[ \t]*(?:;|$)/iu;
const charset = /;[ \t]*charset=[ \t]*"?([^";, \t]*)/iu;

/** RFC 8259 has no charset but UTF-8: one that claims another means other bytes. */
const isJson = (contentType: string): boolean =>
  jsonType.test(contentType) && (charset.exec(contentType)?.[1] ?? 'utf-8').toLowerCase() === 'utf-8';

/** Undefined where there is no body. */
export function readJson(raw: RawBody): unknown {
  const bytes = Buffer.from(raw.body ?? '', raw.isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length === 0) return undefined;
  if (bytes.length > maxBytes) {
    throw new Problem(
      'payload-too-large',
      `The body has ${bytes.length} bytes; at most ${maxBytes} are read.`,
      {
        errors: [{ field: 'body', message: `at most ${maxBytes} bytes` }],
      },
    );
  }
  const { contentType = '', contentEncoding = 'identity' } = raw;
  if (!isJson(contentType.trim())) {
    throw new Problem(
      'unsupported-media-type',
      'Send the body with content-type: application/json, in UTF-8.',
    );
  }
  if (contentEncoding.trim().toLowerCase() !== 'identity') {
    throw new Problem('unsupported-media-type', 'Send the body as it is: no content-encoding is read.');
  }
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    // The parser's own words would quote the body, and a body may hold a secret.
    throw invalid([{ field: 'body', message: 'is not JSON' }]);
  }
  refuseOdd(value);
  return value;
}

/** Walks without recursion. */
function refuseOdd(root: unknown): void {
  const left: Array<{ readonly value: unknown; readonly depth: number }> = [{ value: root, depth: 0 }];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const { value, depth } = next;
    if (typeof value === 'string') refuseOddText(value);
    if (typeof value !== 'object' || value === null) continue;
    if (depth >= maxDepth)
      throw invalid([{ field: 'body', message: `is nested deeper than ${maxDepth} levels` }]);
    for (const [key, inner] of Object.entries(value)) {
      refuseOddText(key);
      if (key === '__proto__') throw invalid([{ field: 'body', message: 'has a key named __proto__' }]);
      left.push({ value: inner, depth: depth + 1 });
    }
  }
}

/** Half a surrogate pair cannot be written as UTF-8: it would come back as something else. */
function refuseOddText(text: string): void {
  if (/\p{Surrogate}/u.test(text)) throw invalid([{ field: 'body', message: 'holds broken Unicode text' }]);
  if (text.includes('\u0000')) throw invalid([{ field: 'body', message: 'holds a NUL character' }]);
}

/** Names every field that is wrong. `where` is what the value is called when it is wrong as a whole. */
export function parseAs<Schema extends z.ZodMiniType>(
  schema: Schema,
  value: unknown,
  where: string,
): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.flatMap((issue): FieldError[] => {
    const path = issue.path.map(String);
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({ field: [...path, key].join('.'), message: 'is not a field' }));
    }
    return [{ field: path.length === 0 ? where : path.join('.'), message: issue.message }];
  });
  throw invalid(errors.slice(0, maxErrors));
}
