/** The hand-off, from the link to trust, and everything that goes wrong on the way: real adapters, real simulators. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HandOffAnswer, Submission } from '#onboarding/hand-off';
import { lookAgain } from '#onboarding/look-again';
import { createApiUser, renewDoneLink } from '#onboarding/provision-api-user';
import type { ReportLine } from '#permissions/permission-report';
import { leastPrivilege } from '../simulators/autotask/seed.ts';
import {
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

const viewOf = (answer: HandOffAnswer) => {
  if (!('view' in answer)) throw new Error(`the page is ${answer.kind}`);
  return answer.view;
};
const mintedOf = (answer: HandOffAnswer) => {
  if (answer.kind !== 'shown') throw new Error(`nothing was shown: ${answer.kind}`);
  return answer.minted;
};
const verdicts = (lines: readonly ReportLine[] = []) =>
  Object.fromEntries(lines.map((line) => [line.id, line.verdict]));
const told = () => t.events.map((event) => event.type);
const typed = (more: Partial<Submission> = {}): Submission => ({
  username: '',
  secret: '',
  trackingIdentifier: customIdentifier,
  ...more,
});

/** A link whose values were shown, and the user made with them. */
async function madeUser(more: Parameters<OnboardingTestWorld['makeUser']>[1] = {}) {
  const connection = await t.connect();
  const link = await t.link(connection, 'device-sync');
  const minted = mintedOf(await t.desk.show(link.id, link.token));
  return { connection, ...link, minted, ...t.makeUser(minted, more) };
}

describe('the way to trust', () => {
  it('goes from the link over a forgotten box to trusted, and costs at most 25 calls a test', async () => {
    const { connection, id, token, username } = await madeUser({
      protectedData: {
        viewUnprotected: true,
        editUnprotected: false,
        viewProtected: false,
        editProtected: false,
      },
    });
    const refused = viewOf(await t.desk.verify(id, token, typed({ username }), t.signal()));
    expect(refused.stage).toBe('refused');
    expect(verdicts(refused.report?.lines)).toMatchObject({
      login: 'confirmed',
      'view-unprotected-data': 'confirmed',
      'edit-unprotected-data': 'denied',
      'items-update': 'confirmed',
    });
    expect(refused.report?.lines.find((line) => line.verdict === 'denied')?.fix).toMatch(
      /Protected Data Permission.*Edit Unprotected Data/u,
    );
    expect((await t.world.connections.get(connection.id))?.credentials.deviceSync).toBe('missing');
    expect(await t.world.apiUserVault(connection.id, 'device-sync').current()).toBeNull();

    t.autotask.world.setPermission(username, { protectedData: { editUnprotected: true } });
    t.autotask.journal.clear();
    const trusted = viewOf(await t.desk.verifyAgain(id, token, t.signal()));
    expect(trusted.stage).toBe('done');
    expect(new Set(Object.values(verdicts(trusted.report?.lines)))).toEqual(new Set(['confirmed']));
    expect(trusted.report?.excess).toEqual([]);
    expect(t.autotask.journal.count({})).toBeLessThanOrEqual(25);
    expect(t.autotask.journal.count({})).toBe(trusted.report?.calls.autotask);
    expect(trusted.webUrl).toMatch(/^https:/u);
    expect((await t.world.connections.get(connection.id))?.credentials.deviceSync).toBe('trusted');
    expect((await t.world.apiUserVault(connection.id, 'device-sync').current())?.value.username).toBe(
      username,
    );
    expect((await t.record(connection)).state).toBe('trusted');
    expect(told()).toEqual([
      'Hand-off Ready',
      'Api User Verifying',
      'Api User Refused',
      'Api User Verifying',
      'Api User Trusted',
    ]);
    // One canary, asleep, whatever was tested how often.
    expect(t.autotask.world.items().map((item) => [item.companyID, item.isActive])).toEqual([
      [175, true],
      [0, false],
    ]);
  });

  it('takes what Autotask generated instead of what was minted', async () => {
    const connection = await t.connect();
    const { id, token } = await t.link(connection, 'device-sync');
    const { username } = t.makeUser({ localPart: 'autotasks-own', secret: 'Autotask$Own!Secret' });
    const view = viewOf(
      await t.desk.verify(id, token, typed({ username, secret: 'Autotask$Own!Secret' }), t.signal()),
    );
    expect(view.stage).toBe('done');
  });

  it('proves a user of Addigy’s through Addigy, and in no other way', async () => {
    const connection = await t.connect();
    const { id, token } = await t.link(connection, 'addigy');
    const minted = mintedOf(await t.desk.show(id, token));
    const { username } = t.makeUser(minted, { trackingIdentifier: vendorIdentifier });
    const saved = viewOf(await t.desk.verify(id, token, typed({ username }), t.signal()));
    expect(saved).toMatchObject({ stage: 'awaiting-administrator', submitted: true });
    const unpasted = viewOf(await t.desk.check(id, token, t.signal()));
    expect(unpasted.stage).toBe('refused');
    t.addigy.world.pasteAutotaskCredentials({ username, password: minted.secret });
    const reached = viewOf(await t.desk.check(id, token, t.signal()));
    expect(reached).toMatchObject({ stage: 'done', reachedAt: t.clock.now });
    expect(told()).toEqual(['Hand-off Ready', 'Api User Refused', 'Api User Trusted', 'Addigy Reached']);
    expect((await t.world.apiUserVault(connection.id, 'addigy').current())?.value.username).toBe(username);
  });
});

