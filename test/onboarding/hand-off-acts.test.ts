/** What each act of the page leaves alone: on a page that is done, not begun, replaced meanwhile, or of the other purpose. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HandOffAnswer, HandOffDesk } from '#onboarding/hand-off';
import { createHandOffDesk, type DeskWorld } from '#onboarding/hand-off-desk';
import { createApiUser } from '#onboarding/provision-api-user';
import { takeCredentials } from '#onboarding/take-credentials';
import {
  credentials,
  customIdentifier,
  type OnboardingTestWorld,
  startOnboardingWorld,
  vendorIdentifier,
} from './onboarding-world.ts';

let t: OnboardingTestWorld;
beforeAll(async () => {
  t = await startOnboardingWorld();
});
afterAll(() => t.close());

const pendingOf = ({ id }: { id: string }, purpose: 'device-sync' | 'addigy' = 'device-sync') =>
  t.world.apiUserVault(id, purpose).pending();

async function begun(purpose: 'device-sync' | 'addigy' = 'device-sync') {
  const connection = await t.connect({ validation: { canary: false } });
  return { connection, ...(await t.link(connection, purpose)) };
}
async function submitted(purpose: 'device-sync' | 'addigy' = 'device-sync', more: object = {}) {
  const on = await begun(purpose);
  const user = { trackingIdentifier: purpose === 'addigy' ? vendorIdentifier : customIdentifier, ...more };
  const { username } = t.makeUser({ localPart: 'own', secret: 'a-secret' }, user);
  t.addigy.world.pasteAutotaskCredentials({ username, password: 'a-secret' });
  await t.desk.verify(on.id, on.token, credentials(username), t.signal());
  return { ...on, username };
}
async function done(purpose: 'device-sync' | 'addigy' = 'device-sync') {
  const on = await submitted(purpose);
  if (purpose === 'addigy') await t.desk.check(on.id, on.token, t.signal());
  expect((await t.record(on.connection, purpose)).attempt?.stage).toBe('done');
  t.quiet();
  return on;
}
type Link = Awaited<ReturnType<typeof begun>>;
const acts: ReadonlyArray<
  [name: keyof HandOffDesk, act: (desk: HandOffDesk, link: Link) => Promise<HandOffAnswer>]
> = [
  ['look', (desk, { id, token }) => desk.look(id, token)],
  ['show', (desk, { id, token }) => desk.show(id, token)],
  ['mint', (desk, { id, token }) => desk.mint(id, token)],
  ['verify', (desk, { id, token }) => desk.verify(id, token, credentials('x@acme.example', 'x'), t.signal())],
  ['verifyAgain', (desk, { id, token }) => desk.verifyAgain(id, token, t.signal())],
  ['check', (desk, { id, token }) => desk.check(id, token, t.signal())],
  ['retire', (desk, { id, token }) => desk.retire(id, token, t.signal())],
];

describe.each(['device-sync', 'addigy'] as const)('on a page of %s that is done', (purpose) => {
  it.each(acts)('%s shows it, and does nothing', async (_name, act) => {
    const on = await done(purpose);
    const before = await t.record(on.connection, purpose);
    expect(await act(createHandOffDesk(t.world), on)).toMatchObject({
      kind: 'view',
      view: { stage: 'done' },
    });
    expect(await t.record(on.connection, purpose)).toEqual(before);
    expect([await pendingOf(on.connection, purpose), t.asked()]).toEqual([null, 0]);
  });
});

describe('before anything was submitted', () => {
  it.each(acts.filter(([name]) => ['verifyAgain', 'check', 'retire'].includes(name)))(
    '%s asks no vendor',
    async (_name, act) => {
      for (const purpose of ['device-sync', 'addigy'] as const) {
        const on = await begun(purpose);
        t.quiet();
        expect(await act(t.desk, on)).toMatchObject({
          kind: 'view',
          view: { stage: 'awaiting-administrator' },
        });
        expect([t.asked(), (await pendingOf(on.connection, purpose))?.kind]).toEqual([0, 'draft']);
      }
    },
  );

  it('trying again tries nothing where the vault holds nothing either', async () => {
    const on = await begun();
    await t.world.apiUserVault(on.connection.id, 'device-sync').discard(on.record.attempt!.version);
    expect(await t.desk.verifyAgain(on.id, on.token, t.signal())).toMatchObject({ kind: 'view' });
    expect(t.logins()).toBe(0);
  });

  it('trying again does not try the present user beside which another is made', async () => {
    const { connection } = await done();
    await createApiUser(connection, 'device-sync', () => true, t.world, t.signal());
    const second = await t.link(connection, 'device-sync');
    await takeCredentials(connection, credentials('nobody@acme.example'), t.world, t.signal());
    expect(await pendingOf(connection)).toBeNull();
    t.quiet();
    await t.desk.verifyAgain(second.id, second.token, t.signal());
    expect(t.logins()).toBe(0);
  });
});

describe('looking', () => {
  it('tells what was shown, and what was submitted', async () => {
    const { id, token } = await begun();
    const look = () => t.desk.look(id, token);
    const view = { webUrl: '', shown: false, submitted: false };
    expect(await look()).toMatchObject({ kind: 'view', view });
    await t.desk.show(id, token);
    expect(await look()).toMatchObject({ kind: 'view', view: { ...view, shown: true } });
    await t.desk.verify(id, token, credentials('nobody@acme.example'), t.signal());
    expect(await look()).toMatchObject({ kind: 'view', view: { ...view, shown: true, submitted: true } });
  });
});

describe('showing', () => {
  it('shows the values on the page as it is then', async () => {
    const { connection, id, token } = await begun();
    expect(await t.desk.show(id, token)).toMatchObject({
      kind: 'shown',
      view: { connectionName: connection.settings.name, shown: true, submitted: false },
    });
  });

  it('mints nothing over what was submitted', async () => {
    const { connection, id, token } = await submitted('device-sync', { active: false });
    const before = await pendingOf(connection);
    expect(await t.desk.show(id, token)).toMatchObject({ kind: 'view', view: { shown: false } });
    expect(before?.kind).toBe('submitted');
    expect(await pendingOf(connection)).toEqual(before);
  });

  it.each([
    ['that were not shown yet mints others', false, 'shown'],
    ['that were shown before does not', true, 'view'],
  ])('values that credentials by the API have displaced, %s', async (_what, isShown, kind) => {
    const { connection, username } = await done();
    await createApiUser(connection, 'device-sync', () => true, t.world, t.signal());
    const { id, token } = await t.link(connection, 'device-sync');
    if (isShown) await t.desk.show(id, token);
    await takeCredentials(connection, credentials(username), t.world, t.signal());
    expect((await t.desk.show(id, token)).kind).toBe(kind);
    expect((await pendingOf(connection))?.kind).toBe(isShown ? undefined : 'draft');
  });
});

describe('checking', () => {
  it('says that Addigy cannot be asked without a key, and leaves what was submitted', async () => {
    const { connection, id, token } = await submitted('addigy');
    const { version } = (await t.world.addigyKeyVault(connection.id).current())!;
    await t.world.connections.refuse(connection.id, 'addigyKey', version);
    t.quiet();
    expect(await t.desk.check(id, token, t.signal())).toMatchObject({
      kind: 'view',
      view: { stage: 'awaiting-administrator', detail: expect.stringMatching(/no working Addigy API key/u) },
    });
    expect(t.asked()).toBe(0);
  });

  it('is not done for a user that we log in with ourselves', async () => {
    const { id, token } = await submitted('device-sync', { active: false });
    t.quiet();
    await t.desk.check(id, token, t.signal());
    expect(t.asked()).toBe(0);
  });
});

/** A desk before which something happens between the opening of the link and what is done on it. */
function meanwhile(act: () => Promise<unknown>, more: Partial<DeskWorld['apiUsers']> = {}) {
  const { apiUsers } = t.world;
  let isFirst = true;
  return createHandOffDesk({
    ...t.world,
    apiUsers: {
      get: (...of) => apiUsers.get(...of),
      list: (of) => apiUsers.list(of),
      save: (record) => apiUsers.save(record),
      due: (now) => apiUsers.due(now),
      async byHandOff(id) {
        const found = await apiUsers.byHandOff(id);
        if (isFirst) await act();
        isFirst = false;
        return found;
      },
      ...more,
    },
  });
}

