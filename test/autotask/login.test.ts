import { afterEach, describe, expect, it } from 'vitest';
import { proveLogin } from '#autotask/login';
import { type Asked, type Reply, type ScriptedServer, startScriptedServer } from '../http/scripted-server.ts';

const servers: ScriptedServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

const credentials = {
  username: 'user@example.com',
  secret: 'S3cret/with+signs',
  trackingIdentifier: 'TRACKING0IDENTIFIER',
};

async function prove(version: Reply, zoneUrl = (self: string) => `${self}/ATServicesRest/`) {
  const server: ScriptedServer = await startScriptedServer((asked: Asked) =>
    asked.path.includes('zoneInformation')
      ? { body: { zoneName: 'Z', url: zoneUrl(server.url), webUrl: null } }
      : version,
  );
  servers.push(server);
  const proof = proveLogin(
    { baseUrl: server.url, credentials, random: () => 0, now: () => 0, timeoutMs: 2000 },
    new AbortController().signal,
  );
  return { server, proof };
}

describe('proveLogin', () => {
  it('asks for the zone, then for the version with the three headers', async () => {
    const { server, proof } = await prove({ body: { majorVersion: 2026, minorVersion: 1 } });
    expect(await proof).toEqual({ name: 'Z', url: `${server.url}/ATServicesRest/`, webUrl: '' });
    expect(server.asked.map((asked) => asked.path.split('?')[0])).toEqual([
      '/ATServicesRest/V1.0/zoneInformation',
      '/ATServicesRest/V1.0/Version',
    ]);
    expect(server.asked[0]?.headers).not.toHaveProperty('secret');
    expect(server.asked[1]?.headers).toMatchObject({
      username: credentials.username,
      secret: credentials.secret,
      apiintegrationcode: credentials.trackingIdentifier,
    });
  });

  it.each<[string, Reply, object]>([
    ['a 401', { status: 401, body: '' }, { kind: 'unauthorised', failure: 'unauthorised' }],
    [
      'a wrong identifier',
      { status: 500, body: { errors: ['IntegrationCode is invalid'] } },
      { failure: 'unauthorised' },
    ],
    ['maintenance', { body: '<html>' }, { failure: 'unavailable' }],
    ['nothing, as from a wrong zone', { body: '' }, { failure: 'unavailable' }],
  ])('%s is asked once', async (_why, reply, error) => {
    const { server, proof } = await prove(reply);
    await expect(proof).rejects.toMatchObject(error);
    expect(server.asked).toHaveLength(2);
  });

  it('takes ThresholdInformation for a proof where there is no Version', async () => {
    const server: ScriptedServer = await startScriptedServer((asked: Asked) => {
      if (asked.path.includes('zoneInformation')) return { body: { url: `${server.url}/ATServicesRest/` } };
      return asked.path.includes('Version') ? { status: 404, body: '<html>' } : { body: {} };
    });
    servers.push(server);
    const options = { baseUrl: server.url, credentials, random: () => 0, now: () => 0, timeoutMs: 2000 };
    await proveLogin(options, new AbortController().signal);
    expect(server.asked.at(-1)?.path).toBe('/ATServicesRest/V1.0/ThresholdInformation');
  });

  it('sends nothing to a zone that it does not trust', async () => {
    const thief = await startScriptedServer(() => ({}));
    servers.push(thief);
    // A name that would resolve to this machine, so that a request would arrive.
    const { server, proof } = await prove({}, () => `${thief.url.replace('127.0.0.1', '0.0.0.0')}/`);
    await expect(proof).rejects.toMatchObject({ kind: 'untrusted-zone' });
    expect(thief.asked).toEqual([]);
    expect(server.asked).toHaveLength(1);
  });

  it('no error holds the secret, whatever Autotask echoes', async () => {
    const { secret, trackingIdentifier } = credentials;
    const { proof } = await prove({
      status: 500,
      body: { errors: [`bad ${secret} ${encodeURIComponent(secret)} ${trackingIdentifier}`] },
    });
    const error = await proof.catch((reason: unknown) => reason as Error & { messages: string[] });
    const told = JSON.stringify([error, (error as Error).message, (error as Error).stack]);
    expect(told).toContain('[redacted]');
    expect(told).not.toMatch(/S3cret|TRACKING0/u);
  });
});
