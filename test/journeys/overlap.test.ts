/** Two runs at once, a door killed in mid-write, a deadline in mid-run, and the schedule. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fleetApiKey, fleetApiUser } from '../simulators/fleet.ts';
import { counted, type LocalWorld, largerWorld, startLocalWorld } from './local-world.ts';

let world: LocalWorld;
beforeAll(async () => {
  // A message that comes again does so after 16 min / 150 = 6.4 s; by then the lease of a killed run has expired.
  // On a busy machine a shorter lease runs out between two heartbeats.
  world = await startLocalWorld({ leaseSeconds: 5, scheduleExpression: 'rate(5 minutes)' }, 150);
});
afterAll(() => world?.close());

/** Requests that Autotask got for a new item. */
const creates = (): number =>
  world.autotask.journal.count({ method: 'POST', path: /\/ConfigurationItems$/u });

describe('two at once', () => {
  it('answers 409 with the id of the run that is going, and writes nothing twice', async () => {
    const journey = await world.connect({}, largerWorld(60));
    world.autotask.setLatency(20);
    const going = await journey.ask({ apply: true });
    await expect(journey.ask({ apply: true })).rejects.toMatchObject({
      status: 409,
      code: 'run-in-progress',
    });
    const run = await journey.ended(going);
    world.autotask.setLatency(0);
    expect([run.status, run.counts.applied]).toEqual(['succeeded', 60]);
    expect(world.autotask.world.items()).toHaveLength(60);
  });

  it('starts one run of twenty that are asked for in the same moment', async () => {
    const journey = await world.connect();
    const twenty = <Answer>(ask: () => Promise<Answer>) =>
      Promise.allSettled(Array.from({ length: 20 }, ask));
    // Twenty doors that start at once can keep the run from its heartbeat for longer than this file's short lease.
    await twenty(() => world.api.call('GET', `/connections/${journey.id}`));
    // No run can end before the last of the twenty was answered, however busy the machine is.
    world.autotask.setLatency(60_000);
    const asked = await twenty(() => journey.ask({ apply: true }));
    world.autotask.setLatency(0);
    const accepted = asked.filter((one) => one.status === 'fulfilled');
    expect(accepted).toHaveLength(1);
    expect((await journey.ended(accepted[0]!.value)).counts.applied).toBe(10);
    expect(world.autotask.world.items()).toHaveLength(10);
  });
});

describe('a plan that changes between the request and the run', () => {
  it('is held with both ids, and nothing is written', async () => {
    const journey = await world.connect();
    const { planId } = await journey.ended(await journey.ask());
    world.addigy.world.rename('agent-0', 'Renamed since');
    const run = await journey.ended(await journey.ask({ apply: true, planId }));
    expect([run.status, run.reason]).toEqual(['held', 'plan-changed']);
    expect(run.detail).toContain(planId);
    expect(run.planId).not.toBe(planId);
    expect(run.detail).toContain(run.planId);
    expect(world.autotask.world.items()).toEqual([]);
  });
});

describe('a door killed in the middle of an apply', () => {
  it('leaves nothing twice and nothing lost: its message comes again', async () => {
    const journey = await world.connect({}, largerWorld(90));
    // Reviewed, so that what comes again is held to the plan that was reviewed, half of it done already.
    const { planId } = await journey.ended(await journey.ask());
    world.autotask.setLatency(30);
    const going = await journey.ask({ apply: true, planId });
    while (world.autotask.world.items().length < 20) await sleep(10);
    expect(world.host.doors.kill('sync-devices').length).toBeGreaterThan(0);
    const run = await journey.ended(going);
    world.autotask.setLatency(0);
    expect([run.status, run.reason, run.planId]).toEqual(['succeeded', null, planId]);
    expect(world.autotask.world.items()).toHaveLength(90);
    expect([...journey.marked().values()].every((items) => items.length === 1)).toBe(true);
    expect(counted(await journey.sync())).toBe('+0 ~0 ^0 -0 x0');
    expect(world.host.deadLetters()).toEqual([]);
  });
});

describe('a message that is delivered to a second worker', () => {
  it('comes again while the first is at it, is over where the run has ended, and writes nothing', async () => {
    const journey = await world.connect({}, largerWorld(90));
    world.autotask.setLatency(50);
    const going = await journey.ask({ apply: true });
    const [event] = world.host.events().filter(({ detail }) => JSON.stringify(detail).includes(going));
    const deliver = async (): Promise<unknown> => {
      const Records = [{ messageId: 'second', body: JSON.stringify(event) }];
      const outcome = await world.host.doors.invoke('sync-devices', { Records });
      return outcome.ok ? JSON.parse(outcome.payload) : outcome;
    };
    while (world.autotask.world.items().length === 0) await sleep(10);
    expect(await deliver()).toEqual({ batchItemFailures: [{ itemIdentifier: 'second' }] });
    expect(world.autotask.world.items().length).toBeLessThan(90);
    const run = await journey.ended(going);
    world.autotask.setLatency(0);
    expect([run.status, run.counts.applied]).toEqual(['succeeded', 90]);
    expect(await deliver()).toEqual({ batchItemFailures: [] });
    expect(creates()).toBe(90);
  });
});

