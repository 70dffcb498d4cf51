import { describe, expect, it } from 'vitest';
import { type ConfigurationItem, type Masked, masked } from '#sync/configuration-item';
import type { Device } from '#sync/device';
import { planSync } from '#sync/plan';
import { day, device, input, item, now } from './sample-plan-input.ts';

type Facts = Parameters<typeof input>[0];
type Mapping = { to: string; from: string; rule: string };

const map = (to: string, from: string, rule = 'overwrite'): Mapping => ({ to, from, rule });
const facts = (lengths: Record<string, number> = {}, udfNames: string[] | null = null) => ({
  facts: { lengths: new Map(Object.entries(lengths)), udfNames, markField: 'present' as const },
});

const marked = (changed: Parameters<typeof item>[1] = {}, udfs?: Record<string, string | null | Masked>) => {
  const made = item(1, { mark: 'a', ...changed });
  return udfs === undefined ? made : { ...made, udfs: new Map(Object.entries(udfs)) };
};

/** What a plan writes to the item of device `a`; null where it writes nothing. */
function written(
  of: Partial<Device>,
  to: ConfigurationItem,
  fields: Mapping[],
  more: Facts = {},
  settings: object = {},
) {
  const plan = planSync(input({ devices: [device('a', of)], items: [to], ...more }, { fields, ...settings }));
  const change = plan.changes[0];
  if (change === undefined || change.kind === 'create') return null;
  return { ...change.patch.fields, ...change.patch.udfs };
}

describe('a field', () => {
  const named = (title: string) => marked({ fields: { title } });
  it.each<[string, Partial<Device>, ConfigurationItem, Mapping[], object | null, Facts?]>([
    ['is overwritten', { name: 'New' }, named('Old'), [map('title', 'name')], { title: 'New' }],
    ['is left where it is the same', { name: 'Same' }, named('Same'), [map('title', 'name')], null],
    ['is never blanked', { name: ' \t' }, named('Old'), [map('title', 'name')], null],
    [
      'is filled where it is empty',
      { name: 'New' },
      named(' '),
      [map('title', 'name', 'fill-empty')],
      { title: 'New' },
    ],
    [
      'is not filled where it is not',
      { name: 'New' },
      named('Old'),
      [map('title', 'name', 'fill-empty')],
      null,
    ],
    ['is left alone', { name: 'New' }, named(''), [map('title', 'name', 'never')], null],
    [
      'is cleaned before it is compared',
      { name: ' My \n Mac' },
      named('My Mac'),
      [map('title', 'name')],
      null,
    ],
    [
      'is cut before it is compared',
      { name: 'A long name' },
      named('A'),
      [map('title', 'name')],
      null,
      facts({ title: 2 }),
    ],
    [
      'is cut, never through a character',
      { name: 'Mac 💻' },
      named('x'),
      [map('title', 'name')],
      { title: 'Mac' },
      facts({ title: 5 }),
    ],
    [
      'serial numbers are compared without case and spaces',
      { serial: 's1' },
      marked({ fields: { serial: ' S 1' } }),
      [map('serial', 'serial')],
      null,
    ],
    [
      'and corrected where they differ',
      { serial: 's1' },
      marked({ fields: { serial: 'S2' } }),
      [map('serial', 'serial')],
      { serial: 's1' },
    ],
    [
      'dates are compared by day',
      { registered: Date.UTC(2024, 4, 6, 23) },
      marked({ fields: { installed: '2024-05-06' } }),
      [map('installed', 'registered')],
      null,
    ],
    [
      'also in a user-defined field, where they come back with a time',
      { registered: Date.UTC(2024, 4, 6, 23) },
      marked({}, { Bought: '2024-05-06T00:00:00' }),
      [map('udf:Bought', 'registered')],
      null,
    ],
    [
      'the end of the warranty is compared by day, too',
      { warrantyExpires: Date.UTC(2027, 4, 6) },
      marked({}, { Warranty: '2027-05-06T00:00:00' }),
      [map('udf:Warranty', 'warrantyExpires')],
      null,
    ],
    [
      'an implausible date is none',
      { warrantyExpires: Date.UTC(2011, 7, 27) },
      marked(),
      [map('warrantyExpires', 'warrantyExpires')],
      null,
    ],
    [
      'a time becomes a day in a date field',
      { lastSeen: Date.UTC(2026, 10, 1, 8), name: 'New' },
      named('Old'),
      [map('title', 'name'), map('installed', 'lastSeen')],
      { title: 'New', installed: '2026-11-01' },
    ],
    [
      'the first MAC address',
      { macAddresses: ['aa:bb:cc:00:00:01', 'aa:bb:cc:00:00:02'] },
      marked(),
      [map('notes', 'macAddress')],
      { notes: 'aa:bb:cc:00:00:01' },
    ],
    [
      'text is compared letter by letter',
      { name: '1' },
      named('1.0'),
      [map('title', 'name')],
      { title: '1' },
    ],
    ['no MAC address', { macAddresses: [] }, marked(), [map('notes', 'macAddress')], null],
  ])('%s', (_, of, to, fields, patch, more) => {
    expect(written(of, to, fields, more)).toEqual(patch);
  });
});

