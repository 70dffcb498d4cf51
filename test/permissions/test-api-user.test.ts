/** One test of an API user, from the login to the report. */
import { describe, expect, it } from 'vitest';
import { connectionSchema } from '#connections/connection';
import type { Access } from '#permissions/access';
import type { PermissionReport, RequirementVerdict } from '#permissions/permission-report';
import { type RequirementId, requirements } from '#permissions/requirements';
import { testApiUser } from '#permissions/test-api-user';
import { inMemoryAutotask, Refusal } from './in-memory-access.ts';
import { rights } from './sample-findings.ts';

const { signal } = new AbortController();
const credentials = { username: 'u', secret: 's', trackingIdentifier: 't' };
const none = { report: null, canaryItemId: null };
const zone = { name: 'Zone', url: 'https://zone.test/', webUrl: 'https://ww0.autotask.net/' };
const settingsOf = (more: object = {}) => connectionSchema.parse({ name: 'Acme', ...more });
const withoutCanary = { validation: { canary: false } };

function start(change: (access: Access) => Partial<Access> = () => ({})) {
  const autotask = inMemoryAutotask();
  const { openAccess } = autotask;
  const world = {
    openAccess: async (...asked: Parameters<typeof openAccess>) => {
      const access = await openAccess(...asked);
      return { ...access, ...change(access) };
    },
    now: () => 5_000,
    token: () => 'word',
  };
  const test = (settings: object = {}, before: Parameters<typeof testApiUser>[2] = none) =>
    testApiUser(credentials, settingsOf(settings), before, world, signal);
  return { autotask, test };
}
const rejects = (error: Error) => async () => {
  throw error;
};
const verdictsIn = ({ lines }: PermissionReport) => lines.map(({ id, verdict }) => `${id} ${verdict}`);
const lineOf = (report: PermissionReport, id: RequirementId) => report.lines.find((line) => line.id === id);
const fixOf = (id: RequirementId) => requirements.find((one) => one.id === id)?.fix;
const provedBefore = (
  id: RequirementId,
  verdict: RequirementVerdict,
): { report: PermissionReport; canaryItemId: null } => ({
  report: {
    purpose: 'device-sync',
    at: 1,
    lines: [
      { id: 'login', title: 'login', verdict: 'inconclusive', evidence: 'Not asked.', fix: '' },
      { id, title: id, verdict, evidence: 'A sync wrote it.', fix: '' },
    ],
    excess: [],
    notes: [],
    calls: { autotask: 1, addigy: 0 },
  },
  canaryItemId: null,
});

