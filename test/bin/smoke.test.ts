import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { smoke } from '../../bin/smoke/checks.ts';
import { pageHeaders } from '../../functions/lambda/page-headers.ts';

// That a right one passes is seen where the whole system runs (local-host.test.ts); here is what must not pass.
interface Told {
  status: number;
  headers: Record<string, string>;
  body: string;
}
const problem = JSON.stringify({ type: 'urn:x', title: 't', status: 404, detail: 'd' });
const page = { ...pageHeaders('nonce'), 'content-type': 'text/html; charset=utf-8' };
const right = {
  noKey: { status: 401, headers: {}, body: '' },
  list: { status: 200, headers: {}, body: '{"connections":[]}' },
  nobody: { status: 404, headers: { 'content-type': 'application/problem+json' }, body: problem },
  noRoute: { status: 404, headers: {}, body: '' },
  noCookie: { status: 401, headers: page, body: '' },
  noPage: { status: 404, headers: page, body: '' },
} satisfies Record<string, Told>;

let told: Record<keyof typeof right, Told>;
let server: Server;
let url: string;
const asked: string[] = [];
beforeAll(async () => {
  server = createServer((request, response) => {
    const { method, url: path = '', headers } = request;
    asked.push(`${method}`);
    const isPage = path.startsWith('/hand-offs/');
    const kind = isPage
      ? headers.cookie === undefined
        ? 'noCookie'
        : 'noPage'
      : headers.authorization !== 'Bearer right'
        ? 'noKey'
        : path === '/connections'
          ? 'list'
          : path.startsWith('/connections/')
            ? 'nobody'
            : 'noRoute';
    const { status, headers: sent, body } = told[kind];
    response.writeHead(status, sent).end(body);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});
beforeEach(() => {
  told = structuredClone(right);
});

const faults = async (key = 'right', apiUrl = url) =>
  (await smoke({ apiUrl, handOffUrl: apiUrl, key })).flatMap(({ fault }) => (fault === '' ? [] : [fault]));

describe('a smoke test', () => {
  it('passes what is right, and only reads', async () => {
    expect(await faults()).toEqual([]);
    expect(new Set(asked)).toEqual(new Set(['GET']));
  });

  it.each<[string, keyof typeof right, Partial<Told>, string[]]>([
    ['an open door', 'noKey', { status: 200 }, ['answered 200, not 401', 'answered 200, not 401']],
    ['a door that fails', 'list', { status: 500 }, ['answered 500, not 200', 'answered 500, not 200']],
    ['another service', 'list', { body: '<p>hello' }, Array(2).fill('the answer has no list of connections')],
    ['no problem', 'nobody', { body: '{}' }, ['the problem has no type, title, status, detail']],
    [
      'a problem as text',
      'nobody',
      { headers: {} },
      ['the content type is null, not application/problem+json'],
    ],
    ['a route too many', 'noRoute', { status: 200 }, ['answered 200, not 404']],
    ['a page whose inner door fails', 'noPage', { status: 500 }, ['answered 500, not 404']],
    [
      'a page that may be framed',
      'noPage',
      { headers: { ...page, 'x-frame-options': 'SAMEORIGIN' } },
      ['the header x-frame-options is missing or weaker than it should be'],
    ],
  ])('fails for %s', async (_, kind, wrong, expected) => {
    told[kind] = { ...told[kind], ...wrong };
    expect(await faults()).toEqual(expected);
  });

  it('fails for a key that is not let in, and does not repeat it', async () => {
    const found = await faults('aak_wrong');
    expect(found).toHaveLength(4);
    expect(found.join()).not.toContain('aak_wrong');
  });

  it('sends no key over http but to this machine', async () => {
    const found = await faults('right', 'http://api.example');
    expect(new Set(found)).toEqual(new Set(['the address is not https: the key would travel in the open']));
  });

  it('fails where nobody listens', async () => {
    expect((await faults('right', 'http://127.0.0.1:9'))[0]).toMatch(/^not reached: /u);
  });
});