describe('a user-defined field', () => {
  const os = [map('udf:OS', 'osVersion')];
  it.each<[string, ConfigurationItem, Mapping[], object | null, Facts?]>([
    ['is overwritten', marked({}, { OS: '14' }), os, { OS: '15.1' }],
    ['is filled', marked({}, { OS: null }), os, { OS: '15.1' }],
    [
      'is filled, where only what is empty is',
      marked({}, { OS: null }),
      [map('udf:OS', 'osVersion', 'fill-empty')],
      { OS: '15.1' },
    ],
    ['is left where it is the same', marked({}, { OS: '15.1' }), os, null],
    ['is left where it is masked', marked({}, { OS: masked }), os, null],
    ['is left where it did not come', marked({}, { Other: null }), os, null],
    ['is left where none came', { ...marked(), udfs: undefined }, os, null],
    ['is found in another case', marked({}, { os: '14' }), os, { os: '15.1' }, facts({}, ['os', 'Other'])],
    [
      'is found exactly, rather than in another case',
      marked({}, { os: '14', OS: '14' }),
      os,
      { OS: '15.1' },
      facts({}, ['os', 'OS']),
    ],
  ])('%s', (_, to, fields, patch, more) => {
    expect(written({}, to, fields, more)).toEqual(patch);
  });

  it('is cut to its length, named as in Autotask', () => {
    const more = facts({ 'udf:os': 3 }, ['os']);
    expect(written({ osVersion: '15 1' }, marked({}, { os: '' }), os, more)).toEqual({ os: '15' });
  });

  it('holds the mark, spelled as in Autotask', () => {
    const { changes } = planSync(input({ devices: [device('a')], ...facts({}, ['ADDIGY agent id']) }));
    expect(changes[0]).toMatchObject({ draft: { udfs: { 'ADDIGY agent id': 'a' } } });
  });
});

describe('a mapping that cannot work', () => {
  it.each<[string, Mapping[], RegExp, Facts?]>([
    [
      'a field that is not there',
      [map('udf:OS', 'osVersion')],
      /no such user-defined field/u,
      facts({}, ['x']),
    ],
    ['the mark', [map('udf:addigy agent ID', 'name')], /holds the mark/u],
    ['a date from a name', [map('installed', 'name')], /holds a date/u],
    ['another date from a name', [map('warrantyExpires', 'name')], /holds a date/u],
    [
      'a second for the same user-defined field, in another case',
      [map('udf:OS', 'osVersion'), map('udf:os', 'agentId')],
      /earlier mapping/u,
      facts({}, ['OS']),
    ],
    ['a second for the same field', [map('notes', 'osVersion'), map('notes', 'agentId')], /earlier mapping/u],
  ])('is said and not used: %s', (_, fields, note, more) => {
    const given = { devices: [device('a')], items: [marked({ fields: { notes: '15.1' } })] };
    const plan = planSync(input({ ...given, ...more }, { fields }));
    expect(plan.notes).toEqual([expect.stringMatching(note)]);
    expect(plan.changes).toEqual([]);
  });
});

