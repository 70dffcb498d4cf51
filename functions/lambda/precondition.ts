/**
 * `If-Match` and `If-None-Match` of a PUT (RFC 9110, 13.1). An entity tag names the version of what a caller
 * declared, so a run that ends between an editor's GET and PUT does not void what the editor has seen.
 */
import type { Expected } from '#connections/connection-record';
import type { HttpCall } from './http-door.ts';
import { invalid } from './problem.ts';

const entityTag = String.raw`(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"`;
const tags = new RegExp(String.raw`^${entityTag}(?:[ \t]*,[ \t]*${entityTag})*$`, 'u');

export const etagOf = (version: string): string => `"${version}"`;

/** Throws a 400 that names the header. */
export function readExpected({ headers }: HttpCall): Expected {
  const match = headers['if-match']?.trim();
  const noneMatch = headers['if-none-match']?.trim();
  if (match !== undefined && noneMatch !== undefined) {
    throw invalid([{ field: 'if-match', message: 'and If-None-Match exclude each other here' }]);
  }
  if (noneMatch !== undefined) {
    if (noneMatch === '*') return 'nothing';
    throw invalid([{ field: 'if-none-match', message: 'must be * here: create only' }]);
  }
  if (match === undefined) return 'no other';
  if (match === '*') return 'something';
  if (!tags.test(match)) {
    throw invalid([{ field: 'if-match', message: 'must be * or quoted ETags, as GET answers them' }]);
  }
  // Compared strongly: a weak tag is no version that we gave.
  return [...match.matchAll(/(W\/)?"([^"]*)"/gu)].flatMap(([, weak, version = '']) =>
    weak === undefined ? [version] : [],
  );
}
