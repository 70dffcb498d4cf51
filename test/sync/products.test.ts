import { describe, expect, it } from 'vitest';
import type { Product } from '#sync/configuration-item';
import {
  missingReferences,
  productsByFamily,
  referencesByFamily,
  wantedProducts,
  wantedReferences,
} from '#sync/products';
import { syncSettingsSchema } from '#sync/settings';

const settings = (products: object) => syncSettingsSchema.parse({ products });
const product = (id: number, name: string, active = true): Product => ({ id, name, active });

describe('wantedProducts', () => {
  it('asks for the defaults and for what is configured, each once', () => {
    expect(wantedProducts(settings({ mac: 7, ipad: 'Tablet', iphone: 'Tablet', 'apple-tv': 7 }))).toEqual({
      ids: [7],
      names: ['Tablet', 'Apple Mac', 'Apple Device', 'Apple iPhone', 'Apple iPad', 'Apple TV'],
    });
    expect(wantedReferences({})).toEqual({ ids: [], names: [] });
  });
});

describe('productsByFamily', () => {
  it.each<[string, Product[], object, object]>([
    ['none', [], {}, {}],
    [
      'by the default names, without case',
      [
        product(1, 'apple MAC'),
        product(2, 'Apple iPhone'),
        product(3, 'Apple iPad'),
        product(4, ' Apple TV '),
      ],
      {},
      { mac: 1, iphone: 2, ipad: 3, 'apple-tv': 4 },
    ],
    [
      'else Apple Device',
      [product(1, 'Apple Mac'), product(9, 'Apple Device')],
      {},
      { mac: 1, iphone: 9, ipad: 9, 'apple-tv': 9, other: 9 },
    ],
    ['never an inactive one', [product(1, 'Apple Mac', false)], {}, {}],
    [
      'the lowest id of two',
      [product(5, 'Apple Mac'), product(3, 'APPLE MAC'), product(2, 'Apple Mac', false)],
      {},
      { mac: 3 },
    ],
    [
      'the lowest id, whichever comes first',
      [product(3, 'Apple Mac'), product(5, 'Apple Mac')],
      {},
      { mac: 3 },
    ],
    ['the configured name, however it is written', [product(2, 'Laptop')], { mac: ' LAPTOP ' }, { mac: 2 }],
    ['the configured name', [product(1, 'Apple Mac'), product(2, 'Laptop')], { mac: 'laptop' }, { mac: 2 }],
    ['the configured id', [product(1, 'Apple Mac'), product(2, 'Laptop')], { mac: 2 }, { mac: 2 }],
    [
      'the default, where the configured one is inactive',
      [product(1, 'Apple Mac'), product(2, 'Laptop', false)],
      { mac: 2 },
      { mac: 1 },
    ],
    ['a name of digits is a name', [product(1, '2'), product(2, 'Laptop')], { mac: '2' }, { mac: 1 }],
  ])('%s', (_, products, configured, byFamily) => {
    expect(Object.fromEntries(productsByFamily(products, settings(configured)))).toStrictEqual(byFamily);
  });
});

describe('referencesByFamily', () => {
  it('has only what is configured, there, and active', () => {
    const found = [product(1, 'Workstation'), product(2, 'Phone', false)];
    const configured = { mac: 'workstation', iphone: 2, ipad: 'Tablet' };
    expect([...referencesByFamily(found, configured)]).toEqual([['mac', 1]]);
    expect(missingReferences(found, configured, 'category')).toEqual([
      'The category for iphone was not found: Autotask has no active category with the id 2.',
      'The category for ipad was not found: Autotask has no active category named "Tablet".',
    ]);
  });
});
