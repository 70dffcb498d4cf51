import { describe, expect, it } from 'vitest';
import { lanes } from '#sync/apply';
import { refusalsInARow } from '#sync/apply-brakes';
import { apply, failing, range } from './apply-world.ts';
import { portError } from './in-memory-items.ts';
import { aCreate, anItem, aRename, states } from './sample-changes.ts';

describe('a refusal', () => {
  it('is that change alone, in the vendor’s words', async () => {
    const { results, halt } = await apply(
      range(5).map((n) => aCreate(n)),
      {
        fault: failing(
          'refused',
          ({ call, title }) => call === 'create' && title === 'Mac 2',
          'too long (field:x)',
        ),
      },
    );
    expect(states(results)).toBe('applied failed applied applied applied');
    expect(results[1]).toEqual({ state: 'failed', itemId: null, error: 'too long (field:x)' });
    expect(halt).toBeNull();
  });

  it('in other words each time never stops a run', async () => {
    const changes = range(60).map((n) => aCreate(n));
    const words = (n: number) => `no ${String.fromCharCode(97 + (n % 26))}`;
    const { results, halt } = await apply(changes, {
      fault: ({ call, when, nth }) => {
        if (call === 'create' && when === 'before') throw portError('refused', words(nth));
      },
    });
    expect(results.every(({ state }) => state === 'failed')).toBe(true);
    expect(halt).toBeNull();
  });

  it(`${refusalsInARow} times in the same words leaves the rest of that company's creates alone, and no others`, async () => {
    const changes = [
      ...range(40).map((n) => aCreate(n, { companyId: 10 })),
      aRename(500, { companyId: 10 }),
      ...range(40, 100).map((n) => aCreate(n, { companyId: 11 })),
    ];
    const { results, halt, directory } = await apply(changes, {
      items: [anItem(500)],
      fault: ({ call, when, title }) => {
        const n = Number(title.slice(4));
        if (call === 'create' && when === 'before' && n < 100) {
          throw portError('refused', `productID is inactive, record [${n}]`);
        }
      },
    });
    const inTen = results.slice(0, 40);
    const failed = inTen.filter(({ state }) => state === 'failed');
    expect(failed.length).toBeGreaterThanOrEqual(refusalsInARow);
    expect(failed.length).toBeLessThan(refusalsInARow + lanes);
    expect(inTen.filter(({ state }) => state === 'pending')).toHaveLength(40 - failed.length);
    expect(results.slice(40).every(({ state }) => state === 'applied')).toBe(true);
    expect(directory.log.filter((call) => call.startsWith('create'))).toHaveLength(failed.length + 40);
    expect(halt).toMatchObject({ outcome: 'failed', reason: 'refused' });
    expect(halt?.detail).toContain('productID is inactive');
    expect(halt?.detail).toContain('company 10');
  });

  it('in the same words from one company to the next stops the run', async () => {
    const changes = [10, 11, 12].flatMap((companyId) =>
      range(40, companyId * 100).map((n) => aCreate(n, { companyId })),
    );
    const { results, halt, directory } = await apply(changes, {
      fault: failing('refused', ({ call }) => call === 'create', 'no permission'),
    });
    expect(halt).toMatchObject({ outcome: 'failed', reason: 'refused' });
    expect(directory.log.length).toBeLessThan(2 * refusalsInARow + 2 * lanes);
    expect(results.filter(({ state }) => state === 'failed')).toHaveLength(directory.log.length);
    expect(results.at(-1)).toEqual({ state: 'pending', itemId: null, error: '' });
  });

  it('goes on in the next company where only some of its changes are refused in those words', async () => {
    const changes = [10, 11].flatMap((companyId) =>
      range(30, companyId * 100).map((n) => aCreate(n, { companyId })),
    );
    const { results } = await apply(changes, {
      fault: failing(
        'refused',
        ({ call, title }) => call === 'create' && Number(title.slice(4)) < 1105,
        'no',
      ),
    });
    expect(results.filter(({ state }) => state === 'applied')).toHaveLength(25);
  });

  it('does not count those before a success', async () => {
    const { halt, results } = await apply(
      range(90).map((n) => aCreate(n)),
      {
        fault: failing('refused', ({ call, nth }) => call === 'create' && nth % 10 !== 9, 'no'),
      },
    );
    expect(halt).toBeNull();
    expect(results.filter(({ state }) => state === 'pending')).toHaveLength(0);
  });
});
