import { afterEach, describe, expect, it } from 'vitest';
import { discoverZone, restUrl } from '#autotask/zone';
import { type Reply, type ScriptedServer, startScriptedServer } from '../http/scripted-server.ts';

let server: ScriptedServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function discover(reply: Reply | ((url: string) => Reply), base = (url: string) => url) {
  const started = await startScriptedServer(() => (typeof reply === 'function' ? reply(started.url) : reply));
  server = started;
  return discoverZone(
    { baseUrl: base(started.url), random: () => 0, now: () => 0, timeoutMs: 2000 },
    'api+user@example.com',
    new AbortController().signal,
  );
}

const zone = (url: string) => ({
  body: { zoneName: 'America East', url, webUrl: 'https://ww3.autotask.net/', ci: 3 },
});

describe('discoverZone', () => {
  it('asks with the username alone', async () => {
    const found = await discover(zone('https://webservices3.autotask.net/ATServicesRest/'));
    expect(found).toEqual({
      name: 'America East',
      url: 'https://webservices3.autotask.net/ATServicesRest/',
      webUrl: 'https://ww3.autotask.net/',
    });
    const [asked] = server!.asked;
    expect(asked?.path).toBe('/ATServicesRest/V1.0/zoneInformation?user=api%2Buser%40example.com');
    expect(Object.keys(asked?.headers ?? {})).not.toContain('secret');
    expect(Object.keys(asked?.headers ?? {})).not.toContain('apiintegrationcode');
  });

  const trusted: ReadonlyArray<readonly [string, (self: string) => string, boolean]> = [
    ['a numbered host', () => 'https://webservices99.autotask.net/atservicesrest', true],
    ['the host that was asked', (self) => `${self}/ATServicesRest/`, true],
    ['another port of this machine', () => 'http://localhost:1/ATServicesRest/', true],
    ['plain http', () => 'http://webservices3.autotask.net/ATServicesRest/', false],
    ['a foreign host', () => 'https://autotask.example/ATServicesRest/', false],
    ['a host that only ends like it', () => 'https://evilautotask.net/ATServicesRest/', false],
    ['a host that begins like it', () => 'https://webservices.autotask.net.evil.example/', false],
    ['a name before the host', () => 'https://webservices.autotask.net@evil.example/', false],
    ['a password in it', () => 'https://a:b@webservices3.autotask.net/', false],
    ['another port', () => 'https://webservices3.autotask.net:8443/', false],
    ['a host that looks like loopback', () => 'http://127.0.0.1.evil.example/', false],
  ];
  it.each(trusted)('%s: trusted %s', async (_why, url, good) => {
    const found = discover((self) => zone(url(self)));
    if (good) expect((await found).url).toMatch(/\/ATServicesRest\/$/u);
    else await expect(found).rejects.toMatchObject({ kind: 'untrusted-zone', failure: 'unreadable' });
  });

  it.each<[string, Reply, object]>([
    [
      'an unknown user',
      { status: 500, body: { errors: ['Zone information could not be determined'] } },
      { kind: 'unknown-user', failure: 'unauthorised' },
    ],
    ['another refusal', { status: 500, body: { errors: ['odd'] } }, { failure: 'refused' }],
    ['credentials are asked for', { status: 401, body: '' }, { kind: 'unreadable' }],
    ['maintenance', { body: '<html>' }, { failure: 'unavailable' }],
    ['no address', { body: { zoneName: 'x', url: null } }, { kind: 'unreadable' }],
    ['an address that is none', { body: { url: 'javascript:alert(1)' } }, { kind: 'unreadable' }],
    ['nobody there', { hangUp: true }, { kind: 'no-answer', failure: 'unavailable' }],
  ])('%s', async (_why, reply, error) => {
    await expect(discover(reply)).rejects.toMatchObject(error);
  });

  it('may be told the address with or without the path', async () => {
    await discover(zone('https://webservices3.autotask.net/'), (url) => `${url}/atservicesrest/`);
    expect(server!.asked[0]?.path).toMatch(/^\/ATServicesRest\/V1\.0\/zoneInformation\?/u);
  });
});

describe('restUrl', () => {
  it.each([
    ['https://webservices3.autotask.net', 'https://webservices3.autotask.net/ATServicesRest/'],
    ['https://webservices3.autotask.net/', 'https://webservices3.autotask.net/ATServicesRest/'],
    ['https://webservices3.autotask.net/atservicesrest', 'https://webservices3.autotask.net/ATServicesRest/'],
    [
      'https://Webservices3.Autotask.net/ATServicesRest//',
      'https://webservices3.autotask.net/ATServicesRest/',
    ],
    [
      'https://webservices3.autotask.net/ATServicesRest/v1.0/?a=1#b',
      'https://webservices3.autotask.net/ATServicesRest/',
    ],
    ['http://127.0.0.1:80/x/ATServicesREST', 'http://127.0.0.1/x/ATServicesRest/'],
  ])('%s', (address, url) => {
    expect(restUrl(address)?.href).toBe(url);
  });

  it.each(['', 'webservices3.autotask.net', 'ftp://x.autotask.net/'])('%j is none', (address) => {
    expect(restUrl(address)).toBeNull();
  });
});
