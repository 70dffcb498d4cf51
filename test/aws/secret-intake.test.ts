import {
  CreateSecretCommand,
  DeleteSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IntakeError, SecretIntake } from '#aws/secret-intake';
import { OnboardingError } from '#onboarding/onboard';
import { AwsRefusal, localClient, startJsonServer } from './json-server.ts';
import { type LocalSecrets, startSecretsManager } from './local-secrets.ts';

const prefix = 'addigy-autotask/test/intake/';
const arnOf = (name: string): string => `arn:aws:secretsmanager:us-east-1:000000000000:secret:${name}-LocalX`;

let host: LocalSecrets;
let client: SecretsManagerClient;
let intake: SecretIntake;
beforeAll(async () => {
  host = await startSecretsManager();
  client = new SecretsManagerClient(localClient(host.url));
  intake = new SecretIntake(() => client, prefix);
});
afterAll(() => host.close());

let made = 0;
async function secretOf(text?: string): Promise<string> {
  made += 1;
  const Name = `${prefix}secret-${made}`;
  const { ARN = '' } = await client.send(
    new CreateSecretCommand({ Name, ...(text === undefined ? {} : { SecretString: text }) }),
  );
  return ARN;
}
const refusalOf = async (arn: string, from = intake): Promise<unknown> => {
  const error = await from.read(arn).catch((caught: unknown) => caught);
  if (!(error instanceof IntakeError)) return error;
  // Which is what onboarding tells its caller.
  expect(error).toBeInstanceOf(OnboardingError);
  expect(error.message).toMatch(/^[A-Z].*[./]$/u);
  expect(error.message).not.toContain('hunter2');
  return error.code;
};

describe('what is taken in', () => {
  it.each<[string, string, unknown]>([
    ['an object', '{"username":"u","secret":"s"}', { username: 'u', secret: 's' }],
    ['text', 'a-key', 'a-key'],
    ['text of digits alone', '0123456789', '0123456789'],
    ['text that looks like JSON and is none', '{a-key', '{a-key'],
    ['text that is a word of JSON', 'null', 'null'],
    ['text in quotes', '"a-key"', '"a-key"'],
    ['as much as there may be', 'x'.repeat(8_192), 'x'.repeat(8_192)],
  ])('%s', async (_, text, value) => {
    expect(await intake.read(await secretOf(text))).toEqual(value);
  });
});

describe('what is refused', () => {
  it.each([
    ['nothing', ''],
    ['a secret in place of an ARN', 'hunter2'],
    ['a name', `${prefix}hunter2`],
    ['an ARN without the six characters', arnOf(`${prefix}hunter2`).slice(0, -7)],
    ['another service', arnOf(`${prefix}hunter2`).replace('secretsmanager', 'ssm')],
    ['no account', arnOf(`${prefix}hunter2`).replace('000000000000', '')],
    ['another prefix', arnOf('addigy-autotask/test/connections/acme/device-sync')],
    ['the callers', arnOf('addigy-autotask/test/callers')],
    ['another stage', arnOf('addigy-autotask/testing/intake/hunter2')],
    ['the prefix elsewhere in the name', arnOf(`x/${prefix}hunter2`)],
    ['the prefix alone', arnOf(prefix)],
    ['two ARNs', `${arnOf(`${prefix}hunter2`)}\n${arnOf(`${prefix}hunter2`)}`],
  ])('%s, without asking', async (_, arn) => {
    const asked = host.journal.length;
    expect(await refusalOf(arn)).toBe('secret-outside-intake');
    expect(host.journal).toHaveLength(asked);
  });

  it.each<[string, () => Promise<string>, string]>([
    ['a secret that there is not', async () => arnOf(`${prefix}nobody`), 'secret-missing'],
    ['a secret without a value', () => secretOf(), 'secret-missing'],
    [
      'a secret that is scheduled for deletion',
      async () => {
        const arn = await secretOf('hunter2');
        await client.send(new DeleteSecretCommand({ SecretId: arn, RecoveryWindowInDays: 7 }));
        return arn;
      },
      'secret-missing',
    ],
    ['a value that is too long', () => secretOf('hunter2'.padEnd(8_193)), 'secret-too-long'],
  ])('%s', async (_, arn, code) => {
    expect(await refusalOf(await arn())).toBe(code);
  });

  it.each<[string, unknown]>([
    ['AccessDeniedException', 'secret-denied'],
    ['DecryptionFailure', 'secret-denied'],
    ['ThrottlingException', expect.objectContaining({ name: 'ThrottlingException' })],
  ])('an answer of %s', async (code, wanted) => {
    const server = await startJsonServer({
      GetSecretValue: () => {
        throw new AwsRefusal(code);
      },
    });
    const other = new SecretIntake(() => new SecretsManagerClient(localClient(server.url)), prefix);
    expect(await refusalOf(arnOf(`${prefix}one`), other)).toEqual(wanted);
    await server.close();
  });

  it('a value of bytes', async () => {
    const server = await startJsonServer({ GetSecretValue: () => ({ SecretBinary: 'aHVudGVyMg==' }) });
    const other = new SecretIntake(() => new SecretsManagerClient(localClient(server.url)), prefix);
    expect(await refusalOf(arnOf(`${prefix}one`), other)).toBe('secret-without-text');
    await server.close();
  });
});
