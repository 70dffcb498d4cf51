import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type BusEvent, PublishError } from '#runs/ports';
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
  it('asks for a run of each connection that is due, and moves it on by its interval', async () => {
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
    expect((await set.world.connections.get('writes'))?.dueAt).toBe(t0 + 5 + hour);
    expect(await tick(t0 + 5)).toEqual({ requested: 0 });
  });

  it('delivered twice asks for the same runs', async () => {
    await many(3);
    const publish = set.control.publish;
    set.control.publish = async (sent) => {
      await publish(sent);
      throw new PublishError('lost', new Set(sent.keys()));
    };
    await expect(tick(t0 + 9)).rejects.toThrow('lost');
    set.control.publish = publish;
    await tick(t0 + 9);
    const ids = requests().map(({ runId }) => runId);
    expect(ids).toHaveLength(6);
    expect(new Set(ids).size).toBe(3);
  });

  it('serves hundreds in tens', async () => {
    await many(123);
    const sizes: number[] = [];
    set.control.publish = async (sent) => void sizes.push(sent.length);
    expect(await tick(t0 + 999)).toEqual({ requested: 123 });
    expect(Math.max(...sizes)).toBeLessThanOrEqual(10);
    expect(await tick(t0 + 999)).toEqual({ requested: 0 });
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
    await many(30);
    const deadline = new AbortController();
    set.control.publish = async () => deadline.abort();
    expect(await tick(t0 + 99, deadline.signal)).toEqual({ requested: 10 });
    set.control.publish = async () => {};
    expect(await tick(t0 + 99)).toEqual({ requested: 20 });
  });
});
