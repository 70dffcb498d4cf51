/** Answers that no schema allows: a good one, spoilt in one place, or as a whole. */
import fc from 'fast-check';

export interface RawAnswer {
  readonly status: number;
  readonly bytes: Buffer;
}

/** More than `JSON.parse` or a reader can walk by recursion. */
const veryDeep = 20_000;

const strangeValues: ReadonlyArray<readonly [name: string, json: string]> = [
  ['null', 'null'],
  ['a boolean', 'true'],
  ['a number', '7'],
  ['a negative number', '-1'],
  ['a fraction', '1.5'],
  ['a number beyond 2^53', '9007199254740993'],
  ['a number beyond all', '1e999'],
  ['an empty text', '""'],
  ['a text', '"x"'],
  ['a number as text', '"12"'],
  ['half a character', '"\\ud800"'],
  ['a NUL', '"\\u0000"'],
  ['a long text', JSON.stringify('long '.repeat(20_000))],
  ['an empty list', '[]'],
  ['a list of nothing', '[null]'],
  ['a list in a list', '[[[]]]'],
  ['an empty object', '{}'],
  ['an object', '{"items":[{}]}'],
  ['prototype keys', '{"__proto__":{"id":1},"constructor":{"prototype":{}},"toString":1,"length":3}'],
  ['a deep list', `${'['.repeat(veryDeep)}${']'.repeat(veryDeep)}`],
  ['a deep object', `${'{"a":'.repeat(veryDeep)}1${'}'.repeat(veryDeep)}`],
];

const statuses = [
  200, 200, 200, 200, 200, 200, 201, 204, 302, 400, 401, 403, 404, 405, 409, 429, 500, 502, 503,
];

/** A value of JSON, written with something strange in the place of one of its parts. */
function spoiltText(value: unknown, at: number, strange: string, how: 'replace' | 'drop' | 'double'): string {
  const paths = pathsOf(value);
  const path = paths[at % paths.length] ?? [];
  const marker = '<strange>';
  const changed = change(value, path, how, marker);
  return JSON.stringify(changed).replace(JSON.stringify(marker), () => strange);
}

type Path = ReadonlyArray<string | number>;

function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const inner = Object.entries(value).flatMap(([key, each]) =>
    pathsOf(each, [...path, Array.isArray(value) ? Number(key) : key]),
  );
  return [path, ...inner];
}

function change(value: unknown, path: Path, how: 'replace' | 'drop' | 'double', marker: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return how === 'replace' ? marker : value;
  if (Array.isArray(value)) {
    const at = Number(key);
    const inner = rest.length > 0 ? [change(value[at], rest, how, marker)] : replaced(value[at], how, marker);
    return [...value.slice(0, at), ...inner, ...value.slice(at + 1)];
  }
  return Object.fromEntries(
    Object.entries(value as object).flatMap(([name, each]): [string, unknown][] => {
      if (name !== key) return [[name, each]];
      if (rest.length > 0) return [[name, change(each, rest, how, marker)]];
      return replaced(each, how, marker).map((one) => [name, one]);
    }),
  );
}

const replaced = (value: unknown, how: 'replace' | 'drop' | 'double', marker: unknown): unknown[] =>
  how === 'replace' ? [marker] : how === 'drop' ? [] : [value, value];

/** What is not JSON, or not text, or not what was asked. */
const spoiltWhole: ReadonlyArray<(json: string, at: number) => Buffer> = [
  (json, at) => Buffer.from(json.slice(0, at % Math.max(1, json.length))),
  (json) => Buffer.from(`\ufeff${json}`),
  (json, at) => {
    const bytes = Buffer.from(json);
    if (bytes.length > 0) bytes[at % bytes.length] = 0xff;
    return bytes;
  },
  (json) => Buffer.from(json, 'utf16le'),
  (json) => Buffer.from(`${json}\n${json}`),
  (json) => Buffer.from(`)]}',\n${json}`),
  () => Buffer.alloc(0),
  () => Buffer.from('<!DOCTYPE html><html><body>We will be back soon</body></html>'),
  () => Buffer.from('OK'),
  () => Buffer.from('null'),
  () => Buffer.from('[]'),
  () => Buffer.from('{}'),
  () => Buffer.from('"text"'),
  () => Buffer.from('7'),
  () => Buffer.from('{"errors":["The API thread threshold of 3 threads has been exceeded."]}'),
  () => Buffer.from('{"errors":[]}'),
  () => Buffer.from('{"errors":null}'),
  () => Buffer.from(`{"message":"no","error_chain":${'{"a":'.repeat(veryDeep)}1${'}'.repeat(veryDeep)}}`),
  () => Buffer.from(`{"errors":[${'['.repeat(veryDeep)}${']'.repeat(veryDeep)}]}`),
];

export function spoiltAnswer(good: fc.Arbitrary<unknown>): fc.Arbitrary<RawAnswer> {
  const inPlace = fc
    .tuple(
      good,
      fc.nat(),
      fc.constantFrom(...strangeValues),
      fc.constantFrom('replace', 'replace', 'drop', 'double'),
    )
    .map(([value, at, [, strange], how]) => Buffer.from(spoiltText(value, at, strange, how)));
  const asWhole = fc
    .tuple(good, fc.nat(), fc.constantFrom(...spoiltWhole))
    .map(([value, at, spoil]) => spoil(JSON.stringify(value), at));
  return fc.record({
    status: fc.constantFrom(...statuses),
    bytes: fc.oneof({ weight: 3, arbitrary: inPlace }, { weight: 1, arbitrary: asWhole }),
  });
}

export const goodAnswer = (good: fc.Arbitrary<unknown>): fc.Arbitrary<RawAnswer> =>
  good.map((value) => ({ status: 200, bytes: Buffer.from(JSON.stringify(value)) }));
