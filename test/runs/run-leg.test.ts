import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { requestRun } from '#runs/request-run';
import { RunIsGoingError, runLeg } from '#runs/run-leg';
import { queuedRun, runIdAt } from '#runs/run-record';
import type { SyncRequest } from '#runs/sync-request';
import type { RunReport } from '#sync/report';
import { type LocalDynamo, startDynamo } from '../aws/local-table.ts';
import { lineOf, reportOf, settingsOf, t0, worldOn } from './world.ts';

let dynamo: LocalDynamo;
let set: ReturnType<typeof worldOn>;
beforeAll(async () => {
  dynamo = await startDynamo();
});
afterAll(() => dynamo.close());
beforeEach(async () => {
  set = worldOn(await dynamo.newTable());
});

const never = new AbortController().signal;
const scheduled = (more: Partial<SyncRequest> = {}): SyncRequest => ({
  connectionId: 'acme',
  runId: runIdAt(t0, 'tick00'),
  trigger: 'schedule',
  purpose: 'sync',
  apply: true,
  planId: null,
  leg: 1,
  ...more,
});
const leg = (request = scheduled(), signal = never) => runLeg(request, set.world, signal);
const theRun = async (runId = scheduled().runId) => {
  const run = await set.world.runs.get('acme', runId);
  if (run === null) throw new Error('no run');
  return run;
};
const theConnection = async () => {
  const connection = await set.world.connections.get('acme');
  if (connection === null) throw new Error('no connection');
  return connection;
};
const isFree = async () =>
  (
    await set.world.leases.take('acme', {
      runId: 'x',
      state: 'running',
      token: 'probe',
      until: set.control.now,
      now: set.control.now,
    })
  ).taken;
const portError = (failure: string) => Object.assign(new Error('said the vendor'), { failure });

describe('a leg that succeeds', () => {
  it('is recorded, learnt from and announced, and gives the lease back', async () => {
    await set.ready();
    set.control.sync = async (_request, world) => {
      world.progress(1, 2);
      set.control.now += 5_000;
      return reportOf({
        counts: { ...reportOf().counts, create: 1, applied: 1 },
        changes: [lineOf('a', 'applied')],
        missing: [[7, 70]],
      });
    };
    expect(await leg()).toBe('ended');
    const run = await theRun();
    expect(run).toMatchObject({
      status: 'succeeded',
      trigger: 'schedule',
      legs: 1,
      planId: 'plan-1',
      counts: { create: 1, applied: 1 },
      calls: { addigy: 2, autotask: 3 },
      startedAt: t0,
      finishedAt: t0 + 5_000,
    });
    expect((await set.world.runs.lines('acme', run.runId, 1, null)).changes).toHaveLength(1);
    expect(await theConnection()).toMatchObject({
      lastPlanId: 'plan-1',
      lastSuccessAt: t0 + 5_000,
      lastRun: { runId: run.runId, status: 'succeeded' },
      zone: { name: 'Zone', url: 'https://zone.test/', foundAt: t0 },
    });
    expect(await set.world.missing.load('acme')).toEqual(new Map([[7, 70]]));
    expect(set.events).toMatchObject([
      { type: 'Device Sync Finished', detail: { status: 'succeeded', planId: 'plan-1' } },
    ]);
    expect(set.beats.size).toBe(0);
    expect(await isFree()).toBe(true);
  });

  it('is not run again when its message comes a second time', async () => {
    await set.ready();
    await leg();
    expect(await leg()).toBe('dropped');
    expect(set.asked).toHaveLength(1);
    expect(await isFree()).toBe(true);
  });

  it('hands the memory of missing devices to the next run', async () => {
    await set.ready();
    set.control.sync = async () => reportOf({ missing: [[7, 70]] });
    await leg();
    await leg(scheduled({ runId: runIdAt(t0 + 1, 'tick00') }));
    expect(set.asked[1]?.missing).toEqual(new Map([[7, 70]]));
  });

  it('asks for the zone again after a day, and not before', async () => {
    await set.ready();
    const at = async (hours: number, n: number) => {
      set.control.now = t0 + hours * 3_600_000;
      await leg(scheduled({ runId: runIdAt(t0 + n, 'tick00') }));
    };
    await at(0, 1);
    await at(23, 2);
    expect(set.zones).toHaveLength(1);
    await at(24, 3);
    expect(set.zones).toHaveLength(2);
    set.control.zone = async () => Promise.reject(portError('unavailable'));
    await at(49, 4);
    expect(set.zones).toHaveLength(3);
    expect(set.asked).toHaveLength(4);
  });
});