describe('a link', () => {
  it('of a hand-off that was never made leads nowhere, nor one of a connection that is gone', async () => {
    expect(await t.desk.look(t.world.digest('guess'), 'guess')).toEqual({ kind: 'unknown' });
    const { connection, id, token } = await begun();
    await t.world.connections.remove(connection.id);
    expect(await t.desk.look(id, token)).toEqual({ kind: 'unknown' });
  });

  const minting = acts.filter(([name]) => ['show', 'mint'].includes(name));
  it.each(acts.filter(([name]) => ['show', 'mint', 'verify'].includes(name)))(
    'that is replaced while it is opened: %s changes nothing of its successor',
    async (name, act) => {
      const on = await begun();
      const renew = () => createApiUser(on.connection, 'device-sync', () => true, t.world, t.signal());
      t.quiet();
      const answer = await act(meanwhile(renew), on);
      const renewed = await t.record(on.connection);
      expect(answer).toEqual({ kind: 'unknown' });
      expect(renewed).toMatchObject({
        attempt: { stage: 'awaiting-administrator', submittedVersion: null, handOff: { shownAt: null } },
      });
      // What was typed is taken for nothing more: the successor mints anew.
      const kept = name === 'verify' ? 'submitted' : 'draft';
      expect((await pendingOf(on.connection))?.kind).toBe(kept);
      if (kept === 'draft')
        expect(await pendingOf(on.connection)).toMatchObject({ version: renewed!.attempt!.version });
      expect(t.asked()).toBe(0);
    },
  );

  it.each(minting)('whose user ends while it is opened: %s changes nothing of it', async (_name, act) => {
    const on = await begun();
    const end = async () => {
      await t.world.apiUsers.save({ ...(await t.record(on.connection)), attempt: null, dueAt: null });
    };
    expect(await act(meanwhile(end), on)).toEqual({ kind: 'unknown' });
    expect((await t.record(on.connection)).attempt).toBeNull();
  });

  it.each(minting)('whose user is not to be found any more: %s shows nothing', async (_name, act) => {
    const on = await begun();
    const desk = meanwhile(async () => {}, { get: async () => null });
    expect((await act(desk, on)).kind).toBe('view');
  });
});

