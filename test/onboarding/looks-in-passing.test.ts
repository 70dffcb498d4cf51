/** Small looks at a vendor or a secret beside the way: whether there is anything to look with, and what is made of it. */
import { describe, expect, it } from 'vitest';
import { connectionSchema } from '#connections/connection';
import type { ConnectionRecord } from '#connections/connection-record';
import type { ApiUserRecord } from '#onboarding/api-user';
import { newApiUser } from '#onboarding/new-api-user';
import { guidedOperator } from '#onboarding/operator';
import { reachOf } from '#onboarding/reach-of';
import { stillWorks } from '#onboarding/retire-user';
import { workingCredentials } from '#onboarding/working-credentials';
import type { Access, AddigyReach, OpenAccess } from '#permissions/access';
import { Refusal } from '../permissions/in-memory-access.ts';
import { rights } from '../permissions/sample-findings.ts';

const signal = new AbortController().signal;
const credentials = { username: 'u@acme.test', secret: 's', trackingIdentifier: 't' };
const defect = new TypeError('a defect');

/** Logins, as they go; `entity` answers what Autotask says of making users. */
const opening =
  (login: Error | null, entity: Access['entity'] = async () => null): OpenAccess =>
  async () => {
    if (login !== null) throw login;
    return { entity } as Partial<Access> as Access;
  };

describe('whether the API itself can make users', () => {
  const offering = (create: boolean) => async (name: string) =>
    name === 'Resources' ? { ...rights(name), offers: { create, update: false, delete: false } } : null;
  const record = newApiUser('acme', 'device-sync', 1);
  const asks = (openAccess: OpenAccess, known: typeof credentials | null = credentials) =>
    guidedOperator(openAccess).set({ record, attempt: null as never, known }, signal);

  it.each<[what: string, openAccess: OpenAccess, known: typeof credentials | null, says: boolean | null]>([
    ['is not known without credentials, and nobody logs in', opening(defect), null, null],
    ['is no', opening(null, offering(false)), credentials, false],
    ['is yes', opening(null, offering(true)), credentials, true],
    ['is not told', opening(null), credentials, null],
    ['is not asked where the login fails', opening(new Refusal('unavailable', 'down')), credentials, null],
  ])('%s', async (_what, openAccess, known, apiCanCreate) => {
    expect(await asks(openAccess, known)).toEqual({ waitsFor: 'administrator', apiCanCreate });
  });

  it('is no reason to hide a defect', async () => {
    await expect(asks(opening(defect))).rejects.toBe(defect);
  });
});

describe('a replaced user', () => {
  it.each<[what: string, login: Error | null, says: RegExp]>([
    ['that Autotask still lets in', null, /^Autotask still accepts the replaced API user/u],
    ['that Autotask refuses', new Refusal('unauthorised', 'no'), /^$/u],
    [
      'that Autotask could not be asked about',
      new Refusal('unavailable', 'Autotask is down.'),
      /could not be asked whether the replaced user is out of use\. Autotask is down\.$/u,
    ],
  ])('%s', async (_what, login, says) => {
    expect(await stillWorks(credentials, opening(login), signal)).toMatch(says);
  });

  it('that a defect stood before', async () => {
    await expect(stillWorks(credentials, opening(defect), signal)).rejects.toBe(defect);
  });
});

describe('credentials for a look', () => {
  const trusted: ApiUserRecord = { ...newApiUser('acme', 'device-sync', 1), trustedVersion: 'v1' };
  const ofUser = 'the user, acme,device-sync';
  const both = [ofUser, 'the vault, acme,device-sync'];
  type Row = [
    what: string,
    user: ApiUserRecord | null,
    version: string | null,
    found: typeof credentials | null,
    asked: string[],
  ];
  it.each<Row>([
    ['are those that are trusted', trusted, 'v1', credentials, both],
    ['are none without a user', null, 'v1', null, [ofUser]],
    ['are none where nothing is trusted', { ...trusted, trustedVersion: null }, 'v1', null, [ofUser]],
    ['are none where the user has lost a right', { ...trusted, lost: ['login'] }, 'v1', null, [ofUser]],
    ['are none where the vault holds none', trusted, null, null, both],
    ['are none where the vault holds others', trusted, 'v2', null, both],
  ])('%s', async (_what, user, version, found, asked) => {
    const seen: string[] = [];
    const look = workingCredentials({
      apiUsers: {
        get: async (...of) => {
          seen.push(`the user, ${of}`);
          return user;
        },
      },
      apiUserVault: (...of) => ({
        current: async () => {
          seen.push(`the vault, ${of}`);
          return version === null ? null : { version, value: credentials };
        },
      }),
    });
    expect([await look('acme'), seen]).toEqual([found, asked]);
  });
});

describe('Addigy, as a connection’s key reaches it', () => {
  const recordOf = (state: string, declared: string | null, learnt: string | null) =>
    ({
      id: 'acme',
      settings: connectionSchema.parse({ name: 'Acme', addigy: { organizationId: declared } }),
      credentials: { deviceSync: 'missing', addigyKey: state },
      organizationId: learnt,
    }) as ConnectionRecord;

  it.each<[what: string, record: ConnectionRecord, apiKey: string | null, reached: string[] | null]>([
    ['in the organisation that was declared', recordOf('trusted', 'o1', 'o2'), 'k', ['k', 'o1']],
    ['in the organisation that the key told', recordOf('trusted', null, 'o2'), 'k', ['k', 'o2']],
    ['not, where no organisation is known', recordOf('trusted', null, null), 'k', null],
    ['not, where the key was refused', recordOf('refused', 'o1', null), 'k', null],
    ['not, where the vault holds none', recordOf('trusted', 'o1', null), null, null],
  ])('%s', async (_what, record, apiKey, reached) => {
    const open = (...of: string[]) => of as unknown as AddigyReach;
    const reach = reachOf((id) => {
      expect(id).toBe('acme');
      return { current: async () => (apiKey === null ? null : { version: 'v', value: { apiKey } }) };
    }, open);
    expect(await reach(record)).toEqual(reached);
  });
});