describe('messages that come to nothing', () => {
  it.each([
    ['of a connection that is gone', async () => {}],
    [
      'of an earlier connection of the same id',
      async () => {
        await set.world.connections.declare('acme', settingsOf(), t0 + 10_000);
      },
    ],
  ])('%s are dropped', async (_, prepare) => {
    await prepare();
    expect(await leg()).toBe('dropped');
    expect(set.asked).toEqual([]);
    expect(await set.world.runs.get('acme', scheduled().runId)).toBeNull();
  });

  it('a scheduled run gives way to a run that is going', async () => {
    await set.ready();
    await set.world.leases.take('acme', {
      runId: 'other',
      state: 'queued',
      token: 't',
      until: t0 + 1,
      now: t0,
    });
    expect(await leg()).toBe('dropped');
    expect(await set.world.runs.get('acme', scheduled().runId)).toBeNull();
  });

  it('a scheduled run that had begun, and whose place another took, does not stand as going', async () => {
    await set.ready();
    const { connectionId, runId, trigger } = scheduled();
    const asked = {
      connectionId,
      runId,
      trigger,
      apply: true,
      reviewedPlanId: null,
      policy: 'sync',
    } as const;
    await set.world.runs.create({ ...queuedRun(asked, t0), status: 'running' });
    const until = t0 + 1;
    await set.world.leases.take('acme', { runId: 'other', state: 'running', token: 't', until, now: t0 });
    expect(await leg()).toBe('dropped');
    expect(await theRun()).toMatchObject({ status: 'failed', reason: 'lease-lost' });
  });

  it.each([
    ['a second delivery of a run that is going', scheduled().runId, scheduled()],
    ['a run that was asked for while another is going', 'other', scheduled({ trigger: 'request' })],
  ])('%s comes again', async (_, holder, request) => {
    await set.ready();
    await set.world.leases.take('acme', {
      runId: holder,
      state: 'running',
      token: 't',
      until: t0 + 1,
      now: t0,
    });
    await expect(leg(request)).rejects.toBeInstanceOf(RunIsGoingError);
    expect(set.asked).toEqual([]);
  });
});

describe('runs that are held before a vendor is called', () => {
  it.each([
    [
      'no API user',
      async () => set.world.connections.declare('acme', settingsOf(), t0),
      'credentials-missing',
    ],
    [
      'an API user that was refused',
      async () => {
        await set.ready();
        await set.world.connections.refuse('acme', 'deviceSync', 'user-1');
      },
      'credentials-missing',
    ],
    [
      'an Addigy key that was refused',
      async () => {
        await set.ready();
        await set.world.connections.refuse('acme', 'addigyKey', 'key-1');
      },
      'credentials-missing',
    ],
    [
      'nothing current in the vault',
      async () => {
        await set.ready();
        set.control.user = null;
      },
      'credentials-missing',
    ],
    [
      'an Addigy key that is locked',
      async () => {
        await set.ready();
        await set.world.connections.learn('acme', { addigyBlockedUntil: t0 + 1 });
      },
      'addigy-blocked',
    ],
  ])('%s', async (_, prepare, reason) => {
    await prepare();
    expect(await leg()).toBe('ended');
    expect(await theRun()).toMatchObject({
      status: 'held',
      reason,
      planId: '',
      calls: { addigy: 0, autotask: 0 },
    });
    expect((await theRun()).detail).not.toBe('');
    expect([set.asked, set.zones]).toEqual([[], []]);
    expect((await theConnection()).lastRun).toMatchObject({ status: 'held', reason });
    expect(await isFree()).toBe(true);
  });
});