describe('retiring', () => {
  const old = { username: 'old@acme.example', secret: 'old-secret', trackingIdentifier: customIdentifier };
  type Known = { version: string; value: typeof old } | null;
  const isOld: Known = { version: 'v1', value: old };
  const isNew: Known = { version: 'v2', value: { ...old, username: 'new@acme.example' } };

  /** A page whose user has replaced another, which Autotask still lets in. */
  async function replacing(
    previous: Known,
    current: Known,
    purpose: 'device-sync' | 'addigy' = 'device-sync',
    retiredAt: number | null = null,
  ) {
    const on = await begun(purpose);
    t.makeUser({ localPart: 'old', secret: 'old-secret' });
    const replaced = { generation: 1, version: 'v1', retiredAt };
    await t.world.apiUsers.save({ ...on.record, replaced });
    t.quiet();
    const vault = (id: string) => ({
      ...t.world.apiUserVault(id, purpose),
      previous: async () => previous,
      current: async () => current,
    });
    const desk = createHandOffDesk({ ...t.world, apiUserVault: vault });
    return { ...on, answer: await desk.retire(on.id, on.token, t.signal()) };
  }

  it.each<[what: string, previous: Known, current: Known, isTried: boolean]>([
    ['is known', isOld, isNew, true],
    ['is known, whatever is current', isOld, null, true],
    ['is not known any more', null, isNew, false],
    ['is not the one before the present', { version: 'v0', value: old }, isNew, false],
    ['bears the name of the present', isOld, { version: 'v2', value: old }, false],
  ])('tries a replaced user that %s', async (_what, previous, current, isTried) => {
    const { connection, answer } = await replacing(previous, current);
    expect(answer).toMatchObject({
      kind: 'view',
      view: { detail: isTried ? expect.stringMatching(/still accepts/u) : '' },
    });
    expect(t.logins()).toBe(isTried ? 1 : 0);
    expect((await t.record(connection)).replaced?.retiredAt).toBe(isTried ? null : t.clock.now);
  });

  it('is done once', async () => {
    const { connection, answer } = await replacing(isOld, isNew, 'device-sync', 7);
    expect(answer).toMatchObject({ kind: 'view', view: { detail: '' } });
    expect([(await t.record(connection)).replaced?.retiredAt, t.asked()]).toEqual([7, 0]);
  });

  it('of Addigy’s user says why Addigy could not be asked', async () => {
    const { connection, id, token } = await replacing(isOld, isNew, 'addigy');
    t.addigy.faults.add({ match: {}, times: 100, do: { kind: 'answer', status: 200, body: '<html>' } });
    const silent = await t.desk.retire(id, token, t.signal());
    t.addigy.faults.clear();
    expect(silent).toMatchObject({ kind: 'view', view: { detail: expect.stringMatching(/Addigy/u) } });
    expect(JSON.stringify(silent)).not.toMatch(/holds the old credentials/u);
    const { version } = (await t.world.addigyKeyVault(connection.id).current())!;
    await t.world.connections.refuse(connection.id, 'addigyKey', version);
    const keyless = await t.desk.retire(id, token, t.signal());
    expect(keyless).toMatchObject({ kind: 'view', view: { detail: expect.stringMatching(/no working/u) } });
    expect((await t.record(connection, 'addigy')).replaced?.retiredAt).toBeNull();
  });
});
