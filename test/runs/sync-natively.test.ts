/** The native engine's leg, up to the vendors: who may go, with what, and what is kept of a refusal. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newApiUser } from '#onboarding/new-api-user';
import { syncNatively } from '#runs/sync-natively';
import { type LocalDynamo, startDynamo } from '../aws/local-table.ts';
import { reportOf, settingsOf, t0, worldOn } from './world.ts';

let dynamo: LocalDynamo;
let set: ReturnType<typeof worldOn>;
beforeAll(async () => {
  dynamo = await startDynamo();
});
afterAll(() => dynamo.close());
beforeEach(async () => {
  set = worldOn(await dynamo.newTable());
});
const { signal } = new AbortController();
const native = (more: object = {}) =>
  settingsOf({ engine: 'native', addigy: { organizationId: 'org' }, ...more });
const run = async (apply = true) =>
  syncNatively((await set.world.connections.get('acme'))!, { apply }, set.world, signal);

describe('a native run', () => {
  it('asks Addigy, and reads back with a user of ours, who may only read', async () => {
    await set.ready('acme', native());
    const { report, userVersion } = await run();
    expect([report.outcome, userVersion]).toEqual(['succeeded', 'user-1']);
    expect(set.opened).toEqual(expect.arrayContaining([{ organizationId: 'org' }, { readOnly: true }]));
  });

  it('goes without a user of ours, and reads nothing back', async () => {
    await set.world.connections.declare('acme', native(), t0);
    await set.world.connections.trust('acme', 'addigyKey', { version: 'key-1' }, t0);
    let directory: unknown;
    set.control.native = async (_, world) => {
      directory = world.directory;
      return reportOf();
    };
    expect((await run()).report.outcome).toBe('succeeded');
    expect(directory).toBeNull();
  });

  it.each<[what: string, prepare: () => Promise<unknown>, reason: string]>([
    ['without a key', () => set.world.connections.declare('acme', native(), t0), 'credentials-missing'],
    [
      'without an organisation',
      () => set.ready('acme', settingsOf({ engine: 'native' })),
      'credentials-missing',
    ],
    [
      'while Addigy has locked the key',
      async () => {
        await set.ready('acme', native());
        await set.world.connections.learn('acme', { addigyBlockedUntil: t0 + 1_000 });
      },
      'addigy-blocked',
    ],
    [
      'with a key that was refused',
      async () => {
        await set.ready('acme', native());
        await set.world.connections.refuse('acme', 'addigyKey', 'key-1');
      },
      'credentials-missing',
    ],
    [
      'when Addigy was seen not to reach Autotask any more',
      async () => {
        await set.ready('acme', native());
        const user = { ...newApiUser('acme', 'addigy', t0), trustedVersion: 'v', lost: ['addigy-reach'] };
        await set.world.apiUsers.save(user);
      },
      'permission-lost',
    ],
  ])('is held %s, and asks nobody', async (_, prepare, reason) => {
    await prepare();
    const { report } = await run();
    expect([report.outcome, report.reason]).toEqual(['held', reason]);
    expect(set.opened).toEqual([]);
  });

  it('keeps a key that Addigy refused from being tried again', async () => {
    await set.ready('acme', native());
    set.control.native = async () => reportOf({ outcome: 'held', reason: 'addigy-unauthorised' });
    expect((await run()).refused).toEqual({ credential: 'addigyKey', version: 'key-1' });
  });

  it('goes on where Autotask’s zone cannot be found', async () => {
    await set.ready('acme', native());
    set.control.zone = async () => {
      throw Object.assign(new Error('Autotask gave no answer'), { failure: 'unavailable' });
    };
    let directory: unknown;
    set.control.native = async (_, world) => {
      directory = world.directory;
      return reportOf();
    };
    expect((await run()).report.outcome).toBe('succeeded');
    expect(directory).toBeNull();
  });
});
