import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDevice } from '#addigy/read-device';
import { normaliseMac, readDate } from '#addigy/read-fact';
import { readPage } from '#addigy/read-pages';
import { policiesIn } from '#addigy/read-policies';

describe('whatever Addigy sends', () => {
  it('no reader throws', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
        readPage(one);
        policiesIn(one);
        policiesIn([one, other]);
        readDevice(one);
        readDevice({ agentid: 'a', facts: { serial_number: one, policy_id: { value: other } } });
      }),
    );
  });

  it('a date after 1970 is read back to the millisecond, whatever its number of fractional digits', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('1971-01-01'), max: new Date('2099-01-01'), noInvalidDate: true }),
        fc.integer({ min: 1, max: 3 }),
        fc.boolean(),
        (date, digits, withZ) => {
          const text = `${date.toISOString().slice(0, 20 + digits)}${withZ ? 'Z' : ''}`;
          const unit = 10 ** (3 - digits);
          expect(readDate(text)).toBe(Math.floor(date.getTime() / unit) * unit);
        },
      ),
    );
  });

  it('a MAC address is the same however it is written', () => {
    const bytes = fc.uint8Array({ minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(bytes, fc.constantFrom(':', '-', '', '.'), fc.boolean(), (raw, separator, upper) => {
        const pairs = [...raw].map((byte) => byte.toString(16).padStart(2, '0'));
        const text = pairs.join(separator);
        const plain = pairs.join(':');
        const expected = plain === '00:00:00:00:00:00' || plain === 'ff:ff:ff:ff:ff:ff' ? null : plain;
        expect(normaliseMac(upper ? text.toUpperCase() : text)).toBe(expected);
      }),
    );
  });
});
