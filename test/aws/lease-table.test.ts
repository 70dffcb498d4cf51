import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { LeaseTable } from '#aws/lease-table';
import { type LocalDynamo, startDynamo } from './local-table.ts';

let dynamo: LocalDynamo;
let leases: LeaseTable;
beforeAll(async () => {
  dynamo = await startDynamo();
});
afterAll(() => dynamo.close());
beforeEach(async () => {
  leases = new LeaseTable(await dynamo.newTable());
});

const queue = (runId: string, token: string, now = 0) =>
  leases.take('acme', { runId, state: 'queued', token, until: now + 100, now });
const run = (runId: string, token: string, now = 0) =>
  leases.take('acme', { runId, state: 'running', token, until: now + 100, now });
const follow = (runId: string, after: string) =>
  leases.take('acme', { runId, state: 'queued', token: 'follower', until: 100, now: 0, after });
const succeed = (runId: string, over: string, now: number) =>
  leases.take('acme', { runId, state: 'running', token: 'successor', until: now + 100, now, over });

describe('taking', () => {
  it('is granted to exactly one of many', async () => {
    const answers = await Promise.all(Array.from({ length: 12 }, (_, n) => run(`r${n}`, `t${n}`)));
    expect(answers.filter(({ taken }) => taken)).toHaveLength(1);
  });

  it.each([
    ['a reservation keeps another reservation out', () => queue('a', '1'), () => queue('b', '2'), false],
    ['a reservation keeps another run out', () => queue('a', '1'), () => run('b', '2'), false],
    ['a reservation lets its own run in', () => queue('a', '1'), () => run('a', '2'), true],
    ['a run keeps a reservation out', () => run('a', '1'), () => queue('b', '2'), false],
    ['a run keeps a second delivery of itself out', () => run('a', '1'), () => run('a', '2'), false],
    ['a run keeps a reservation for itself out', () => run('a', '1'), () => queue('a', '2'), false],
    [
      'a lease that has run out keeps out who has not ended its run',
      () => run('a', '1'),
      () => run('b', '2', 100),
      false,
    ],
    ['it lets in who has', () => run('a', '1'), () => succeed('b', 'a', 100), true],
    ['and the same run again', () => run('a', '1'), () => succeed('a', 'a', 100), true],
    ['a run that has a moment left does not', () => run('a', '1'), () => succeed('b', 'a', 99), false],
    [
      'a lease that has run out keeps out who has ended another',
      () => run('a', '1'),
      () => succeed('c', 'b', 100),
      false,
    ],
    ['a run that has ended lets another in', () => run('a', '1'), () => follow('b', 'a'), true],
    ['a run keeps out who follows another', () => run('a', '1'), () => follow('c', 'b'), false],
    [
      'a reservation that has run out lets in who has ended it',
      () => queue('a', '1'),
      () => succeed('b', 'a', 100),
      true,
    ],
  ])('%s', async (_, first, second, taken) => {
    expect(await first()).toEqual({ taken: true });
    expect((await second()).taken).toBe(taken);
  });

  it('tells who holds it', async () => {
    await run('a', '1');
    expect(await queue('b', '2')).toEqual({
      taken: false,
      by: { runId: 'a', state: 'running', until: 100 },
    });
  });
});

describe('holding', () => {
  it('is renewed and released by its token alone', async () => {
    await run('a', '1');
    expect(await leases.renew('acme', '2', 900)).toBe(false);
    expect(await leases.renew('acme', '1', 900)).toBe(true);
    await leases.release('acme', '2');
    expect((await succeed('b', 'a', 500)).taken).toBe(false);
    await leases.release('acme', '1');
    expect((await run('b', '2', 500)).taken).toBe(true);
    expect(await leases.renew('acme', '1', 900)).toBe(false);
  });

  it('is passed on to the next leg, out of reach of its old token', async () => {
    await run('a', '1');
    expect(await leases.requeue('acme', '9', 'x', 300)).toBe(false);
    expect(await leases.requeue('acme', '1', 'x', 300)).toBe(true);
    await leases.release('acme', '1');
    expect((await run('b', '2', 200)).taken).toBe(false);
    expect((await run('a', '3', 200)).taken).toBe(true);
  });
});
