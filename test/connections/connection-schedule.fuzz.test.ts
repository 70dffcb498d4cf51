import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextDue } from '#connections/connection-schedule';
import { digest } from '#lambda/chance';

const minute = 60_000;
const arbitrary = {
  id: fc.string({ minLength: 1, maxLength: 40 }),
  every: fc.integer({ min: 5, max: 7 * 24 * 60 }),
  now: fc.integer({ min: 0, max: 4_102_444_800_000 }),
};

describe('the next moment', () => {
  it('is after now, and within one interval', () => {
    fc.assert(
      fc.property(arbitrary.id, arbitrary.every, arbitrary.now, (id, every, now) => {
        const next = nextDue(id, every, now, digest);
        expect(next).toBeGreaterThan(now);
        expect(next).toBeLessThanOrEqual(now + every * minute);
      }),
    );
  });

  it('is the same, whenever before it one asks, and one interval before the one after it', () => {
    fc.assert(
      fc.property(
        arbitrary.id,
        arbitrary.every,
        arbitrary.now,
        fc.double({ min: 0, max: 1, noNaN: true }),
        (id, every, now, part) => {
          const next = nextDue(id, every, now, digest);
          const later = now + Math.floor((next - 1 - now) * part);
          expect(nextDue(id, every, later, digest)).toBe(next);
          expect(nextDue(id, every, next, digest)).toBe(next + every * minute);
        },
      ),
    );
  });

  it('spreads ten thousand that were declared in one minute evenly over the ticks of an hour', () => {
    const ticks = new Array<number>(12).fill(0);
    const now = Date.UTC(2026, 10, 24, 1, 0, 0);
    for (let n = 0; n < 10_000; n += 1) {
      const tick = Math.floor((nextDue(`customer-${n}`, 60, now, digest) - now - 1) / (5 * minute));
      ticks[tick] = (ticks[tick] ?? 0) + 1;
    }
    // 833 each; five standard deviations are 140.
    for (const count of ticks) expect(Math.abs(count - 10_000 / 12)).toBeLessThan(140);
  });
});