describe('the field of the mark', () => {
  it.each<[what: string, create: boolean, stage: string, verdict: string]>([
    ['is made where the level allows it', true, 'done', 'confirmed'],
    ['is one more thing to do where it does not', false, 'refused', 'denied'],
  ])('%s', async (_, create, stage, verdict) => {
    const connection = await t.connect({}, { udfs: [{ name: 'Something else' }], items: [] });
    const { id, token } = await t.link(connection, 'device-sync');
    const { username } = t.makeUser(mintedOf(await t.desk.show(id, token)), {
      rights: { ...leastPrivilege, UserDefinedFieldDefinitions: { query: true, create } },
    });
    const view = viewOf(await t.desk.verify(id, token, typed({ username }), t.signal()));
    expect([view.stage, verdicts(view.report?.lines)['mark-field']]).toEqual([stage, verdict]);
    expect(view.report?.calls.autotask).toBeLessThanOrEqual(25);
  });
});

describe('what can be wrong', () => {
  type Row = [
    what: string,
    user: Parameters<OnboardingTestWorld['makeUser']>[1],
    typed: Partial<Submission>,
    stage: string,
    denied: string[],
  ];
  const none = { viewUnprotected: false, editUnprotected: false, viewProtected: false, editProtected: false };
  it.each<Row>([
    [
      'no box at all',
      { protectedData: none },
      {},
      'refused',
      ['view-unprotected-data', 'edit-unprotected-data'],
    ],
    [
      'no right to companies',
      {
        rights: {
          Companies: { query: false },
          ConfigurationItems: { query: true, create: true, update: true },
        },
      },
      {},
      'refused',
      ['companies-query'],
    ],
    [
      'items may not be made',
      { rights: { ConfigurationItems: { query: true, create: false, update: true } } },
      {},
      'refused',
      ['items-create'],
    ],
    [
      'items may not be edited',
      { rights: { ConfigurationItems: { query: true, create: true, update: false } } },
      {},
      'refused',
      ['items-update'],
    ],
    ['another secret was typed in Autotask', { secret: 'another-secret' }, {}, 'verifying', ['login']],
    ['another identifier', { trackingIdentifier: 'SOMEBODYELSE' }, {}, 'verifying', ['login']],
    ['the user is inactive', { active: false }, {}, 'verifying', ['login']],
    ['the user is locked, and Autotask does not say so', { locked: true }, {}, 'verifying', ['login']],
  ])('%s', async (_, user, more, stage, denied) => {
    const { id, token, username, connection } = await madeUser(user);
    const view = viewOf(await t.desk.verify(id, token, typed({ username, ...more }), t.signal()));
    expect(view.stage).toBe(stage);
    const lines = view.report?.lines.filter((line) => line.verdict === 'denied') ?? [];
    expect(lines.map((line) => line.id)).toEqual(expect.arrayContaining(denied));
    expect(lines.every((line) => line.fix !== '' && line.evidence !== '')).toBe(true);
    expect(await t.world.apiUserVault(connection.id, 'device-sync').current()).toBeNull();
  });

  it('a locked user, where Autotask says so, is not waited for', async () => {
    const { id, token, username } = await madeUser({ locked: true });
    t.autotask.setQuirks({ lockedUser: '401-message' });
    const view = viewOf(await t.desk.verify(id, token, typed({ username }), t.signal()));
    t.autotask.setQuirks({ lockedUser: '401-empty' });
    expect(view).toMatchObject({ stage: 'refused', retryAt: null });
    expect(view.detail).toMatch(/locked/u);
  });

  it('Autotask is down: nothing is lost, and the same press works later', async () => {
    const { id, token, username } = await madeUser();
    t.autotask.faults.add({
      match: {},
      do: { kind: 'answer', status: 200, body: '<html>maintenance</html>' },
    });
    const down = viewOf(await t.desk.verify(id, token, typed({ username }), t.signal()));
    t.autotask.faults.clear();
    expect(down.stage).toBe('verifying');
    expect(down.detail).toMatch(/maintenance/u);
    expect(viewOf(await t.desk.verifyAgain(id, token, t.signal())).stage).toBe('done');
  });

  it('a new user’s five minutes are waited out by the schedule, with two logins in all', async () => {
    const { id, token, username, connection } = await madeUser({ readyInMs: 4 * 60_000 });
    t.autotask.journal.clear();
    const waiting = viewOf(await t.desk.verify(id, token, typed({ username }), t.signal()));
    expect(waiting).toMatchObject({ stage: 'verifying', retryAt: t.clock.now + 5 * 60_000 });
    // Pressing again and again does not try again.
    for (let n = 0; n < 5; n += 1) await t.desk.verifyAgain(id, token, t.signal());
    await t.desk.verify(id, token, typed({ username }), t.signal());
    expect(t.autotask.journal.count({ path: /\/version$/iu })).toBe(1);
    const { dueAt } = await t.record(connection);
    expect(dueAt).toBe(t.clock.now + 5 * 60_000);
    t.clock.now += 5 * 60_000;
    t.autotask.world.advanceClock(5 * 60_000);
    await lookAgain(connection.id, 'device-sync', t.world, t.signal());
    expect((await t.record(connection)).state).toBe('trusted');
    expect(t.autotask.journal.count({ path: /\/version$/iu })).toBe(2);
    expect(told()).toEqual([
      'Hand-off Ready',
      'Api User Verifying',
      'Api User Verifying',
      'Api User Trusted',
    ]);
  });

  it('after five minutes a refused login is believed', async () => {
    const { id, token, username, connection } = await madeUser({ secret: 'typed-wrong' });
    await t.desk.verify(id, token, typed({ username }), t.signal());
    t.clock.now += 5 * 60_000;
    await lookAgain(connection.id, 'device-sync', t.world, t.signal());
    expect((await t.record(connection)).state).toBe('refused');
    // Other values are tried at once, and have five minutes of their own.
    expect(
      viewOf(await t.desk.verify(id, token, typed({ username, secret: 'typed-wrong' }), t.signal())).stage,
    ).toBe('done');
  });

  it.each<[what: string, more: Partial<Submission>, fields: string[]]>([
    ['half a username', { username: 'k7x' }, ['username']],
    ['no identifier', { username: 'k7x@acme.example', trackingIdentifier: ' ' }, ['trackingIdentifier']],
  ])('%s is not sent to Autotask', async (_, more, fields) => {
    const { id, token } = await madeUser();
    t.autotask.journal.clear();
    const answer = await t.desk.verify(id, token, typed(more), t.signal());
    expect(answer.kind === 'invalid' ? answer.errors.map((error) => error.field) : answer.kind).toEqual(
      fields,
    );
    expect(t.autotask.journal.count({})).toBe(0);
  });
});