describe('a number of free gigabytes', () => {
  const fields = [map('title', 'name'), map('location', 'freeDiskGb')];
  it.each<[number | null, string, string | undefined]>([
    [99.6, '50', '100'],
    [99.6, '100.00', undefined],
    [0, '', '0'],
    [0, ' ', '0'],
    [null, '50', undefined],
    [Number.NaN, '50', undefined],
    [Number.POSITIVE_INFINITY, '50', undefined],
  ])('%j in place of %j is written as %j', (freeDiskGb, location, text) => {
    const to = marked({ fields: { title: 'Old', location } });
    const patch = text === undefined ? {} : { location: text };
    expect(written({ name: 'New', freeDiskGb }, to, fields)).toEqual({ title: 'New', ...patch });
  });
});

describe('a volatile fact', () => {
  const fields = [map('title', 'name'), map('notes', 'lastSeen'), map('location', 'freeDiskGb')];
  const of = { name: 'Mac', freeDiskGb: 99.6, lastSeen: Date.UTC(2026, 10, 24, 8, 30, 59) };
  const wrong = { notes: '2026-11-01T00:00Z', location: '50' };
  const right = { notes: '2026-11-24T08:30Z', location: '100' };
  it.each<[string, Parameters<typeof item>[1], object, object | null]>([
    ['does not cause an update', { fields: { title: 'Mac', ...wrong } }, {}, null],
    ['rides along', { fields: { title: 'Old', ...wrong } }, {}, { title: 'Mac', ...right }],
    ['rides along with a return', { active: false, fields: { title: 'Mac', ...wrong } }, {}, right],
    [
      'rides along with a mark',
      { mark: 'z', fields: { title: 'Mac', serial: 'S-a', ...wrong } },
      {},
      { ...right, 'Addigy Agent ID': 'a' },
    ],
    [
      'is refreshed when it is due',
      { lastModified: now - 7 * day - 1, fields: { title: 'Mac', ...wrong } },
      { refreshDays: 7 },
      right,
    ],
    [
      'is not refreshed before',
      { lastModified: now - 7 * day, fields: { title: 'Mac', ...wrong } },
      { refreshDays: 7 },
      null,
    ],
    [
      'is not refreshed where nobody knows when it is due',
      { lastModified: null, fields: { title: 'Mac', ...wrong } },
      { refreshDays: 7 },
      null,
    ],
    [
      'is not refreshed where it is right, however Autotask writes it',
      { lastModified: 0, fields: { title: 'Mac', notes: '2026-11-24T08:30:00', location: '100.00' } },
      { refreshDays: 7 },
      null,
    ],
  ])('%s', (_, changed, settings, patch) => {
    expect(written(of, marked(changed), fields, {}, settings)).toEqual(patch);
  });

  it('is not limited when it is refreshed: a whole estate is due on one day', () => {
    const none = { percent: 0, atLeast: 0 };
    const settings = { refreshDays: 7, limits: { updates: none, deactivations: none } };
    const stale = marked({ lastModified: 0, fields: { title: 'Mac', ...wrong } });
    expect(written(of, stale, fields, {}, settings)).toEqual(right);
  });

  it('is in a new item', () => {
    const { changes } = planSync(input({ devices: [device('a', of)] }, { fields }));
    expect(changes[0]).toMatchObject({ draft: { fields: { title: 'Mac', ...right } } });
  });
});
