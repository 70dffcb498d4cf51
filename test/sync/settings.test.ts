import { describe, expect, it } from 'vitest';
import { defaultFields, deviceFacts, syncSettingsSchema } from '#sync/settings';

const mapping = (to: string, more: object = {}) => ({ to, from: 'name', rule: 'overwrite', ...more });
const many = (count: number) => Array.from({ length: count }, (_, at) => `x${at}`);
const limit = (limits: object) => ({ limits: { updates: limits } });

it('has a default for everything', () => {
  const limits = {
    updates: { percent: 30, atLeast: 10 },
    deactivations: { percent: 30, atLeast: 3 },
  };
  const expected = {
    policy: 'observe',
    markField: 'Addigy Agent ID',
    companies: {},
    defaultCompanyId: null,
    products: {},
    categories: {},
    types: {},
    fields: [
      mapping('title'),
      mapping('serial', { from: 'serial' }),
      mapping('referenceNumber', { from: 'hardwareModel', rule: 'fill-empty' }),
      mapping('installed', { from: 'registered', rule: 'fill-empty' }),
      mapping('warrantyExpires', { from: 'warrantyExpires', rule: 'fill-empty' }),
    ],
    refreshDays: 0,
    graceHours: 72,
    limits,
    onCompanyMove: 'report',
    matchByMac: null,
    exclude: { families: [], policies: [], serials: [] },
    staleAfterDays: null,
  };
  for (const nothing of [undefined, {}, { limits: {}, exclude: {} }]) {
    expect(syncSettingsSchema.parse(nothing)).toEqual(expected);
  }
  expect(expected.fields).toEqual(defaultFields);
});

it('keeps a name without the spaces around it', () => {
  const { markField, products } = syncSettingsSchema.parse({
    markField: ' Mark ',
    products: { mac: ' Mac ' },
  });
  expect([markField, products]).toEqual(['Mark', { mac: 'Mac' }]);
});

describe('a mapping', () => {
  it.each([
    ['title', true],
    ['warrantyExpires', true],
    ['udf:OS', true],
    ['udf:X', true],
    ['udf:OS version', true],
    [`udf:${'x'.repeat(256)}`, true],
    [`udf:${'x'.repeat(257)}`, false],
    ['udf:', false],
    ['udf: ', false],
    ['my udf:OS', false],
    ['name', false],
    ['Title', false],
    ['', false],
  ])('to %j is accepted: %s', (to, accepted) => {
    expect(syncSettingsSchema.safeParse({ fields: [mapping(to)] }).success).toBe(accepted);
    expect(syncSettingsSchema.safeParse({ matchByMac: to }).success).toBe(accepted);
  });

  it('to a field that there is not is told which there are', () => {
    const { error } = syncSettingsSchema.safeParse({ fields: [mapping('color')] });
    expect(error?.issues[0]?.message).toBe(
      'must be one of title, serial, referenceNumber, location, notes, installed, warrantyExpires, or udf:<name>',
    );
  });

  it.each(Object.keys(deviceFacts))('from %s is accepted', (from) => {
    expect(syncSettingsSchema.safeParse({ fields: [mapping('notes', { from })] }).success).toBe(true);
  });

  it('knows which facts change from hour to hour', () => {
    const volatile = Object.entries(deviceFacts).flatMap(([fact, is]) => (is.volatile ? [fact] : []));
    expect(volatile).toEqual(['lastSeen', 'ipAddress', 'freeDiskGb', 'currentUser']);
  });
});

describe('settings', () => {
  it.each<[settings: object, accepted: boolean]>([
    ...['observe', 'create', 'upsert', 'sync'].map((policy): [object, boolean] => [{ policy }, true]),
    [{ policy: 'delete' }, false],
    [{ markField: ' ' }, false],
    [{ markField: 'x'.repeat(100) }, true],
    [{ markField: 'x'.repeat(101) }, false],
    [{ companies: { p1: 0, p2: 5 } }, true],
    [{ companies: { p1: -1 } }, false],
    [{ companies: { p1: 1.5 } }, false],
    [{ companies: { '': 1 } }, false],
    [{ companies: { ['x'.repeat(101)]: 1 } }, false],
    [{ defaultCompanyId: 0 }, true],
    [{ defaultCompanyId: null }, true],
    [{ defaultCompanyId: -1 }, false],
    [{ products: { mac: 0, iphone: 'Phone', ipad: 1, 'apple-tv': 1, other: 1 } }, true],
    [{ products: { mac: -1 } }, false],
    [{ products: { mac: '' } }, false],
    [{ categories: { watch: 1 } }, false],
    [{ types: { mac: 1.5 } }, false],
    [{ fields: [mapping('title', { from: 'colour' })] }, false],
    ...['overwrite', 'fill-empty', 'never'].map((rule): [object, boolean] => [
      { fields: [mapping('title', { rule })] },
      true,
    ]),
    [{ fields: [mapping('title', { rule: 'blank' })] }, false],
    [{ fields: [mapping('title', { also: 1 })] }, false],
    [{ refreshDays: 0 }, true],
    [{ refreshDays: 3650 }, true],
    [{ refreshDays: 3651 }, false],
    [{ refreshDays: -1 }, false],
    [{ refreshDays: 1.5 }, false],
    [{ graceHours: 0.5 }, true],
    [{ graceHours: 8760 }, true],
    [{ graceHours: 8761 }, false],
    [{ graceHours: -1 }, false],
    [limit({ percent: 0, atLeast: 0 }), true],
    [limit({ percent: 100, atLeast: 1_000_000 }), true],
    [limit({ percent: 33.3 }), true],
    [limit({ percent: 101 }), false],
    [limit({ percent: -1 }), false],
    [limit({ atLeast: 1_000_001 }), false],
    [limit({ atLeast: -1 }), false],
    [limit({ atLeast: 1.5 }), false],
    [limit({ atMost: 1 }), false],
    [{ limits: { creates: {} } }, false],
    [{ onCompanyMove: 'report' }, true],
    [{ onCompanyMove: 'recreate' }, true],
    [{ onCompanyMove: 'move' }, false],
    [{ matchByMac: null }, true],
    [{ exclude: { families: ['mac', 'iphone', 'ipad', 'apple-tv', 'other'] } }, true],
    [{ exclude: { families: ['watch'] } }, false],
    [{ exclude: { policies: [''] } }, false],
    [{ exclude: { names: [] } }, false],
    [{ staleAfterDays: 1 }, true],
    [{ staleAfterDays: 0 }, false],
    [{ staleAfterDays: 3651 }, false],
    [{ colour: 'red' }, false],
  ])('%j are accepted: %s', (settings, accepted) => {
    expect(syncSettingsSchema.safeParse(settings).success).toBe(accepted);
  });

  it.each<[what: string, most: number, settings: (names: string[]) => object]>([
    ['fields', 100, (names) => ({ fields: names.map((name) => mapping(`udf:${name}`)) })],
    ['excluded policies', 1000, (policies) => ({ exclude: { policies } })],
    ['excluded serials', 10_000, (serials) => ({ exclude: { serials } })],
  ])('may have no more %s than %i', (_, most, settings) => {
    expect(syncSettingsSchema.safeParse(settings(many(most))).success).toBe(true);
    expect(syncSettingsSchema.safeParse(settings(many(most + 1))).success).toBe(false);
  });
});