describe('a worker that stands still for longer than its lease, in the middle of an apply', () => {
  it('writes nothing more when it goes on: another run has its place, and does the rest', async () => {
    // So that there is but one process: its own.
    world.host.doors.kill('sync-devices');
    const journey = await world.connect({}, largerWorld(60));
    world.autotask.setLatency(30);
    const first = await journey.ask({ apply: true });
    while (world.autotask.world.items().length < 15) await sleep(10);
    // It stands still while it waits for its three answers. Between its last look at the lease and the sending of a write
    // nothing could stop it: Autotask knows no token that would tell a late write from one in time.
    world.autotask.setLatency(2_000);
    await sleep(700);
    const [frozen, ...others] = world.host.doors.pids('sync-devices');
    expect(others).toEqual([]);
    process.kill(frozen!, 'SIGSTOP');
    try {
      world.autotask.setLatency(0);
      let second: string | null = null;
      while (second === null) second = await journey.ask({ apply: true }).catch(() => sleep(200, null));
      const run = await journey.ended(second);
      expect([run.status, run.counts.failed]).toEqual(['succeeded', 0]);
      expect(run.counts.applied).toBeGreaterThan(0);
      expect(creates()).toBe(60);
    } finally {
      process.kill(frozen!, 'SIGCONT');
    }
    while (world.host.doors.busy('sync-devices') > 0) await sleep(10);
    expect(creates()).toBe(60);
    expect(await journey.ended(first)).toMatchObject({ status: 'failed', reason: 'lease-lost' });
    expect(world.host.deadLetters()).toEqual([]);
  });
});

describe('the schedule', () => {
  const declare = (id: string, enabled: boolean) =>
    world.api.declare(id, {
      name: id,
      // Its second moment may come soon, at the phase of its id: of a week, within the minutes of this test once in a thousand.
      schedule: { enabled, everyMinutes: 7 * 24 * 60 },
      sync: { policy: 'sync', graceHours: 0 },
    });
  const scheduled = async (id: string) =>
    (
      await world.api.call<{ runs: Array<{ runId: string; trigger: string; status: string }> }>(
        'GET',
        `/connections/${id}/runs`,
      )
    ).runs.filter(({ trigger }) => trigger === 'schedule');

  it('asks for one run where two dispatchers are at it at once', async () => {
    const journey = await world.connect();
    const twoTicks = () => Promise.all([world.host.fireSchedule(), world.host.fireSchedule()]);
    // Nothing is due: two processes start.
    await twoTicks();
    await declare(journey.id, true);
    // Whoever is first waits to be let move the connection on, so that the other finds it due, too.
    const busy = { kind: 'error', code: 'ThrottlingException', message: 'slow down', status: 400 } as const;
    world.host.faults.dynamoDb.add('UpdateItem', busy, { times: 4 });
    await twoTicks();
    world.host.faults.dynamoDb.clear();
    while (!(await scheduled(journey.id)).some(({ status }) => status === 'succeeded')) await sleep(100);
    await declare(journey.id, false);
    const runs = (await scheduled(journey.id)).map(({ runId }) => runId);
    expect(runs).toHaveLength(1);
    const asked = world.host
      .events()
      .filter((event) => event['detail-type'] === 'Device Sync Requested')
      .map(({ detail }) => detail as { connectionId: string; runId: string })
      .filter(({ connectionId }) => connectionId === journey.id);
    expect(asked.length).toBeGreaterThanOrEqual(2);
    expect(new Set(asked.map(({ runId }) => runId))).toEqual(new Set(runs));
    expect(creates()).toBe(10);
  });

  it('runs what is due by itself, once a tick, and applies by the connection’s policy', async () => {
    const journey = await world.connect();
    await declare(journey.id, true);
    while (!(await scheduled(journey.id)).some(({ status }) => status === 'succeeded')) await sleep(100);
    expect(world.autotask.world.items()).toHaveLength(10);
    // The same tick, delivered twice more, is no further run: nothing is due any more.
    const tick = world.host.now();
    await Promise.all([world.host.fireSchedule(tick), world.host.fireSchedule(tick)]);
    await sleep(500);
    expect(await scheduled(journey.id)).toHaveLength(1);
    // Switched off again, so that it does not run into the next journey's world.
    await declare(journey.id, false);
  });
});

describe('a connection that is taken out of service and keeps its items', () => {
  it('has no credentials any more, and starts anew when it is declared again', async () => {
    const journey = await world.connect();
    await journey.sync();
    const out = await world.api.call('DELETE', `/connections/${journey.id}?items=keep`);
    expect(out).toMatchObject({ state: 'offboarded' });
    await expect(journey.ask()).rejects.toMatchObject({ status: 409 });
    // Without a schedule, or its first run can be under way before the one that is asked for.
    await world.api.call('PUT', `/connections/${journey.id}`, {
      name: 'again',
      schedule: { enabled: false },
    });
    const { credentials } = await world.api.call<{ credentials: Record<string, string> }>(
      'GET',
      `/connections/${journey.id}`,
    );
    expect(credentials).toEqual({ deviceSync: 'missing', addigyKey: 'missing' });
    const { username, secret, trackingIdentifier } = fleetApiUser;
    await world.api.call('PUT', `/connections/${journey.id}/api-users/device-sync`, {
      username,
      secret,
      trackingIdentifier,
    });
    await world.api.call('PUT', `/connections/${journey.id}/addigy-key`, { apiKey: fleetApiKey });
    expect(counted(await journey.ended(await journey.ask()))).toBe('+0 ~0 ^0 -0 x0');
  });
});
