import { describe, expect, it } from 'vitest';
import { dayText, minuteText, plausiblePast, plausibleWarranty } from '#sync/plausible-dates';

const day = 86_400_000;
const now = Date.UTC(2026, 10, 24, 12);
const date = (text: string) => Date.parse(text);

describe('plausiblePast', () => {
  it.each([
    ['none', null, false],
    ['1970, which means never', 0, false],
    ['the last moment of 2000', date('2001-01-01') - 1, false],
    ['the first of 2001', date('2001-01-01'), true],
    ['now', now, true],
    ['tomorrow', now + day, true],
    ['later than tomorrow', now + day + 1, false],
    ['not a number', Number.NaN, false],
    ['further than dates reach', 1e20, false],
  ])('%s', (_, time, plausible) => {
    expect(plausiblePast(time, now)).toBe(plausible ? time : null);
  });
});

describe('plausibleWarranty', () => {
  const registered = date('2024-05-06');
  it.each<[string, number | null, number | null, boolean]>([
    ['none', registered, null, false],
    ['after the registration', registered, date('2027-05-06'), true],
    ['four years before it', registered, date('2020-05-06'), true],
    ['a decade off, as serial numbers decode', registered, date('2014-05-06'), false],
    ['a decade off, registration unknown', null, date('2014-05-06'), true],
    ['a decade off, registration implausible', 0, date('2014-05-06'), true],
    ['before 2001', null, date('2000-12-31'), false],
    ['before 2001, registered then', date('2001-06-01'), date('2000-06-01'), false],
    ['in eight years', registered, now + 8 * 365 * day, true],
    ['in nine years', registered, now + 9 * 365 * day, false],
  ])('%s', (_, registered, warrantyExpires, plausible) => {
    const given = { registered, warrantyExpires };
    expect(plausibleWarranty(given, now)).toBe(plausible ? warrantyExpires : null);
  });
});

describe('as text', () => {
  it('is a day or a minute in UTC, or nothing', () => {
    expect(dayText(date('2024-05-06T23:59:59.999Z'))).toBe('2024-05-06');
    expect(minuteText(date('2024-05-06T23:59:59.999Z'))).toBe('2024-05-06T23:59Z');
    expect([dayText(null), minuteText(null)]).toEqual(['', '']);
  });
});
