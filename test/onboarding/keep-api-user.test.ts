/** A record that several write, and events that the bus takes or does not. */
import { describe, expect, it } from 'vitest';
import type { ApiUserRecord, ApiUserStore } from '#onboarding/api-user';
import { announceAll, changeApiUser } from '#onboarding/keep-api-user';
import { beginAttempt, newApiUser } from '#onboarding/new-api-user';

const now = 1_000;
const fresh = newApiUser('acme', 'device-sync', 1);
const asked = beginAttempt(fresh, { version: 'v1', handOffId: 'h1' }, 1);
const [ready] = asked.outbox;

/** Whoever is quicker writes between our reading and our writing, as often as there is a turn left. */
function kept(
  before: ApiUserRecord | null,
  quicker: Array<(one: ApiUserRecord) => ApiUserRecord | null> = [],
) {
  let stored = before;
  let saves = 0;
  const announced: unknown[] = [];
  const bus = { isDown: false };
  const apiUsers = {
    get: async () => stored,
    save: async (record: ApiUserRecord) => {
      saves += 1;
      const turn = quicker.shift();
      if (turn !== undefined) {
        const other = turn(stored ?? record);
        stored = other === null ? null : { ...other, revision: other.revision + 1 };
      }
      if ((stored?.revision ?? 0) !== record.revision) return null;
      stored = { ...record, revision: record.revision + 1 };
      return stored;
    },
  } as Partial<ApiUserStore> as ApiUserStore;
  const world = {
    apiUsers,
    now: () => now,
    announce: async (events: readonly unknown[]) => {
      if (bus.isDown) throw new Error('the bus is down');
      announced.push(...events);
    },
  };
  return { world, announced, bus, stored: () => stored, saves: () => saves };
}

const change = (next: (one: ApiUserRecord | null) => ApiUserRecord | null, world: ReturnType<typeof kept>) =>
  changeApiUser('acme', 'device-sync', next, world.world);
const ended: ApiUserRecord = { ...fresh, state: 'offboarded', generation: 1, revision: 3 };

describe('a change', () => {
  it.each<
    [what: string, before: ApiUserRecord | null, next: (one: ApiUserRecord | null) => ApiUserRecord | null]
  >([
    ['of nothing, that makes nothing', null, () => null],
    ['that makes nothing of it', fresh, () => null],
    ['that leaves it as it is', fresh, (one) => one],
    ['of a user that has ended', ended, (one) => one && { ...one, state: 'trusted' }],
  ])('%s is not written', async (_what, before, next) => {
    const world = kept(before);
    expect(await change(next, world)).toBe(before);
    expect(world.saves()).toBe(0);
  });

  it.each<[what: string, before: ApiUserRecord | null, next: ApiUserRecord]>([
    ['of nothing', null, fresh],
    ['of a record', fresh, { ...fresh, state: 'refused' }],
    ['that begins an ended user anew', ended, { ...fresh, generation: 2, revision: 3 }],
  ])('%s is written, and given back as it is stored', async (_what, before, next) => {
    const world = kept(before);
    expect(await change(() => next, world)).toEqual({ ...next, revision: next.revision + 1 });
    expect(world.stored()).toEqual({ ...next, revision: next.revision + 1 });
    expect(world.announced).toEqual([]);
  });

  it('is made again of what somebody quicker has written', async () => {
    const world = kept({ ...fresh, revision: 1 }, [(one) => ({ ...one, canaryItemId: 7 })]);
    await change((one) => one && { ...one, generation: one.generation + 1 }, world);
    expect(world.stored()).toMatchObject({ canaryItemId: 7, generation: 1 });
    expect(world.saves()).toBe(2);
  });

  it('is given up after twenty who were quicker', async () => {
    const world = kept(
      { ...fresh, revision: 1 },
      Array<(one: ApiUserRecord) => ApiUserRecord>(30).fill((one) => one),
    );
    await expect(change((one) => one && { ...one, generation: 1 }, world)).rejects.toThrow(
      'the API user device-sync of acme is being changed by too many at once',
    );
    expect(world.saves()).toBe(20);
  });

  it('announces what it has to say, once, and keeps what the bus did not take', async () => {
    const world = kept(null);
    expect(await change(() => asked, world)).toMatchObject({ outbox: [], revision: 2 });
    expect(world.announced).toEqual([ready]);
    expect(world.stored()).toMatchObject({ outbox: [], updatedAt: now });

    const deaf = kept(null);
    deaf.bus.isDown = true;
    expect(await change(() => asked, deaf)).toMatchObject({ outbox: [ready], revision: 1 });
    expect(deaf.stored()).toMatchObject({ outbox: [ready] });
  });
});

describe('what was announced', () => {
  const waiting = { ...asked, revision: 1 };
  const other = {
    type: 'Api User Retired',
    detail: { connectionId: 'acme', purpose: 'device-sync', generation: 1 },
  } as const;

  it('is nothing where nothing is to be said: nothing is written either', async () => {
    const world = kept(fresh);
    expect(await announceAll(fresh, world.world)).toBe(fresh);
    expect([world.saves(), world.announced]).toEqual([0, []]);
  });

  it('alone is taken out of what somebody has written meanwhile', async () => {
    const world = kept(waiting, [(one) => ({ ...one, generation: 5, outbox: [...one.outbox, other] })]);
    expect(await announceAll(waiting, world.world)).toMatchObject({ generation: 5, outbox: [other] });
    expect(world.stored()).toMatchObject({ generation: 5, outbox: [other], updatedAt: now });
  });

  it.each<[what: string, quicker: Array<(one: ApiUserRecord) => ApiUserRecord | null>, saves: number]>([
    ['the record is gone', [() => null], 1],
    ['others were quicker twice', [(one) => one, (one) => one], 2],
  ])('stays where %s, and comes again', async (_what, quicker, saves) => {
    const world = kept(waiting, quicker);
    expect(await announceAll(waiting, world.world)).toBe(waiting);
    expect([world.saves(), world.announced]).toEqual([saves, [ready]]);
  });
});