describe('what vendors say', () => {
  it.each([
    ['credentials-refused', { deviceSync: 'refused', addigyKey: 'trusted' }],
    ['addigy-unauthorised', { deviceSync: 'trusted', addigyKey: 'refused' }],
  ] as const)('%s: those credentials are not used again', async (reason, credentials) => {
    await set.ready();
    set.control.sync = async () => reportOf({ outcome: 'held', reason, planId: '' });
    await leg();
    expect((await theConnection()).credentials).toEqual(credentials);
    await leg(scheduled({ runId: runIdAt(t0 + 1, 'tick00') }));
    expect(set.asked).toHaveLength(1);
  });

  it.each([
    ['credentials-refused', 'deviceSync'],
    ['addigy-unauthorised', 'addigyKey'],
  ] as const)(
    '%s of a version that the connection does not know yet is not tried again',
    async (reason, credential) => {
      await set.ready();
      // Whoever stored them died after the vault took them and before the connection did.
      if (credential === 'deviceSync') set.control.user = { ...set.control.user!, version: 'newer' };
      else set.control.key = { ...set.control.key!, version: 'newer' };
      set.control.sync = async () => reportOf({ outcome: 'held', reason, planId: '' });
      await leg();
      expect((await theConnection()).credentials[credential]).toBe('trusted');
      const next = scheduled({ runId: runIdAt(t0 + 1, 'tick00') });
      set.control.now += 25 * 3_600_000;
      expect(await leg(next)).toBe('ended');
      expect([set.asked.length, set.zones.length]).toEqual([1, 1]);
      expect(await theRun(next.runId)).toMatchObject({ status: 'held', reason });
      set.control.user = { ...set.control.user!, version: 'corrected' };
      set.control.key = { ...set.control.key!, version: 'corrected' };
      await leg(scheduled({ runId: runIdAt(t0 + 2, 'tick00') }));
      expect(set.asked).toHaveLength(2);
    },
  );

  const lock = { outcome: 'held', reason: 'addigy-blocked', addigyBlockedUntil: t0 + 86_400_000 } as const;
  const refusal = { outcome: 'held', reason: 'credentials-refused' } as const;
  it.each([
    ['a lock', lock, { addigyBlockedUntil: t0 + 86_400_000 }],
    ['a refusal', refusal, { credentials: { deviceSync: 'refused' } }],
    [
      'an open create',
      { unanswered: [['agent-1', t0]] } as const,
      { unanswered: new Map([['agent-1', t0]]) },
    ],
  ])('%s is kept although the lines cannot be saved, or the lease is lost', async (_, more, learnt) => {
    await set.ready();
    const { saveLines } = set.world.runs;
    set.world.runs.saveLines = () => Promise.reject(new Error('throttled'));
    set.control.sync = async () => reportOf(more);
    await expect(leg()).rejects.toThrow('throttled');
    set.world.runs.saveLines = saveLines;
    expect(await theConnection()).toMatchObject(learnt);

    await set.ready('other');
    set.control.sync = async () => {
      set.control.now += 61_000;
      const { now } = set.control;
      const thief = { runId: 'thief', state: 'running', token: 'thief', until: now + 60_000, now } as const;
      await set.world.leases.take('other', { ...thief, over: scheduled().runId });
      return reportOf(more);
    };
    expect(await leg(scheduled({ connectionId: 'other' }))).toBe('dropped');
    expect(await set.world.connections.get('other')).toMatchObject(learnt);
  });

  it('the creates that Autotask may still be at are told to the next run, until one says that there are none', async () => {
    await set.ready();
    const told: Array<RunReport['unanswered']> = [[['agent-1', t0]], [], null];
    for (const [n, unanswered] of told.entries()) {
      set.control.sync = async () => reportOf({ unanswered });
      await leg(scheduled({ runId: runIdAt(t0 + n, 'tick00') }));
    }
    expect(set.asked.map(({ unanswered }) => [...unanswered])).toEqual([[], [['agent-1', t0]], []]);
  });

  it('new credentials that came during the run are not blamed for the old ones', async () => {
    await set.ready();
    set.control.sync = async () => {
      await set.world.connections.trust('acme', 'deviceSync', { version: 'user-2' }, t0);
      return reportOf({ outcome: 'held', reason: 'credentials-refused', planId: '' });
    };
    await leg();
    expect((await theConnection()).credentials.deviceSync).toBe('trusted');
  });

  it('Addigy locked the key: nobody calls before the lock ends', async () => {
    await set.ready();
    set.control.sync = async () =>
      reportOf({ outcome: 'held', reason: 'addigy-blocked', planId: '', addigyBlockedUntil: t0 + 1_000 });
    await leg();
    await leg(scheduled({ runId: runIdAt(t0 + 1, 'tick00') }));
    expect(set.asked).toHaveLength(1);
    set.control.now = t0 + 1_000;
    await leg(scheduled({ runId: runIdAt(t0 + 2, 'tick00') }));
    expect(set.asked).toHaveLength(2);
  });

  it.each([
    ['unauthorised', 'held', 'credentials-refused', 'refused'],
    ['unavailable', 'failed', 'unavailable', 'trusted'],
    ['refused', 'failed', 'unavailable', 'trusted'],
    ['exhausted', 'failed', 'unavailable', 'trusted'],
    ['unreadable', 'failed', 'unreadable', 'trusted'],
  ] as const)('no zone, %s: the run is %s', async (failure, status, reason, deviceSync) => {
    await set.ready();
    set.control.zone = async () => Promise.reject(portError(failure));
    expect(await leg()).toBe('ended');
    expect(await theRun()).toMatchObject({ status, reason });
    expect((await theConnection()).credentials.deviceSync).toBe(deviceSync);
    expect(set.asked).toEqual([]);
  });

  it.each([
    ['refused', 2, 'trusted'],
    ['exhausted', 2, 'trusted'],
    ['unreadable', 2, 'trusted'],
    ['unauthorised', 1, 'refused'],
  ] as const)('no zone on the second day, %s: %i runs, credentials %s', async (failure, runs, deviceSync) => {
    await set.ready();
    await leg();
    set.control.zone = async () => Promise.reject(portError(failure));
    set.control.now += 25 * 3_600_000;
    await leg(scheduled({ runId: runIdAt(t0 + 1, 'tick00') }));
    expect(set.asked).toHaveLength(runs);
    expect((await theConnection()).credentials.deviceSync).toBe(deviceSync);
  });

  it('a stop while the zone is asked for is a stop, also where a zone is known', async () => {
    await set.ready();
    await leg();
    const deadline = new AbortController();
    set.control.zone = async () => {
      deadline.abort(new Error('deadline'));
      throw portError('stopped');
    };
    set.control.now += 25 * 3_600_000;
    const next = scheduled({ runId: runIdAt(t0 + 1, 'tick00') });
    expect(await leg(next, deadline.signal)).toBe('goes-on');
    await leg({ ...next, leg: 2 }, deadline.signal);
    expect(await theRun(next.runId)).toMatchObject({ status: 'stopped', reason: 'deadline' });
    expect(set.asked).toHaveLength(1);
  });

  it('the allowance is used up: the run is over, the next is due in a quarter of an hour', async () => {
    await set.ready();
    set.control.sync = async () => reportOf({ outcome: 'stopped', reason: 'budget' });
    expect(await leg()).toBe('ended');
    expect((await theRun()).status).toBe('stopped');
    expect((await theConnection()).dueAt).toBe(t0 + 15 * 60_000);
  });

  it('a defect of ours fails the run and is not tried for ever', async () => {
    await set.ready();
    set.control.sync = async () => {
      throw new TypeError('secret-looking text');
    };
    expect(await leg()).toBe('ended');
    expect(await theRun()).toMatchObject({ status: 'failed', reason: null });
    expect((await theRun()).detail).toContain('TypeError');
    expect((await theRun()).detail).not.toContain('secret-looking');
    expect(await leg()).toBe('dropped');
  });
});

