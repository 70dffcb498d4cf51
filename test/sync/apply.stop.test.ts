import { describe, expect, it } from 'vitest';
import { lanes } from '#sync/apply';
import { silencesInARow } from '#sync/apply-brakes';
import { apply, failing, range } from './apply-world.ts';
import { aCreate, anItem, aRename } from './sample-changes.ts';

describe('what stops a run between changes', () => {
  const changes = range(40).map((n) => aCreate(n));

  it.each([
    { failure: 'unauthorised', outcome: 'held', reason: 'credentials-refused' },
    { failure: 'exhausted', outcome: 'stopped', reason: 'budget' },
    { failure: 'stopped', outcome: 'stopped', reason: 'deadline' },
    { failure: 'blocked', outcome: 'failed', reason: 'unavailable' },
  ] as const)('$failure: $outcome $reason, at once', async ({ failure, outcome, reason }) => {
    const { results, halt, directory } = await apply(changes, {
      fault: failing(failure, ({ call, nth }) => call === 'create' && nth >= 10),
    });
    expect(halt).toMatchObject({ outcome, reason });
    expect(directory.log.length).toBeLessThanOrEqual(10 + lanes);
    expect(results.filter(({ state }) => state === 'applied')).toHaveLength(10);
    expect(results.filter(({ state }) => state === 'pending')).toHaveLength(30);
  });

  it.each([
    { failure: 'unavailable', reason: 'unavailable' },
    { failure: 'unreadable', reason: 'unreadable' },
  ] as const)(`${silencesInARow} $failure in a row: failed`, async ({ failure, reason }) => {
    const { results, halt, directory } = await apply(
      range(20).map((n) => aRename(n)),
      {
        items: range(20).map((n) => anItem(n)),
        fault: failing(failure, ({ call }) => call === 'update' || call === 'item'),
      },
    );
    expect(halt).toMatchObject({ outcome: 'failed', reason });
    expect(results.every(({ state }) => state === 'pending')).toBe(true);
    expect(directory.log.filter((call) => call.startsWith('update')).length).toBeLessThan(
      silencesInARow + lanes,
    );
  });

  it('not two of them and then an answer, however often', async () => {
    const { results, halt } = await apply(changes, {
      fault: failing(
        'unavailable',
        ({ call, nth, when }) => call === 'create' && when === 'after' && nth % 3 !== 2,
      ),
    });
    expect(halt).toBeNull();
    expect(results.filter(({ state }) => state === 'pending').length).toBeGreaterThan(20);
  });

  it.each([
    { reason: new DOMException('too late', 'TimeoutError'), says: 'deadline' },
    { reason: Object.assign(new Error('gone'), { name: 'LeaseLostError' }), says: 'lease-lost' },
  ])('the signal: no further change starts, those under way end ($says)', async ({ reason, says }) => {
    const stop = new AbortController();
    const { results, halt, items, directory } = await apply(changes, {
      signal: stop.signal,
      fault: ({ call, nth, when }) => {
        if (call === 'create' && nth === 4 && when === 'before') stop.abort(reason);
      },
    });
    expect(halt).toMatchObject({ outcome: 'stopped', reason: says });
    const applied = results.filter(({ state }) => state === 'applied').length;
    expect(applied).toBe(directory.log.length);
    expect(applied).toBe(items.size);
    expect(applied).toBeLessThanOrEqual(5 + lanes);
    expect(results.slice(applied).every(({ state }) => state === 'pending')).toBe(true);
  });

  it('nothing starts where it has fired before; and with nothing to do it does not matter', async () => {
    const { results, halt, directory } = await apply(changes, { signal: AbortSignal.abort() });
    expect([directory.log.length, halt?.reason, results[0]?.state]).toEqual([0, 'deadline', 'pending']);
    expect((await apply([], { signal: AbortSignal.abort() })).halt).toBeNull();
  });
});
