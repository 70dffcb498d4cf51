import { describe, expect, it } from 'vitest';
import * as locales from 'zod/locales';
import * as z from 'zod/mini';
import { OnboardingError, readOnboardingRequest } from '#onboarding/onboard';

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
    expect((error as OnboardingError).code).toBe(code);
    expect((error as OnboardingError).message).toMatch(says);
    expect((error as OnboardingError).message).not.toContain('CANARY');
  });
});