describe('the link', () => {
  it('is the same when it is asked for twice, and another when it is renewed', async () => {
    const connection = await t.connect();
    const first = await t.link(connection, 'device-sync');
    const again = await t.link(connection, 'device-sync');
    expect(again.token).toBe(first.token);
    await createApiUser(connection, 'device-sync', () => true, t.world, t.signal());
    const renewed = await t.link(connection, 'device-sync');
    expect(renewed.token).not.toBe(first.token);
    expect((await t.desk.look(first.id, first.token)).kind).toBe('unknown');
    expect((await t.desk.look(renewed.id, renewed.token)).kind).toBe('view');
    expect(told()).toEqual(['Hand-off Ready', 'Hand-off Ready']);
  });

  it.each<[what: string, id: (one: string) => string, token: (one: string) => string]>([
    ['another id', () => 'f'.repeat(64), (token) => token],
    ['another token', (id) => id, (token) => `${token.slice(1)}x`],
    ['no token', (id) => id, () => ''],
  ])('does not open with %s', async (_, idOf, tokenOf) => {
    const connection = await t.connect();
    const { id, token } = await t.link(connection, 'device-sync');
    for (const answer of [
      await t.desk.look(idOf(id), tokenOf(token)),
      await t.desk.show(idOf(id), tokenOf(token)),
      await t.desk.verify(idOf(id), tokenOf(token), typed({ username: 'a@b' }), t.signal()),
    ])
      expect(answer).toEqual({ kind: 'unknown' });
  });

  it('expires, and asking again gives another', async () => {
    const connection = await t.connect();
    const first = await t.link(connection, 'device-sync');
    t.clock.now += 15 * 86_400_000;
    expect((await t.desk.look(first.id, first.token)).kind).toBe('expired');
    expect((await t.desk.show(first.id, first.token)).kind).toBe('expired');
    const second = await t.link(connection, 'device-sync');
    expect(second.token).not.toBe(first.token);
    expect((await t.desk.look(second.id, second.token)).kind).toBe('view');
  });

  it('shows the minted values once, also to two at once; new ones make the old void', async () => {
    const connection = await t.connect();
    const { id, token } = await t.link(connection, 'device-sync');
    const both = await Promise.all([t.desk.show(id, token), t.desk.show(id, token)]);
    expect(both.map((answer) => answer.kind).sort()).toEqual(['shown', 'view']);
    expect((await t.desk.show(id, token)).kind).toBe('view');
    const before = mintedOf(both.find((answer) => answer.kind === 'shown')!);
    const minted = mintedOf(await t.desk.mint(id, token));
    expect(minted.secret).not.toBe(before.secret);
    const { username } = t.makeUser(minted);
    expect(viewOf(await t.desk.verify(id, token, typed({ username }), t.signal())).stage).toBe('done');
  });
});

