import { describe, expect, it } from 'vitest';
import { draftBody, fieldNames, itemRow, nameAmong, patchBody, readItem } from '#autotask/item-record';
import { masked } from '#sync/configuration-item';

// Away from UTC, so that a time that is read as local is a wrong one.
process.env.TZ = 'Pacific/Auckland';

const markField = 'Addigy Agent ID';
const as = (name: string) => name;

describe('readItem', () => {
  it('reads a whole record', () => {
    const item = readItem(
      {
        id: 7,
        companyID: 0,
        productID: 29,
        isActive: true,
        referenceTitle: 'Front desk',
        serialNumber: ' c02abc ',
        referenceNumber: null,
        location: 'Hall',
        installDate: '2024-01-31T00:00:00',
        warrantyExpirationDate: '2027-01-31T00:00:00Z',
        lastModifiedTime: '2024-01-31T15:04:05.307',
        userDefinedFields: [
          { name: markField, value: ' agent-1 ' },
          { name: 'Empty', value: null },
          { name: 'Blank', value: '' },
          { name: 'Hidden', value: '*****' },
          { name: 'Number', value: 12 },
          { nonsense: true },
        ],
        rmmDeviceID: 5,
      },
      markField,
    );
    expect(item).toEqual({
      id: 7,
      companyId: 0,
      productId: 29,
      active: true,
      mark: { kind: 'agent', agentId: 'agent-1' },
      fields: {
        title: 'Front desk',
        serial: ' c02abc ',
        referenceNumber: '',
        location: 'Hall',
        notes: '',
        installed: '2024-01-31',
        warrantyExpires: '2027-01-31',
      },
      udfs: new Map<string, unknown>([
        [markField, ' agent-1 '],
        ['Empty', null],
        ['Blank', null],
        ['Hidden', masked],
        ['Number', '12'],
      ]),
      lastModified: Date.UTC(2024, 0, 31, 15, 4, 5, 307),
    });
  });

  const udf = (value: unknown, name = markField) => [{ name, value }];
  it.each<[string, unknown, object]>([
    ['a mark', udf('a-1'), { kind: 'agent', agentId: 'a-1' }],
    ['a mark in a field of another case', udf('a-1', 'addigy agent id'), { kind: 'agent', agentId: 'a-1' }],
    ['an empty value', udf(null), { kind: 'empty' }],
    ['blanks', udf('  '), { kind: 'empty' }],
    ['a mask', udf('*****'), { kind: 'masked' }],
    ['no such field', udf('x', 'Other'), { kind: 'unseen' }],
    ['an empty array', [], { kind: 'unseen' }],
    ['no array', undefined, { kind: 'unseen' }],
    ['null instead of an array', null, { kind: 'unseen' }],
  ])('the mark: %s', (_why, userDefinedFields, mark) => {
    const item = readItem({ id: 1, companyID: 2, userDefinedFields }, markField);
    expect(item.mark).toEqual(mark);
    expect(item.udfs === undefined).toBe(!Array.isArray(userDefinedFields));
  });

  it.each([
    ['2024-01-31T15:04:05.307', Date.UTC(2024, 0, 31, 15, 4, 5, 307)],
    ['2024-01-31T15:04:05Z', Date.UTC(2024, 0, 31, 15, 4, 5)],
    ['2024-01-31T15:04:05+02:00', Date.UTC(2024, 0, 31, 13, 4, 5)],
    ['yesterday', null],
    [null, null],
  ])('a time %j', (lastModifiedTime, time) => {
    expect(readItem({ id: 1, companyID: 2, lastModifiedTime }, markField).lastModified).toBe(time);
  });

  it('an item without its company is unreadable', () => {
    expect(() => readItem({ id: 1, companyID: null }, markField)).toThrow(/without its company/u);
  });
});

describe('what is sent', () => {
  it('a new item', () => {
    expect(
      draftBody(
        {
          companyId: 0,
          productId: 29,
          categoryId: 3,
          typeId: 4,
          fields: { title: 'T', serial: 'S', notes: '', installed: '2024-01-31' },
          udfs: { [markField]: 'a-1' },
        },
        (name) => name.toUpperCase(),
      ),
    ).toEqual({
      companyID: 0,
      productID: 29,
      isActive: true,
      configurationItemCategoryID: 3,
      configurationItemType: 4,
      referenceTitle: 'T',
      serialNumber: 'S',
      installDate: '2024-01-31T00:00:00',
      userDefinedFields: [{ name: 'ADDIGY AGENT ID', value: 'a-1' }],
    });
    expect(draftBody({ companyId: 1, productId: 2, fields: {}, udfs: {} }, as)).toEqual({
      companyID: 1,
      productID: 2,
      isActive: true,
    });
  });

  it.each([
    ['nothing', {}, null],
    ['empty parts', { fields: {}, udfs: {} }, null],
    ['active', { active: false }, { id: 7, isActive: false }],
    [
      'fields',
      { fields: { location: 'Hall', warrantyExpires: '2027-01-31', notes: '' } },
      { id: 7, location: 'Hall', warrantyExpirationDate: '2027-01-31T00:00:00', notes: null },
    ],
    ['a cleared mark', { udfs: { M: null } }, { id: 7, userDefinedFields: [{ name: 'M', value: null }] }],
  ])('a patch: %s', (_why, patch, body) => {
    expect(patchBody(7, patch, as)).toEqual(body);
  });
});

describe('itemRow', () => {
  const whole = {
    id: 7,
    companyID: 3,
    productID: 29,
    isActive: false,
    lastModifiedTime: '2024-01-31T15:04:05.307',
    userDefinedFields: [{ name: markField, value: 'agent-1' }],
    ...Object.fromEntries(Object.values(fieldNames).map((name) => [name, `2024-01-31 ${name}`])),
  };
  const row = { ...whole, rmmDeviceID: 5, createDate: '2024-01-31T15:04:05.307' };

  it('keeps all that is read of a row, and no more', () => {
    expect(itemRow(row)).toEqual(whole);
    expect(readItem(itemRow(row), markField)).toEqual(readItem(row, markField));
  });

  it('what did not come is as if it had not', () => {
    expect(readItem(itemRow({ id: 7, companyID: 3 }), markField)).toEqual(
      readItem({ id: 7, companyID: 3 }, markField),
    );
  });
});

describe('nameAmong', () => {
  it.each([
    ['A', ['a', 'A'], 'A'],
    ['A', ['b', 'a'], 'a'],
    ['A', ['b'], undefined],
    ['A', [], undefined],
  ])('%s among %j', (wanted, names, found) => {
    expect(nameAmong(wanted, names)).toBe(found);
  });
});
