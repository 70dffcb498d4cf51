import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { CallerKeys } from '#aws/caller-keys';
import { keysCommand } from '../../bin/keys.ts';
import { localClient } from '../aws/json-server.ts';
import { type LocalSecrets, startSecretsManager } from '../aws/local-secrets.ts';

let secrets: LocalSecrets;
let client: SecretsManagerClient;
beforeAll(async () => {
  secrets = await startSecretsManager();
  client = new SecretsManagerClient(localClient(secrets.url));
  vi.stubEnv('AWS_REGION', 'eu-central-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'local');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local');
  vi.stubEnv('AWS_ENDPOINT_URL_SECRETS_MANAGER', secrets.url);
  await client.send(new CreateSecretCommand({ Name: 'callers', SecretString: '{"keys":[]}' }));
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await secrets.close();
});

const now = Date.parse('2026-11-24T12:00:00Z');
const keys = (line: string) => keysCommand([...line.split(' '), '--secret-id', 'callers'], now);

describe('bin/keys.ts', () => {
  it('mints, lists and retires', async () => {
    expect(await keys('list')).toBe('There are no keys.');
    const key = await keys('mint --name rewst --scopes sync,read --expires 2027-06-30');
    const other = await keys('mint --name n8n');
    const listed = await keys('list');
    expect(listed).not.toContain(key.slice(4));
    expect(listed.split('\n')).toEqual([
      expect.stringMatching(/^[0-9a-f]{12} {2}rewst {2}sync,read {2}made .* {2}expires 2027-06-30T/u),
      expect.stringMatching(/^[0-9a-f]{12} {2}n8n {2}onboard,sync,read {2}made .* {2}never expires$/u),
    ]);
    const id = listed.slice(0, 12);
    expect(await keys(`retire --id ${id}`)).toMatch(/^[0-9a-f]{12} \(rewst\) opens nothing/u);
    const callers = new CallerKeys(
      () => client,
      'callers',
      () => now,
    );
    expect(await callers.callerOf(`Bearer ${key}`)).toBeNull();
    expect((await callers.callerOf(`Bearer ${other}`))?.name).toBe('n8n');
  });

  it.each([
    ['mint', /--name/u],
    ['mint --name x --scopes write', /knows onboard, sync, read; not "write"/u],
    ['mint --name x --expires soon', /is a date/u],
    ['mint --name x --expires 2026-11-24', /is past/u],
    ['retire', /--id/u],
    ['retire --id 000000000000', /no key 000000000000/u],
    ['rotate', /one of mint, list, retire/u],
    ['mint --colour blue', /colour/u],
  ])('%s is refused', async (line, says) => {
    await expect(keys(line)).rejects.toThrow(says);
  });
});
