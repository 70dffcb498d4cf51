import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { nextDue } from '#connections/connection-schedule';
import { lanes } from '#connections/serve-in-tens';
import { digest } from '#lambda/chance';
import { type BusEvent, PublishError } from '#runs/ports';
import { oldestRunId, runIdAt } from '#runs/run-record';
import { scheduleDue } from '#runs/schedule-due';
import { type LocalDynamo, startDynamo } from '../aws/local-table.ts';
import { settingsOf, t0, worldOn } from './world.ts';

let dynamo: LocalDynamo;
let set: ReturnType<typeof worldOn>;
beforeAll(async () => {
  dynamo = await startDynamo();
});
afterAll(() => dynamo.close());
beforeEach(async () => {
  set = worldOn(await dynamo.newTable());
});

const hour = 3_600_000;
const never = new AbortController().signal;
const tick = (at: number, signal = never) => scheduleDue(at, set.world, signal);
const requests = () =>
  set.events.flatMap((event) => (event.type === 'Device Sync Requested' ? [event.detail] : []));
const many = (count: number, settings = settingsOf()) =>
  Promise.all(
    Array.from({ length: count }, (_, n) => set.world.connections.declare(`c-${n}`, settings, t0 + n)),
  );

describe('a tick', () => {
  it('asks for a run of each connection that is due, and moves it on to its own next moment', async () => {
    await set.world.connections.declare('writes', settingsOf(), t0);
    await set.world.connections.declare('observes', settingsOf({ sync: { policy: 'observe' } }), t0);
    await set.world.connections.declare('later', settingsOf(), t0 + hour);
    await set.world.connections.declare('off', settingsOf({ schedule: { enabled: false } }), t0);
    expect(await tick(t0 + 5)).toEqual({ requested: 2 });
    expect(
      requests().map(({ connectionId, apply, trigger, leg, planId }) => [
        connectionId,
        apply,
        trigger,
        leg,
        planId,
      ]),
    ).toEqual(
      expect.arrayContaining([
        ['writes', true, 'schedule', 1, null],
        ['observes', false, 'schedule', 1, null],
      ]),
    );
    const next = (await set.world.connections.get('writes'))?.dueAt;
    expect(next).toBe(nextDue('writes', 60, t0 + 5, digest));
    expect(await tick(t0 + 5)).toEqual({ requested: 0 });
  });

  it.each([
    ['delivered twice', t0 + 9],
    ['followed by the next, an hour later', t0 + hour],
  ])('whose end was lost, %s: asks for the same runs', async (_, again) => {
    await many(3);
    const publish = set.control.publish;
    set.control.publish = async (sent) => {
      await publish(sent);
      throw new PublishError('lost', new Set(sent.keys()));
    };
    await expect(tick(t0 + 9)).rejects.toThrow('lost');
    set.control.publish = publish;
    await tick(again);
    const ids = requests().map(({ runId }) => runId);
    expect(ids).toHaveLength(6);
    expect(new Set(ids).size).toBe(3);
    // And they sort among the other runs by the moment that was due.
    const connection = await set.world.connections.get('c-2');
    expect(ids.every((id) => id >= oldestRunId({ createdAt: t0 }))).toBe(true);
    expect(
      requests()
        .find(({ connectionId }) => connectionId === 'c-2')
        ?.runId.startsWith(runIdAt(t0 + 2, '')),
    ).toBe(true);
    expect(connection?.dueAt).toBeGreaterThan(again);
  });

  it('beside another: each connection is asked for by one run, and moved on once', async () => {
    await many(30);
    await Promise.all([tick(t0 + 99), tick(t0 + 99), tick(t0 + 199)]);
    expect(new Set(requests().map(({ runId }) => runId)).size).toBe(30);
    for await (const page of set.world.connections.due(t0 + 99)) expect(page).toEqual([]);
  });

  it('finds one run due where many ticks were missed', async () => {
    await many(1, settingsOf({ schedule: { everyMinutes: 5 } }));
    expect(await tick(t0 + 24 * hour)).toEqual({ requested: 1 });
    expect(await tick(t0 + 24 * hour)).toEqual({ requested: 0 });
  });

  it('leaves only those due that the bus did not take, and says so', async () => {
    await many(25);
    let calls = 0;
    const taken: BusEvent[] = [];
    set.control.publish = async (sent) => {
      calls += 1;
      if (calls !== 2) return void taken.push(...sent);
      taken.push(...sent.slice(0, 4));
      throw new PublishError('throttled', new Set([4, 5, 6, 7, 8, 9]));
    };
    await expect(tick(t0 + 99)).rejects.toThrow('throttled');
    expect(taken).toHaveLength(19);
    set.control.publish = async (sent) => void taken.push(...sent);
    expect(await tick(t0 + 100)).toEqual({ requested: 6 });
    expect(new Set(taken.map((event) => event.detail.connectionId)).size).toBe(25);
  });

  it('stops at its deadline; the next tick goes on', async () => {
    await many(70);
    const deadline = new AbortController();
    set.control.publish = async () => deadline.abort();
    // What is under way in the lanes is brought to its end.
    const { requested } = await tick(t0 + 99, deadline.signal);
    expect(requested).toBeGreaterThanOrEqual(10);
    expect(requested).toBeLessThanOrEqual(10 * lanes);
    expect(set.said.join()).toContain('the next tick serves them');
    set.control.publish = async () => {};
    expect(await tick(t0 + 99)).toEqual({ requested: 70 - requested });
  });
});
