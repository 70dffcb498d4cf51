import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { deliverLeg } from '#runs/deliver-leg';
import { requestRun } from '#runs/request-run';
import { runIdAt } from '#runs/run-record';
import type { SyncRequest } from '#runs/sync-request';
import { type LocalDynamo, startDynamo } from '../aws/local-table.ts';
import { reportOf, t0, worldOn } from './world.ts';

let dynamo: LocalDynamo;
let set: ReturnType<typeof worldOn>;
beforeAll(async () => {
  dynamo = await startDynamo();
});
afterAll(() => dynamo.close());
beforeEach(async () => {
  set = worldOn(await dynamo.newTable());
  await set.ready();
});

const minute = 60_000;
const runId = runIdAt(t0, 'aaaaaa');
const request: SyncRequest = {
  connectionId: 'acme',
  runId,
  trigger: 'schedule',
  purpose: 'sync',
  apply: true,
  planId: null,
  leg: 1,
};
const deliver = (isLast = false, more: Partial<SyncRequest> = {}) =>
  deliverLeg({ ...request, ...more }, { isLast }, set.world, new AbortController().signal);
const run = (id = runId) => set.world.runs.get('acme', id);
/** The table takes no lines: nothing that has to do with the connection. */
const ill = () => {
  const { saveLines } = set.world.runs;
  const error = Object.assign(new Error('secret-looking text'), { name: 'ThrottlingException' });
  set.world.runs.saveLines = () => Promise.reject(error);
  return () => {
    set.world.runs.saveLines = saveLines;
  };
};

describe('a delivery that fails', () => {
  it('is counted in the run with its reason, and the next one makes it good', async () => {
    const mend = ill();
    await expect(deliver()).rejects.toThrow();
    set.control.now += 16 * minute;
    await expect(deliver()).rejects.toThrow();
    expect(await run()).toMatchObject({
      status: 'running',
      retries: { count: 2, reason: 'ThrottlingException', at: t0 + 16 * minute },
    });
    mend();
    set.control.now += 16 * minute;
    await deliver();
    expect(await run()).toMatchObject({ status: 'succeeded', retries: { count: 2 } });
    expect(JSON.stringify(await run())).not.toContain('secret-looking');
  });

  it('keeps its place until it comes again, and no longer', async () => {
    ill();
    await expect(deliver()).rejects.toThrow();
    const other = runIdAt(t0 + 1, 'bbbbbb');
    set.control.now += 16 * minute;
    await deliver(false, { runId: other });
    expect(await run(other)).toBeNull();
    set.control.now += 2 * minute;
    await expect(deliver(false, { runId: other })).rejects.toThrow();
    // Whoever takes the place of a run that was given up by nobody ends it.
    expect(await run()).toMatchObject({ status: 'failed', reason: 'lease-lost' });
  });

  it('the last time ends the run, and the place is free at once', async () => {
    const mend = ill();
    await expect(deliver(true)).rejects.toThrow();
    expect(await run()).toMatchObject({ status: 'failed', retries: { count: 1 } });
    expect((await run())?.detail).toContain('dead letter');
    mend();
    // Sent back by hand: it has ended, and nothing is done twice.
    await deliver();
    expect(await run()).toMatchObject({ status: 'failed' });
    const connection = await set.world.connections.get('acme');
    if (connection === null) throw new Error('no connection');
    expect(await requestRun(connection, { apply: true, planId: null }, set.world)).toMatchObject({
      kind: 'queued',
    });
  });

  it('because the run is going elsewhere never ends what is going', async () => {
    const going = { runId, state: 'running', token: 'other', until: t0 + minute, now: t0 } as const;
    await set.world.leases.take('acme', going);
    await set.world.runs.create({ ...(await sample()), status: 'running' });
    await expect(deliver(true)).rejects.toThrow('is going');
    expect(await run()).toMatchObject({ status: 'running', retries: { count: 1 } });
  });

  it('comes again although it could not be noted', async () => {
    ill();
    set.world.runs.noteRetry = () => Promise.reject(new Error('ill too'));
    await expect(deliver()).rejects.toMatchObject({ name: 'ThrottlingException' });
    expect(set.said.join()).toContain('could not be noted');
  });
});

it('a run without a failure has none', async () => {
  await deliver();
  expect(await run()).toMatchObject({ status: 'succeeded', retries: null });
});

it('a first leg that was cut while it read has a second; a later one that was, has not', async () => {
  set.control.sync = async () => reportOf({ outcome: 'stopped', reason: 'deadline', planId: '' });
  await deliver();
  expect(await run()).toMatchObject({ status: 'queued', legs: 1 });
  await deliver(false, { leg: 2 });
  expect(await run()).toMatchObject({ status: 'stopped', reason: 'deadline', legs: 2 });
});

async function sample() {
  set.control.sync = async () => reportOf();
  const other = worldOn(await dynamo.newTable());
  await other.ready();
  await deliverLeg(request, { isLast: false }, other.world, new AbortController().signal);
  const record = await other.world.runs.get('acme', runId);
  if (record === null) throw new Error('no run');
  return record;
}
