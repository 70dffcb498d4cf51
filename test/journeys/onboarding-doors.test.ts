/** The doors into onboarding that are no page: the bus, an invocation, the API; and what comes after trust. */
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ToldApiUser } from '#onboarding/tell-api-user';
import { fleetApiKey, fleetApiUser } from '../simulators/fleet.ts';
import { linesOf } from './door-logs.ts';
import { counted, type LocalWorld, smallWorld, startLocalWorld, vendorIdentifier } from './local-world.ts';

let world: LocalWorld;
let made = 0;
beforeAll(async () => {
  world = await startLocalWorld();
});
afterAll(() => world?.close());

const { username, secret, trackingIdentifier } = fleetApiUser;
const apiUser = { username, secret, trackingIdentifier };
const newId = (): string => {
  made += 1;
  return `door-${made}`;
};
const until = async <Value>(look: () => Promise<Value | undefined> | Value | undefined): Promise<Value> => {
  for (let tries = 0; tries < 150; tries += 1) {
    const value = await look();
    if (value !== undefined) return value;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('it did not happen within 15 s');
};
const eventsOf = (type: string, id: string) =>
  world.host
    .events()
    .filter(
      (event) =>
        event['detail-type'] === type && (event.detail as { connectionId?: string }).connectionId === id,
    );

function reset(): void {
  const seed = smallWorld();
  world.autotask.seed(seed.autotask);
  world.addigy.world.replace(seed.addigy);
  for (const simulator of [world.autotask, world.addigy]) {
    simulator.faults.clear();
    simulator.journal.clear();
  }
}
async function put(detail: unknown): Promise<void> {
  const answer = await new EventBridgeClient({}).send(
    new PutEventsCommand({
      Entries: [
        {
          EventBusName: world.host.outputs.BusName,
          Source: 'rewst',
          DetailType: 'Onboarding Requested',
          Detail: JSON.stringify(detail),
        },
      ],
    }),
  );
  expect(answer.FailedEntryCount).toBe(0);
}
async function intake(value: unknown): Promise<string> {
  made += 1;
  const stored = await new SecretsManagerClient({}).send(
    new CreateSecretCommand({
      Name: `addigy-autotask/prod/intake/secret-${made}`,
      SecretString: typeof value === 'string' ? value : JSON.stringify(value),
    }),
  );
  return stored.ARN ?? '';
}
const user = (id: string, purpose = 'device-sync') =>
  world.api.call<ToldApiUser>('GET', `/connections/${id}/api-users/${purpose}`);

describe('an event on the bus', () => {
  it('onboards with secrets by ARN; twice is one connection, one user, one link', async () => {
    reset();
    const connectionId = newId();
    const detail = {
      connectionId,
      connection: { name: 'By event', schedule: { enabled: false } },
      provision: ['device-sync'],
      addigyKeySecretArn: await intake({ apiKey: fleetApiKey }),
    };
    await put(detail);
    const first = await until(() => user(connectionId).catch(() => undefined));
    const keys = world.addigy.journal.count({});
    await put(detail);
    // Nothing tells that a message has done nothing.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    const again = await user(connectionId);
    expect(again.link).toBe(first.link);
    expect(again).toMatchObject({ state: 'awaiting-administrator', waitsFor: 'administrator' });
    expect(eventsOf('Hand-off Ready', connectionId)).toHaveLength(1);
    // A key that is current already is not tried a second time.
    expect(world.addigy.journal.count({})).toBe(keys);
    const connection = await world.api.call<{ credentials: unknown }>('GET', `/connections/${connectionId}`);
    expect(connection.credentials).toEqual({ deviceSync: 'missing', addigyKey: 'trusted' });
  });

  it.each<[what: string, more: object, code: string]>([
    ['a secret', { apiKey: 'CANARY-in-an-event' }, 'secret-in-request'],
    ['a field that is none', { colour: 'CANARY-blue' }, 'invalid-request'],
    [
      'an ARN that lies elsewhere',
      { addigyKeySecretArn: 'arn:aws:secretsmanager:us-east-1:000000000000:secret:CANARY-x' },
      'secret-outside-intake',
    ],
  ])('with %s is refused by an event that does not repeat it', async (_, more, code) => {
    reset();
    const connectionId = newId();
    await put({ connectionId, connection: { name: 'Refused' }, ...more });
    const [refused] = await until(() => {
      const found = eventsOf('Onboarding Refused', connectionId);
      return found.length > 0 ? found : undefined;
    });
    expect(refused?.detail).toMatchObject({ connectionId, code });
    const told = JSON.stringify(
      world.host.events().filter((event) => event['detail-type'] !== 'Onboarding Requested'),
    );
    const logs = world.host.logs('provision-api-user').join('\n');
    if (code !== 'secret-outside-intake') expect(told + logs).not.toContain('CANARY');
    expect(world.host.deadLetters()).toEqual([]);
  });
});

describe('an invocation', () => {
  it('answers with the link, and a user that exists is proved at once', async () => {
    reset();
    const connectionId = newId();
    const invoke = async (payload: object) => {
      const outcome = await world.host.doors.invoke('provision-api-user', payload);
      return outcome.ok ? JSON.parse(outcome.payload) : outcome;
    };
    const asked = {
      connectionId,
      connection: { name: 'Invoked', schedule: { enabled: false } },
      provision: ['addigy'],
    };
    const answer = await invoke(asked);
    expect(answer).toMatchObject({
      ok: true,
      created: true,
      apiUsers: [{ purpose: 'addigy', state: 'awaiting-administrator' }],
    });
    expect((await invoke(asked)).apiUsers[0].link).toBe(answer.apiUsers[0].link);
    const other = { connectionId, connection: { ...asked.connection, name: 'Other' } };
    expect(await invoke(other)).toMatchObject({ ok: false, code: 'precondition-required' });
    expect(await invoke({ ...other, connectionVersion: 'x-1' })).toMatchObject({
      code: 'precondition-failed',
    });
    expect(await invoke({ ...other, connectionVersion: '*' })).toMatchObject({ ok: true, created: false });
    const given = await invoke({ connectionId, apiUserSecretArn: await intake(apiUser) });
    expect(given.apiUsers[0]).toMatchObject({ purpose: 'device-sync', state: 'trusted' });
    expect(await invoke({ connectionId, secret: 'CANARY' })).toMatchObject({
      ok: false,
      code: 'secret-in-request',
    });
    expect(await invoke({ connectionId: 'nobody' })).toMatchObject({ ok: false, code: 'not-found' });
  });
});

describe('after trust', () => {
  it('a right that was taken away is announced, holds the sync, and is found again', async () => {
    const { id, sync } = await world.connect();
    world.autotask.world.setPermission(username, { rights: { Companies: { query: false } } });
    const lost = await world.api.call<ToldApiUser>(
      'POST',
      `/connections/${id}/api-users/device-sync/validations`,
    );
    expect(lost).toMatchObject({ state: 'refused', waitsFor: 'administrator' });
    expect(eventsOf('Permission Lost', id)).toHaveLength(1);
    const held = await sync();
    expect([held.status, held.reason]).toEqual(['held', 'permission-lost']);
    expect(held.detail).toMatch(/Companies: view/u);
    world.autotask.world.setPermission(username, { rights: { Companies: { query: true } } });
    const found = await world.api.call<ToldApiUser>(
      'POST',
      `/connections/${id}/api-users/device-sync/validations`,
    );
    expect(found.state).toBe('trusted');
    expect((await sync()).status).toBe('succeeded');
  });

  it('without a canary Edit is proved by the first sync, and stays so', async () => {
    const { id, sync } = await world.connect();
    const verdict = async () =>
      (await user(id)).report?.lines.find((line) => line.id === 'edit-unprotected-data')?.verdict;
    expect(await verdict()).toBe('inconclusive');
    await sync();
    expect(await verdict()).toBe('confirmed');
    await world.api.call('POST', `/connections/${id}/api-users/device-sync/validations`);
    expect(await verdict()).toBe('confirmed');
  });

  it('a login that a sync was refused is known at once, and not tried again by itself', async () => {
    const { id, sync } = await world.connect();
    world.autotask.world.setUser(username, { active: false });
    world.autotask.journal.clear();
    expect((await sync()).reason).toBe('credentials-refused');
    expect(await user(id)).toMatchObject({ state: 'refused' });
    expect(eventsOf('Permission Lost', id)).toHaveLength(1);
    await world.host.fireSchedule();
    expect(world.autotask.journal.entries({}).filter((entry) => entry.status === 401)).toHaveLength(1);
    world.autotask.world.setUser(username, { active: true });
    await world.api.call('POST', `/connections/${id}/api-users/device-sync/validations`);
    expect((await sync()).status).toBe('succeeded');
  });

  it('a rotation asked for twice is one link, and goes on while the present user gets a new secret', async () => {
    const { id } = await world.connect();
    const path = `/connections/${id}/api-users/device-sync`;
    const [first, again] = await Promise.all([
      world.api.call<ToldApiUser>('POST', `${path}/rotations`),
      world.api.call<ToldApiUser>('POST', `${path}/rotations`),
    ]);
    expect(first).toMatchObject({ state: 'rotating', lastName: `${id} 2` });
    expect(again.link).toBe(first.link);
    expect(eventsOf('Rotation Due', id)).toHaveLength(1);
    world.autotask.world.setUser(username, { secret: 'another-now' });
    await world.api.call('PUT', path, { ...apiUser, secret: 'another-now' });
    expect(await user(id)).toMatchObject({ state: 'rotating', toRetire: null, link: first.link });
  });
});

describe('the native engine', () => {
  it('asks Addigy for each linked policy, and audits what came of it', async () => {
    const { id, ask, ended } = await world.connect();
    await world.api.declare(id, {
      name: id,
      schedule: { enabled: false },
      engine: 'native',
      sync: { policy: 'sync' },
    });
    world.autotask.world.addItem({
      companyID: 101,
      productID: 7,
      isActive: true,
      referenceTitle: 'Mac 0',
      serialNumber: 'C02JOURNEY00',
    });
    world.autotask.world.addItem({
      companyID: 102,
      productID: 7,
      isActive: true,
      referenceTitle: 'Mac 1',
      serialNumber: 'C02JOURNEY01',
    });
    const items = world.autotask.world.items().length;
    const run = await ended(await ask({ apply: true }));
    expect(run.status).toBe('succeeded');
    expect(world.addigy.world.syncRequests).toHaveLength(2);
    expect(run.counts.held).toEqual({ 'native-missing': 8, 'native-wrong-company': 1 });
    expect(run.counts.unchanged).toBe(1);
    // It only read.
    expect(world.autotask.world.items()).toHaveLength(items);
  });

  it('is warned of where the direct one writes to the same policies', async () => {
    const { id, sync } = await world.connect();
    await world.api.declare(id, {
      ...{ name: id, schedule: { enabled: false }, validation: { canary: false }, provision: ['addigy'] },
      sync: { policy: 'sync' },
    });
    expect((await sync()).notes.filter((note) => note.startsWith('Two writers'))).toEqual([]);
    const { HandOffVisit } = await import('../../bin/story/hand-off-visit.ts');
    world.autotask.world.addUser({
      ...fleetApiUser,
      username: 'addigy@managedmacs.example',
      secret: 'x-1',
      trackingIdentifier: vendorIdentifier,
    });
    world.addigy.world.pasteAutotaskCredentials({ username: 'addigy@managedmacs.example', password: 'x-1' });
    const visit = await HandOffVisit.open((await user(id, 'addigy')).link ?? '');
    await visit.press('verify', { username: 'addigy@managedmacs.example', secret: 'x-1' });
    await visit.press('check');
    expect((await user(id, 'addigy')).state).toBe('trusted');
    const followed = (door: string) => linesOf(world, door).map(({ correlationId }) => correlationId);
    expect(followed('open-hand-off').length).toBeGreaterThanOrEqual(2);
    expect(followed('receive-hand-off')).toEqual(expect.arrayContaining(followed('open-hand-off')));
    expect((await sync()).notes.filter((note) => note.startsWith('Two writers'))).toHaveLength(1);
  });
});

describe('help with mapping', () => {
  it('suggests companies by name, and applies none', async () => {
    reset();
    const { id } = await world.connect(
      {},
      {
        addigy: {
          ...smallWorld().addigy,
          policies: [
            { policyId: 'north', name: 'North Inc.', parent: null },
            { policyId: 'south', name: 'Nowhere', parent: null },
          ],
        },
      },
    );
    const told = await world.api.call<{ suggestions: unknown[]; unmapped: unknown[] }>(
      'GET',
      `/connections/${id}/companies/suggestions`,
    );
    expect(told).toMatchObject({
      suggestions: [
        { policyId: 'north', devices: 6, companies: [{ companyId: 101, companyName: 'North', score: 1 }] },
      ],
      unmapped: [{ policyId: 'south', devices: 4 }],
    });
    const { sync } = await world.api.call<{ sync: { companies: object } }>('GET', `/connections/${id}`);
    expect(sync.companies).toEqual({});
  });
});

describe('offboarding', () => {
  it('observes, deactivates what is ours within a limit that was raised for it, and ends', async () => {
    const journey = await world.connect();
    await journey.sync();
    const path = `/connections/${journey.id}`;
    type Leaving = { state: string; runId: string };
    const observed = await world.api.call<Leaving>('DELETE', `${path}?limit=100`);
    const plan = await journey.ended(observed.runId);
    expect([plan.status, counted(plan), plan.applied]).toEqual(['succeeded', '+0 ~0 ^0 -10 x0', false]);
    expect(world.autotask.world.items().every((item) => item.isActive)).toBe(true);
    const applied = await world.api.call<Leaving>(
      'DELETE',
      `${path}?limit=100&apply=true&planId=${plan.planId}`,
    );
    expect((await journey.ended(applied.runId)).counts.applied).toBe(10);
    expect(world.autotask.world.items().every((item) => !item.isActive)).toBe(true);
    const [offboarded] = await until(() => {
      const found = eventsOf('Connection Offboarded', journey.id);
      return found.length > 0 ? found : undefined;
    });
    expect(offboarded?.detail).toEqual({ connectionId: journey.id, deactivate: ['device-sync'] });
    // It is out of service once that is told, and not before.
    type Left = { credentials: unknown; offboarding: { doneAt: string | null } };
    const left = await until(async () => {
      const found = await world.api.call<Left>('GET', path);
      return found.offboarding.doneAt === null ? undefined : found;
    });
    expect(left.credentials).toEqual({ deviceSync: 'missing', addigyKey: 'missing' });
    expect(left.offboarding.doneAt).toEqual(expect.any(String));
    const { runs } = await world.api.call<{ runs: unknown[] }>('GET', `${path}/runs`);
    expect(runs).toHaveLength(3);
    const again = await world.api.call<{ state: string; deactivate: object[] }>('DELETE', path);
    expect(again).toMatchObject({ state: 'offboarded', deactivate: [{ purpose: 'device-sync' }] });
  });
});
