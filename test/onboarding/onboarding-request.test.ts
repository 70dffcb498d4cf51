import { describe, expect, it } from 'vitest';
import * as locales from 'zod/locales';
import * as z from 'zod/mini';
import { OnboardingError, readOnboardingRequest, secretFieldIn } from '#onboarding/onboard';

// As every door does at its start: zod/mini has no words of its own.
z.config(locales.en());

const arn = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:addigy-autotask/test/intake/acme-AbCdEf';
const connection = { name: 'Acme' };

describe('a request for an onboarding', () => {
  it('reads what it needs, and nothing twice', () => {
    const read = readOnboardingRequest({
      connectionId: 'acme',
      connection,
      provision: ['addigy', 'device-sync', 'addigy'].slice(0, 2),
      addigyKeySecretArn: arn,
    });
    expect(read.provision).toEqual(['device-sync', 'addigy']);
    expect(read.connection?.engine).toBe('direct');
  });

  it('wishes for what it names and no more', () => {
    const wished = (provision?: string[]) =>
      readOnboardingRequest({ connectionId: 'acme', provision }).provision;
    expect([wished(), wished([]), wished(['addigy'])]).toEqual([[], [], ['addigy']]);
  });

  it('takes a policy’s id for what it is, however it is spelt', () => {
    const companies = { 'token-policy': 7 };
    expect(
      readOnboardingRequest({ connectionId: 'acme', connection: { ...connection, sync: { companies } } })
        .connection?.sync.companies,
    ).toEqual(companies);
  });

  it.each<[what: string, raw: unknown, code: string, says: RegExp]>([
    ['nothing', null, 'invalid-request', /request/u],
    ['no id', { connection }, 'invalid-request', /connectionId/u],
    [
      'two faults at once',
      { connectionId: 'A', provision: ['x'] },
      'invalid-request',
      /^connectionId: .*; provision\.0: .*$/u,
    ],
    [
      'more wishes than there are',
      { connectionId: 'acme', provision: Array(3).fill('addigy') },
      'invalid-request',
      /provision/u,
    ],
    [
      'a version that is none',
      { connectionId: 'acme', connectionVersion: '' },
      'invalid-request',
      /connectionVersion/u,
    ],
    [
      'a version that is too long',
      { connectionId: 'acme', connectionVersion: 'v'.repeat(101) },
      'invalid-request',
      /connectionVersion/u,
    ],
    ['a field that is not one', { connectionId: 'acme', colour: 'blue' }, 'invalid-request', /colour/u],
    [
      'something that is no ARN',
      { connectionId: 'acme', addigyKeySecretArn: 'CANARY' },
      'invalid-request',
      /ARN/u,
    ],
    ['a key', { connectionId: 'acme', apiKey: 'CANARY' }, 'secret-in-request', /apiKey/u],
    [
      'a password, deep inside',
      { connectionId: 'acme', connection: { addigy: { Password: 'CANARY' } } },
      'secret-in-request',
      /connection\.addigy\.Password/u,
    ],
    ['a username', { connectionId: 'acme', username: 'CANARY' }, 'secret-in-request', /username/u],
    [
      'a tracking identifier',
      { connectionId: 'acme', trackingIdentifier: 'CANARY' },
      'secret-in-request',
      /trackingIdentifier/u,
    ],
  ])('refuses %s, and repeats no value', (_, raw, code, says) => {
    let error: unknown;
    try {
      readOnboardingRequest(raw);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(OnboardingError);
    expect(error).toMatchObject({ name: 'OnboardingError', code });
    expect((error as OnboardingError).message).toMatch(says);
    expect((error as OnboardingError).message).not.toContain('CANARY');
  });
});

it.each<[of: string, arn: string, isOne: boolean]>([
  ['a secret', arn, true],
  ['another partition', 'arn:aws-us-gov:secretsmanager:us-gov-east-1:123456789012:secret:s', true],
  ['another service', 'arn:aws:ssm:us-east-1:123456789012:secret:s', false],
  ['no partition', 'arn::secretsmanager:us-east-1:123456789012:secret:s', false],
  ['no region', 'arn:aws:secretsmanager::123456789012:secret:s', false],
  ['no account', 'arn:aws:secretsmanager:us-east-1:1:secret:s', false],
  ['a longer account', 'arn:aws:secretsmanager:us-east-1:1234567890123:secret:s', false],
  ['no name', 'arn:aws:secretsmanager:us-east-1:123456789012:secret:', false],
  ['something before it', `x${arn}`, false],
  ['more than a line', `${arn}\n`, false],
])('the ARN of %s: %j is one, %s', (_of, addigyKeySecretArn, isOne) => {
  const read = () => readOnboardingRequest({ connectionId: 'acme', addigyKeySecretArn });
  if (isOne) expect(read().addigyKeySecretArn).toBe(addigyKeySecretArn);
  else expect(read).toThrow('must be the ARN of a secret');
});

describe('a field that seems to hold a secret', () => {
  /** A secret in the first of so many fields: it is looked at last. */
  const among = (others: number) => ({
    first: { token: 'x' },
    ...Object.fromEntries(Array.from({ length: others }, (_, n) => [`other${n}`, n])),
  });
  it.each<[where: string, request: unknown, field: string | null]>([
    ['is not there', { connectionId: 'acme', note: null, more: [1, 'token', { a: {} }] }, null],
    ['is no object', 'token', null],
    ...[
      'clientSecret',
      'PASSWORD',
      'passwd',
      'credentials',
      'token',
      'api-key',
      'api_key',
      'userName',
      'user_name',
      'tracking',
      'integrationCode',
      'integration-code',
    ].map((name): [string, unknown, string] => [`is called ${name}`, { [name]: 1 }, name]),
    ['names an ARN', { apiUserSecretArn: 1 }, null],
    ['names an ARN and more', { secretArnOf: 1 }, 'secretArnOf'],
    ['seems to name an ARN', { secretarn: 1 }, 'secretarn'],
    ['is in a list', { list: [{ a: 1 }, { token: 1 }] }, 'list.1.token'],
    ['is one of the policies', { connection: { sync: { companies: { token: 1 } } } }, null],
    [
      'stands beside the policies',
      { connection: { sync: { companies: {}, token: 1 } } },
      'connection.sync.token',
    ],
    ['is among companies elsewhere', { companies: { token: 1 } }, 'companies.token'],
    ['is among as many as are looked at', among(9_998), 'first.token'],
    ['is among more than that', among(9_999), null],
  ])('%s', (_where, request, field) => {
    expect(secretFieldIn(request)).toBe(field);
  });

  it('is quoted by no more than 200 characters of its place, and faults by 500', () => {
    const deep = { ['a'.repeat(300)]: { token: 1 } };
    expect(() => readOnboardingRequest(deep)).toThrow(`The field ${'a'.repeat(200)} looks like a secret.`);
    const many = {
      connectionId: 'acme',
      ...Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`colour${n}`, n])),
    };
    let message = '';
    try {
      readOnboardingRequest(many);
    } catch (error) {
      message = (error as Error).message;
    }
    expect(message).toHaveLength(500);
  });
});