describe('what a run is given', () => {
  it.each([
    ['sync', true, false],
    ['sync', false, true],
    ['observe', true, true],
    ['observe', false, true],
  ])('policy %s, apply %s: a directory that is read-only: %s', async (policy, apply, readOnly) => {
    await set.ready('acme', settingsOf({ sync: { policy } }));
    await leg(scheduled({ apply }));
    expect(set.opened).toContainEqual({ readOnly });
  });

  it('whether the key worked in an earlier run', async () => {
    await set.ready();
    await leg();
    await leg(scheduled({ runId: runIdAt(t0 + 1, 'tick00') }));
    const told = set.opened.filter((one) => 'workedBefore' in one);
    expect(told).toEqual([{ workedBefore: false }, { workedBefore: true }]);
  });
});

describe('a reviewed plan', () => {
  const reviewed = scheduled({ trigger: 'request', planId: 'plan-1' });
  const pending = ['a', 'b', 'c'].map((key) => lineOf(key, 'pending'));
  const plan = reportOf({
    counts: { ...reportOf().counts, create: 3, pending: 3, unchanged: 4 },
    changes: pending,
  });

  it('is compared in the first leg, and goes on where the first leg was killed', async () => {
    await set.ready();
    const { save } = set.world.runs;
    set.control.sync = async (_request, world) => {
      await world.planned(plan);
      // Killed from here on: not even the end can be saved.
      set.world.runs.save = () => Promise.reject(new Error('killed'));
      set.world.runs.saveLines = () => Promise.reject(new Error('killed'));
      return reportOf();
    };
    const { saveLines } = set.world.runs;
    await expect(leg(reviewed)).rejects.toThrow('killed');
    Object.assign(set.world.runs, { save, saveLines });
    expect(set.asked[0]).toMatchObject({ planId: 'plan-1', only: null });
    expect(await theRun()).toMatchObject({ status: 'running', planId: 'plan-1', legs: 0, linesLeg: 1 });
    expect((await set.world.runs.lines('acme', reviewed.runId, 1, null)).changes).toEqual(pending);

    set.control.sync = async (_request, world) => {
      await world.planned({ ...plan, planId: 'plan-2', changes: [lineOf('x', 'pending')] });
      return reportOf({
        planId: 'plan-2',
        counts: { ...reportOf().counts, create: 2, applied: 2, unchanged: 5 },
        changes: [lineOf('b', 'applied'), lineOf('c', 'applied')],
      });
    };
    expect(await leg(reviewed)).toBe('ended');
    expect(set.asked[1]).toMatchObject({ planId: null, only: new Set(['a', 'b', 'c']) });
    expect(await theRun()).toMatchObject({
      status: 'succeeded',
      planId: 'plan-1',
      legs: 1,
      counts: { create: 2, applied: 2, pending: 0, unchanged: 4 },
    });
    const { changes } = await set.world.runs.lines('acme', reviewed.runId, 1, null);
    expect(changes.map(({ key, state }) => `${key} ${state}`)).toEqual(['b applied', 'c applied']);
  });

  it('that cannot be saved is not written, and its message comes again', async () => {
    await set.ready();
    const { saveLines } = set.world.runs;
    let wrote = false;
    set.world.runs.saveLines = () => Promise.reject(new Error('throttled'));
    set.control.sync = async (_request, world) => {
      await world.planned(plan);
      wrote = true;
      return reportOf();
    };
    await expect(leg(reviewed)).rejects.toMatchObject({ name: 'PlanNotSavedError' });
    expect(wrote).toBe(false);
    set.world.runs.saveLines = saveLines;
    expect(await leg(reviewed)).toBe('ended');
    expect(set.asked[1]).toMatchObject({ planId: 'plan-1', only: null });
  });

  it('is saved for those alone who reviewed it', async () => {
    await set.ready();
    set.control.sync = async (_request, world) => {
      await world.planned(plan);
      expect((await theRun()).linesLeg).toBe(0);
      return reportOf();
    };
    expect(await leg()).toBe('ended');
    expect((await theRun()).status).toBe('succeeded');
  });
});