describe('a test of an API user', () => {
  it('passes where all is confirmed', async () => {
    const { autotask, test } = start();
    const tested = await test();
    expect(tested).toMatchObject({
      kind: 'passed',
      zone,
      canaryItemId: 1,
      report: {
        purpose: 'device-sync',
        at: 5_000,
        excess: [],
        notes: [],
        calls: { autotask: 15, addigy: 0 },
      },
    });
    if (tested.kind !== 'passed') return;
    expect(verdictsIn(tested.report)).toEqual(
      requirements.filter(({ id }) => id !== 'addigy-reach').map(({ id }) => `${id} confirmed`),
    );
    expect(tested.report.lines[0]).toEqual({
      id: 'login',
      title: 'Login and zone',
      verdict: 'confirmed',
      evidence: 'Autotask told the zone, and accepted one login.',
      fix: '',
    });
    expect(autotask.items.get(1)?.mark).toEqual({ kind: 'agent', agentId: 'addigy-autotask-canary:word' });
  });

  it('is denied by one missing box, with what to do', async () => {
    const { autotask, test } = start();
    autotask.editUnprotected = false;
    const tested = await test();
    expect(tested).toMatchObject({ kind: 'denied', zone, canaryItemId: 1 });
    if (tested.kind !== 'denied') return;
    expect(lineOf(tested.report, 'edit-unprotected-data')).toMatchObject({
      title: 'Edit Unprotected Data',
      verdict: 'denied',
      fix: fixOf('edit-unprotected-data'),
    });
  });

  it('writes to the canary of an earlier test', async () => {
    const { autotask, test } = start();
    await test();
    expect(await test({}, { report: null, canaryItemId: 1 })).toMatchObject({ canaryItemId: 1 });
    expect(autotask.items.size).toBe(1);
  });

  it.each<[what: string, settings: object]>([
    ['the native engine', { engine: 'native' }],
    ['a connection that wants no canary', withoutCanary],
  ])('writes nothing for %s', async (_, settings) => {
    const { autotask, test } = start();
    expect(await test(settings)).toMatchObject({ kind: 'passed', canaryItemId: null });
    expect(autotask.items.size).toBe(0);
  });

  it('asks for the field that the connection names', async () => {
    const { test } = start();
    const tested = await test({ ...withoutCanary, sync: { markField: 'Another' } });
    expect(tested.kind === 'passed' && lineOf(tested.report, 'mark-field')?.evidence).toMatch(/"Another"/u);
  });

  it.each<[what: string, entity: ReturnType<typeof rights>, excess: object[], notes: number]>([
    ['more than is needed', rights('Tickets', { create: 'all' }), [{ what: 'Tickets', may: ['create'] }], 0],
    ['that users can be made', rights('Resources'), [], 1],
    [
      'that users cannot be made',
      rights('Resources', { offers: { create: false, update: true, delete: false } }),
      [],
      0,
    ],
  ])('notes %s', async (_, entity, excess, notes) => {
    const { test } = start(({ entities }) => ({
      entities: async (one) => [...((await entities(one)) ?? []), entity],
    }));
    const tested = await test();
    if (tested.kind !== 'passed') throw new Error(tested.kind);
    expect(tested.report.excess).toEqual(excess);
    expect(tested.report.notes).toEqual(
      notes === 0 ? [] : [expect.stringContaining('it can create Resources (canCreate)')],
    );
  });

  it.each<[what: string, id: RequirementId, before: RequirementVerdict, verdict: RequirementVerdict]>([
    ['what a sync has proved stands', 'edit-unprotected-data', 'confirmed', 'confirmed'],
    ['so does what it saw', 'view-unprotected-data', 'confirmed', 'confirmed'],
    ['a denial is not kept', 'edit-unprotected-data', 'denied', 'inconclusive'],
    ['another requirement has to be seen again', 'items-query', 'confirmed', 'inconclusive'],
    ['what is seen now is told as it is seen', 'products-query', 'denied', 'confirmed'],
  ])('without a canary, %s', async (_, id, before, verdict) => {
    const { test } = start();
    const tested = await test(withoutCanary, provedBefore(id, before));
    if (tested.kind !== 'passed') throw new Error(tested.kind);
    expect(lineOf(tested.report, id)).toMatchObject({ verdict });
    expect(lineOf(tested.report, id)?.evidence === 'A sync wrote it.').toBe(
      before === 'confirmed' && verdict === 'confirmed',
    );
  });

  it('with a canary, what was proved before gives way to what is denied now', async () => {
    const { autotask, test } = start();
    autotask.editUnprotected = false;
    expect((await test({}, provedBefore('edit-unprotected-data', 'confirmed'))).kind).toBe('denied');
  });

  it.each<[what: string, login: Refusal, locked: boolean]>([
    ['refused', new Refusal('unauthorised', 'Autotask answered 401.'), false],
    ['refused, and the user is locked', new Refusal('unauthorised', 'Locked.', true), true],
    ['refused in words of its own', new Refusal('refused', 'This resource may not log in.'), false],
  ])('says that the login was %s', async (_, login, locked) => {
    const { autotask, test } = start();
    autotask.login = login;
    const tested = await test();
    expect(tested).toMatchObject({
      kind: 'login-refused',
      locked,
      detail: login.message,
      report: { excess: [], notes: [], calls: { autotask: 2, addigy: 0 } },
    });
    if (tested.kind !== 'login-refused') return;
    const [first, ...rest] = tested.report.lines;
    expect(first).toEqual({
      id: 'login',
      title: 'Login and zone',
      verdict: 'denied',
      evidence: login.message,
      fix: fixOf('login'),
    });
    expect(rest).toHaveLength(10);
    for (const line of rest)
      expect(line).toEqual({
        ...line,
        verdict: 'inconclusive',
        evidence: 'Not asked: there was no login.',
        fix: fixOf(line.id),
      });
  });

  it('is a refused login also where the credentials stop being accepted half-way', async () => {
    const { test } = start(() => ({ someItems: rejects(new Refusal('unauthorised', 'No more.')) }));
    expect(await test()).toMatchObject({ kind: 'login-refused', report: { calls: { autotask: 7 } } });
  });

  it('knows nothing where Autotask could not be asked', async () => {
    const { autotask, test } = start();
    autotask.login = new Refusal('unavailable', 'Autotask failed.');
    expect(await test()).toEqual({ kind: 'unavailable', detail: 'Autotask failed.' });
  });

  it('is stopped by a defect', async () => {
    const defect = new Error('a defect');
    const { test } = start(() => ({ someItems: rejects(defect) }));
    await expect(test()).rejects.toBe(defect);
  });
});
