import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mintKey } from '../../bin/keys.ts';
import { type LocalHost, startLocalHost } from '../../bin/local/host.ts';
import { smoke } from '../../bin/smoke/checks.ts';
import { isAlive } from './until.ts';

// What the real stacks promise without a vendor in sight; the journeys tell the rest.
const pipeline = 'arn:aws:iam::123456789012:role/pipeline';
const signs =
  spawnSync('curl', ['--aws-sigv4', 'aws:amz:r:s', '--version'], { stdio: 'ignore' }).status === 0;
let host: LocalHost;
beforeAll(async () => {
  host = await startLocalHost({
    context: {
      ...{ stage: 'test', autotaskUrl: 'http://127.0.0.1:9', addigyUrl: 'http://127.0.0.1:9/' },
      allowedCallers: `onboard=${pipeline} read=${pipeline}`,
    },
  });
});
afterAll(() => host.close());

describe('the synthesized stacks, on this machine', () => {
  it('have the doors, and none of them runs before it is needed', () => {
    expect([...host.doors.names].sort()).toEqual([
      'authorize-caller',
      'manage-connections',
      'open-hand-off',
      'provision-api-user',
      'receive-hand-off',
      'schedule-syncs',
      'schedule-validations',
      'suggest-companies',
      'sync-devices',
      'validate-permissions',
    ]);
    expect(host.doors.pids('sync-devices')).toEqual([]);
    expect(host.callerSecretId).toContain(':secret:addigy-autotask/test/callers-');
    const queues = ['LaterLegs', 'Onboarding', 'Sync', 'Validation'].flatMap((name) => [
      `${name}QueueDeadLetters`,
      `${name}QueueRequests`,
    ]);
    // CloudFormation's ids end in a hash.
    const named = Object.entries(host.queueDepths()).map(([id, depth]) => [id.slice(0, -8), depth]);
    expect(Object.fromEntries(named)).toEqual(
      Object.fromEntries(queues.map((name) => [name, { visible: 0, hidden: 0 }])),
    );
  });

  it.each([
    ['no key', '/connections', {}, 401],
    ['a wrong key', '/connections', { authorization: `Bearer aak_${'x'.repeat(43)}` }, 401],
    ['an unknown route', '/', {}, 404],
  ])('answer %s', async (_, path, headers, status) => {
    const answer = await fetch(`${host.apiUrl}${path}`, { headers: headers as Record<string, string> });
    expect(answer.status).toBe(status);
  });

  it('fire both schedules into the table, where nothing is due', async () => {
    const nothing = { ok: true, payload: '{"requested":0}' };
    expect(await host.fireSchedule()).toEqual([nothing, nothing]);
  });

  it('serve the hand-off pages at an address of their own, without a key, and log no token', async () => {
    const { HandOffUrl, ApiUrl } = host.outputs;
    expect(Object.values(host.apiUrls)).toEqual(expect.arrayContaining([HandOffUrl, host.apiUrl]));
    expect(HandOffUrl).not.toBe(host.apiUrl);
    expect(ApiUrl).toBe(host.apiUrl);
    const token = 'a'.repeat(43);
    const opened = await fetch(`${HandOffUrl}/hand-offs/open/${token}`, { redirect: 'manual' });
    expect(opened.status).toBe(303);
    expect(opened.headers.getSetCookie()).toEqual([expect.stringContaining(`=${token}; `)]);
    expect((await fetch(`${HandOffUrl}/connections`)).status).toBe(404);
    expect((await fetch(`${host.apiUrl}/hand-offs/open/${token}`)).status).toBe(404);
    const log = host.logs('http-api').filter((line) => line.includes('"GET /hand-offs/open/{token}"'));
    expect(log).toHaveLength(1);
    expect([...log, ...host.logs('receive-hand-off')].join()).not.toContain(token);
  });

  it('answer a link that is none, asking the door behind the page, whose role the page has not', async () => {
    const page = `${host.outputs.HandOffUrl}/hand-offs/${'0'.repeat(64)}`;
    const answer = await fetch(page, { headers: { cookie: `hand-off=${'a'.repeat(43)}` } });
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([404, 'no-store']);
    expect(await answer.text()).toContain('This link leads nowhere');
    expect(host.doors.pids('open-hand-off')).toHaveLength(1);
  });

  it('pass the smoke test, and take what an example asks', async () => {
    const client = new SecretsManagerClient({
      endpoint: host.awsEnvironment.AWS_ENDPOINT_URL_SECRETS_MANAGER ?? '',
      region: 'us-east-1',
      credentials: { accessKeyId: host.awsEnvironment.AWS_ACCESS_KEY_ID ?? '', secretAccessKey: 'local' },
    });
    const key = await mintKey({ name: 'smoke', secretId: host.callerSecretId, client });
    client.destroy();
    const results = await smoke({ apiUrl: host.apiUrl, handOffUrl: host.outputs.HandOffUrl ?? null, key });
    expect(results.filter(({ fault }) => fault !== '')).toEqual([]);
    expect(results).toHaveLength(8);

    // The example for pipelines, with the same key: what it asks for is there, with a link.
    const script = fileURLToPath(new URL('../../docs/examples/bearer.sh', import.meta.url));
    const env = {
      PATH: process.env.PATH ?? '',
      ADDIGY_AUTOTASK_URL: `${host.apiUrl}/`,
      ADDIGY_AUTOTASK_KEY: key,
    };
    const { stdout } = await promisify(execFile)('bash', [script, 'acme', 'Acme "Dental"'], {
      env,
      timeout: 60_000,
    });
    expect(JSON.parse(stdout)).toMatchObject({
      name: 'Acme "Dental"',
      apiUsers: [{ purpose: 'device-sync' }],
    });
    expect(stdout).toContain(`${host.outputs.HandOffUrl}/hand-offs/open/`);
  });

  it.skipIf(!signs)(
    signs
      ? 'let a role in that signs, as far as its scope goes'
      : 'let a role in that signs (skipped: no curl that signs on PATH)',
    async () => {
      const { OnboardCallerRoleArn = '', ReadCallerRoleArn = '', IamApiUrl = '' } = host.outputs;
      const script = fileURLToPath(new URL('../../docs/examples/iam.sh', import.meta.url));
      /** Of iam.sh: what it said, and whether it failed. */
      const ask = async (credentials: Readonly<Record<string, string>>, path?: string) => {
        const env = {
          ...credentials,
          PATH: process.env.PATH ?? '',
          ADDIGY_AUTOTASK_IAM_URL: `${IamApiUrl}/`,
        };
        const args = path === undefined ? [script] : [script, path];
        return promisify(execFile)('bash', args, { env, timeout: 60_000 }).then(
          ({ stdout }) => ({ failed: false, body: JSON.parse(stdout) as unknown }),
          ({ stdout }: { stdout: string }) => ({ failed: true, body: JSON.parse(stdout) as unknown }),
        );
      };
      const onboards = host.assumeRole(OnboardCallerRoleArn, pipeline, 'build-7');
      const reads = host.assumeRole(ReadCallerRoleArn, pipeline, 'build-8');
      expect(await ask(reads)).toMatchObject({ failed: false, body: { connections: [{ id: 'acme' }] } });
      const user = '/connections/acme/api-users/device-sync';
      expect((await ask(reads, user)).body).toMatchObject({ link: null });
      expect((await ask(onboards, user)).body).toMatchObject({
        link: expect.stringContaining(`${host.outputs.HandOffUrl}/hand-offs/open/`),
      });
      // IAM lets the root user do anything; the door knows no scope of it.
      const refused = await ask(host.awsEnvironment, user);
      expect(refused).toMatchObject({ failed: true, body: { status: 403, code: 'not-allowed' } });
    },
  );

  it('leave a message that nobody can read in the queue', async () => {
    const outcome = await host.doors.invoke('sync-devices', {
      Records: [{ messageId: 'm', body: 'no JSON', eventSource: 'aws:sqs', eventSourceARN: 'arn:aws:sqs:x' }],
    });
    expect(outcome.ok && JSON.parse(outcome.payload)).toEqual({
      batchItemFailures: [{ itemIdentifier: 'm' }],
    });
  });

  it('leave nothing behind but the logs that were asked for', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'host-test-'));
    const { TMPDIR } = process.env;
    process.env.TMPDIR = folder;
    try {
      const other = await startLocalHost({ context: { stage: 'other' }, logDir: join(folder, 'logs') });
      await other.fireSchedule();
      const [pid] = other.doors.pids('schedule-syncs');
      expect(isAlive(pid ?? 0)).toBe(true);
      await other.close();
      expect(isAlive(pid ?? 0)).toBe(false);
      expect(readdirSync(folder)).toEqual(['logs']);
      expect(readFileSync(join(folder, 'logs', 'schedule-syncs.log'), 'utf8')).toContain(
        '"service":"schedule-syncs"',
      );
    } finally {
      if (TMPDIR === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = TMPDIR;
      rmSync(folder, { recursive: true, force: true });
    }
  }, 60_000);
});