describe('a run in several legs', () => {
  const cut = (done: readonly string[], left: readonly string[]) =>
    reportOf({
      outcome: 'stopped',
      reason: 'deadline',
      counts: {
        ...reportOf().counts,
        create: done.length + left.length,
        applied: done.length,
        pending: left.length,
        unchanged: 1,
      },
      changes: [...done.map((key) => lineOf(key, 'applied')), ...left.map((key) => lineOf(key, 'pending'))],
    });

  it('keeps nobody out while its end is told', async () => {
    const connection = await set.ready();
    const asked = await requestRun(connection, { apply: true, planId: null }, set.world);
    const first = asked.kind === 'queued' ? asked.run : null;
    const answers: string[] = [];
    const publish = set.control.publish;
    set.control.publish = async (events) => {
      const again = await requestRun(connection, { apply: true, planId: null }, { ...set.world, bus });
      answers.push(again.kind);
      return publish(events);
    };
    const bus = { publish: async () => {} };
    const request = scheduled({ runId: first?.runId ?? '', trigger: 'request' });
    // While it runs the place is its own.
    set.control.sync = async () => {
      answers.push((await requestRun(connection, { apply: true, planId: null }, set.world)).kind);
      return reportOf();
    };
    expect(await leg(request)).toBe('ended');
    expect(answers).toEqual(['run-in-progress', 'queued']);
    expect((await theRun(request.runId)).status).toBe('succeeded');
    // And what it gives back at last is not the other's.
    expect(await isFree()).toBe(false);
  });

  it('goes on after the deadline with what was reviewed, and adds up', async () => {
    const connection = await set.ready();
    await set.world.connections.learn('acme', { lastPlanId: 'plan-1' });
    const asked = await requestRun(
      { ...connection, lastPlanId: 'plan-1' },
      { apply: true, planId: 'plan-1' },
      set.world,
    );
    const runId = asked.kind === 'queued' ? asked.run.runId : '';
    const first = { ...scheduled({ runId, trigger: 'request', planId: 'plan-1' }) };

    set.control.sync = async () => cut(['a', 'b'], ['c', 'd', 'e']);
    expect(await leg(first)).toBe('goes-on');
    expect(await theRun(runId)).toMatchObject({ status: 'queued', legs: 1, finishedAt: null });
    expect(set.events.at(-1)).toEqual({
      type: 'Device Sync Requested',
      detail: { ...first, leg: 2, correlationId: 'corr-1' },
    });
    const refused = await requestRun(connection, { apply: true, planId: null }, set.world);
    expect(refused).toEqual({ kind: 'run-in-progress', runId });

    set.control.sync = async () => ({ ...cut(['c'], ['d', 'e']), planId: 'plan-2' });
    expect(await leg({ ...first, leg: 2 })).toBe('goes-on');
    expect(set.asked[1]).toMatchObject({ planId: null });
    expect(set.asked[1]?.only).toEqual(new Set(['c', 'd', 'e']));

    set.control.sync = async () =>
      reportOf({
        planId: 'plan-3',
        counts: { ...reportOf().counts, create: 2, applied: 1, failed: 1, unchanged: 4 },
        changes: [lineOf('d', 'applied'), lineOf('e', 'failed')],
      });
    expect(await leg({ ...first, leg: 3 })).toBe('ended');
    expect(set.asked[2]?.only).toEqual(new Set(['d', 'e']));
    const run = await theRun(runId);
    expect(run).toMatchObject({
      status: 'succeeded',
      legs: 3,
      planId: 'plan-1',
      counts: { create: 5, applied: 4, failed: 1, pending: 0, unchanged: 1 },
      calls: { addigy: 6, autotask: 9 },
      ms: 120,
    });
    expect((await theConnection()).lastPlanId).toBe('plan-3');
    expect(await isFree()).toBe(true);
  });

  it('of the schedule plans anew in each leg', async () => {
    await set.ready();
    set.control.sync = async () => cut(['a'], ['b']);
    await leg();
    set.control.sync = async () => reportOf();
    await leg(scheduled({ leg: 2 }));
    expect(set.asked[1]).toMatchObject({ only: null, planId: null });
  });

  it('asks for its next leg again where the one who should have done so died', async () => {
    await set.ready();
    set.control.sync = async () => cut(['a'], ['b']);
    const publish = set.control.publish;
    set.control.publish = async () => {
      throw new Error('killed');
    };
    await expect(leg()).rejects.toThrow('killed');
    set.control.publish = publish;
    expect(await leg()).toBe('dropped');
    expect(set.asked).toHaveLength(1);
    expect(set.events).toMatchObject([{ type: 'Device Sync Requested', detail: { leg: 2 } }]);
    set.control.sync = async () => reportOf();
    expect(await leg(scheduled({ leg: 2 }))).toBe('ended');
  });

  it('ends as stopped where a leg got nowhere', async () => {
    await set.ready();
    set.control.sync = async () => cut([], ['a']);
    // The first has less time than those after it.
    expect(await leg()).toBe('goes-on');
    expect(await leg(scheduled({ leg: 2 }))).toBe('ended');
    expect(await theRun()).toMatchObject({ status: 'stopped', reason: 'deadline' });
    expect(await isFree()).toBe(true);
  });

  it('keeps its counts where a later leg reached no plan', async () => {
    await set.ready();
    set.control.sync = async () => cut(['a'], ['b']);
    await leg();
    set.control.sync = async () => reportOf({ outcome: 'failed', reason: 'unavailable', planId: '' });
    await leg(scheduled({ leg: 2 }));
    expect(await theRun()).toMatchObject({
      status: 'failed',
      planId: 'plan-1',
      counts: { create: 2, applied: 1, pending: 1 },
    });
  });
});

