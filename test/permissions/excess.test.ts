import { describe, expect, it } from 'vitest';
import { excessIn } from '#permissions/excess';
import { type Findings, seen, unasked } from '#permissions/findings';
import { masked } from '#sync/configuration-item';
import { definition, findingsOf, itemOf, rights, silent } from './sample-findings.ts';

const withEntities = (...more: ReturnType<typeof rights>[]): Partial<Findings> => ({
  entities: new Map([...findingsOf().entities, ...more.map((one) => [one.entity, one] as const)]),
});
const seesKey = (value: string | typeof masked | null): Partial<Findings> => ({
  definitions: seen([definition(), definition({ name: 'Recovery Key', isProtected: true })]),
  items: seen([itemOf({ kind: 'empty' }, new Map([['Recovery Key', value]]))]),
});

describe('excess rights', () => {
  it.each<[what: string, found: Partial<Findings>, engine: 'direct' | 'native', excess: string[]]>([
    ['least privilege', {}, 'direct', []],
    ['reading more is no excess', withEntities(rights('Tickets')), 'direct', []],
    [
      'tickets may be written',
      withEntities(rights('Tickets', { create: 'all', update: 'restricted' })),
      'direct',
      ['Tickets: create, update'],
    ],
    [
      'what the API does not offer is no right',
      withEntities(
        rights('Resources', { create: 'all', offers: { create: false, update: false, delete: false } }),
      ),
      'direct',
      [],
    ],
    [
      'products may be written',
      withEntities(rights('Products', { create: 'all' })),
      'direct',
      ['Products: create'],
    ],
    [
      'with the native engine items need not be written',
      {},
      'native',
      ['ConfigurationItems: create, update'],
    ],
    [
      'the mark’s field may be made',
      withEntities(rights('UserDefinedFieldDefinitions', { create: 'all' })),
      'direct',
      [],
    ],
    ['protected data is seen', seesKey('XYZ'), 'direct', ['Protected Data Permission: View Protected Data']],
    ['protected data is masked', seesKey(masked), 'direct', []],
    ['a protected field is empty', seesKey(null), 'direct', []],
    [
      'protected data is seen on the item with a value, in a field named in another case',
      {
        ...seesKey(null),
        items: silent,
        valued: seen({
          field: 'RECOVERY key',
          item: itemOf({ kind: 'empty' }, new Map([['RECOVERY key', 'XYZ']])),
        }),
      },
      'direct',
      ['Protected Data Permission: View Protected Data'],
    ],
    [
      'no item is known, and no definition',
      { items: silent, valued: unasked('no field is known'), definitions: silent },
      'direct',
      [],
    ],
    [
      'several, by name; reading is none, and deleting is',
      withEntities(
        rights('Tickets', { query: 'restricted', create: 'all' }),
        rights('Notes', { delete: 'all', offers: { create: false, update: false, delete: true } }),
      ),
      'direct',
      ['Notes: delete', 'Tickets: create'],
    ],
  ])('%s', (_, found, engine, excess) => {
    const named = excessIn(findingsOf(found), engine).map(({ what, may }) => `${what}: ${may.join(', ')}`);
    expect(named).toEqual(excess);
  });
});