describe('rotation', () => {
  it('alternates: the first user works until the second is proved, and is then seen out of use', async () => {
    const { id, token, username, connection } = await madeUser();
    await t.desk.verify(id, token, typed({ username }), t.signal());
    const vault = t.world.apiUserVault(connection.id, 'device-sync');
    t.clock.now += 366 * 86_400_000;
    await lookAgain(connection.id, 'device-sync', t.world, t.signal());
    expect((await t.record(connection)).state).toBe('rotating');
    expect(told().slice(-2)).toEqual(['Rotation Due', 'Hand-off Ready']);

    const second = await t.link(connection, 'device-sync');
    const minted = mintedOf(await t.desk.show(second.id, second.token));
    expect((await vault.current())?.value.username).toBe(username);
    const next = t.makeUser(minted);
    const done = viewOf(await t.desk.verify(second.id, second.token, typed(next), t.signal()));
    expect(done).toMatchObject({ stage: 'done', generation: 2, lastName: `${connection.id} 2` });
    expect(done.replaced).toMatchObject({ lastName: `${connection.id} 1`, retiredAt: null });
    expect((await vault.current())?.value.username).toBe(next.username);

    const early = viewOf(await t.desk.retire(second.id, second.token, t.signal()));
    expect(early.detail).toMatch(/still accepts/u);
    t.autotask.world.setUser(username, { active: false });
    const retired = viewOf(await t.desk.retire(second.id, second.token, t.signal()));
    expect(retired.replaced?.retiredAt).toBe(t.clock.now);
    expect(told().at(-1)).toBe('Api User Retired');
    expect((await t.record(connection)).state).toBe('trusted');
  });

  it('has a fresh link for its last step when the first has run out', async () => {
    const { id, token, username, connection } = await madeUser();
    await t.desk.verify(id, token, typed({ username }), t.signal());
    await createApiUser(connection, 'device-sync', () => true, t.world, t.signal());
    const second = await t.link(connection, 'device-sync');
    const next = t.makeUser(mintedOf(await t.desk.show(second.id, second.token)));
    await t.desk.verify(second.id, second.token, typed(next), t.signal());
    t.clock.now += 15 * 86_400_000;
    expect((await t.desk.look(second.id, second.token)).kind).toBe('expired');
    const renewed = await renewDoneLink(connection, 'device-sync', t.world);
    const third = await t.world.tokenOf(renewed!.attempt!.version, connection.id, 'device-sync');
    expect(viewOf(await t.desk.look(t.world.digest(third), third))).toMatchObject({ stage: 'done' });
    t.autotask.world.setUser(username, { active: false });
    await t.desk.retire(t.world.digest(third), third, t.signal());
    expect((await t.record(connection)).replaced?.retiredAt).toBe(t.clock.now);
  });

  it('that fails leaves the first in place', async () => {
    const { id, token, username, connection } = await madeUser();
    await t.desk.verify(id, token, typed({ username }), t.signal());
    await createApiUser(connection, 'device-sync', () => true, t.world, t.signal());
    const second = await t.link(connection, 'device-sync');
    const next = t.makeUser(mintedOf(await t.desk.show(second.id, second.token)), {
      rights: { Companies: { query: false } },
    });
    expect(viewOf(await t.desk.verify(second.id, second.token, typed(next), t.signal())).stage).toBe(
      'refused',
    );
    expect((await t.world.apiUserVault(connection.id, 'device-sync').current())?.value.username).toBe(
      username,
    );
    expect((await t.world.connections.get(connection.id))?.credentials.deviceSync).toBe('trusted');
  });
});