describe('the lease', () => {
  it('is renewed while the run goes', async () => {
    await set.ready();
    set.control.sync = async () => {
      for (let n = 0; n < 6; n++) {
        set.control.now += 30_000;
        for (const beat of set.beats) beat();
        await new Promise((resolve) => setTimeout(resolve, 15));
      }
      return reportOf();
    };
    expect(await leg()).toBe('ended');
  });

  it('that is lost stops the run, which writes nothing more', async () => {
    await set.ready();
    let reason: unknown;
    set.control.sync = async (_request, _world, signal) => {
      set.control.now += 61_000;
      await set.world.leases.take('acme', {
        runId: 'thief',
        state: 'running',
        token: 'thief',
        until: set.control.now + 60_000,
        now: set.control.now,
        over: scheduled().runId,
      });
      for (const beat of set.beats) beat();
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      reason = signal.reason;
      return reportOf({ outcome: 'stopped', reason: 'lease-lost' });
    };
    expect(await leg()).toBe('dropped');
    expect(reason).toMatchObject({ name: 'LeaseLostError' });
    expect(await theRun()).toMatchObject({ status: 'failed', reason: 'lease-lost' });
    expect((await theConnection()).lastRun).toBeNull();
    expect(set.events).toEqual([]);
    expect(await isFree()).toBe(false);
  });

  it('that another delivery of the same run has taken leaves the run to it', async () => {
    await set.ready();
    set.control.sync = async () => {
      set.control.now += 61_000;
      const { runId } = scheduled();
      const other = { runId, over: runId, state: 'running', token: 'other' } as const;
      await set.world.leases.take('acme', {
        ...other,
        until: set.control.now + 60_000,
        now: set.control.now,
      });
      for (const beat of set.beats) beat();
      return reportOf({ outcome: 'stopped', reason: 'lease-lost' });
    };
    expect(await leg()).toBe('dropped');
    expect((await theRun()).status).toBe('running');
  });

  it('of a run that died is taken by the next, and the dead run is said to have failed', async () => {
    await set.ready();
    const dead = scheduled({ runId: runIdAt(t0, 'dead00') });
    set.control.sync = () => Promise.reject(new Error('killed'));
    const died = set.world.runs.save.bind(set.world.runs);
    // Killed in the middle: the record says running, the lease is held.
    await died({ ...(await leg(dead).then(() => theRun(dead.runId))), status: 'running', finishedAt: null });
    await set.world.leases.take('acme', {
      runId: dead.runId,
      state: 'running',
      token: 'dead',
      until: t0 + 60_000,
      now: t0,
    });
    set.control.sync = async () => reportOf();
    set.control.now = t0 + 60_000;
    const { take } = set.world.leases;
    set.world.leases.take = (id, request) =>
      request.over === undefined
        ? take.call(set.world.leases, id, request)
        : Promise.reject(new Error('killed'));
    await expect(leg()).rejects.toThrow('killed');
    // Whoever died on the way to the place has left nobody behind.
    expect(await theRun(dead.runId)).toMatchObject({ status: 'failed', reason: 'lease-lost' });
    set.world.leases.take = take.bind(set.world.leases);
    expect(await leg()).toBe('ended');
    expect(await theRun(dead.runId)).toMatchObject({ status: 'failed', reason: 'lease-lost' });
  });

  it('is given back where a store fails, so that the message can come again', async () => {
    await set.ready();
    const { save } = set.world.runs;
    set.world.runs.save = () => Promise.reject(new Error('throttled'));
    await expect(leg()).rejects.toThrow('throttled');
    set.world.runs.save = save;
    expect(await leg()).toBe('ended');
  });

  it('tells the run of the deadline', async () => {
    await set.ready();
    const deadline = new AbortController();
    set.control.sync = async (_request, _world, signal) => {
      deadline.abort(new Error('deadline'));
      expect(signal.aborted).toBe(true);
      return reportOf();
    };
    await leg(scheduled(), deadline.signal);
  });
});
