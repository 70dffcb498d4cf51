/** Stories that ended wrong once, each with what it was. They were found by `stories.test.ts` and mended since. */
import { afterAll, beforeAll, describe, it } from 'vitest';
import type { Beginning } from './beginning.ts';
import { type Told, tellAgain } from './story.ts';
import { startVendors, type Vendors } from './vendors.ts';

const usual: Beginning = {
  policy: 'sync',
  onCompanyMove: 'report',
  graceHours: 72,
  limits: 'generous',
  staleAfterDays: null,
  perPage: 100,
  quirks: {},
  devices: [{ serial: 0, policy: 0 }],
  items: [],
};
const tick: Told = ['tick', { ticks: 1, cut: null, twice: false, atOnce: 1 }];

interface Regression {
  readonly what: string;
  readonly beginning: Beginning;
  readonly told: readonly Told[];
}

const regressions: readonly Regression[] = [
  {
    what: 'a user who may create items and query none was taken for an empty database: an item was made a second time',
    beginning: { ...usual, items: [{ serial: 0, company: 0, active: true, foreign: false }] },
    told: [['rights', { query: false, create: true, update: false }], tick],
  },
  {
    what: 'a create that Autotask was still at was looked for twice, not found, and sent again: both took place',
    beginning: {
      ...usual,
      devices: [
        { serial: 2, policy: 0 },
        { serial: 6, policy: 2 },
      ],
    },
    told: [
      ['misfortune', { kind: 'an answer after the limit of time', on: 'write', skip: 1, times: 5 }],
      ['tick', { ticks: 1, cut: null, twice: true, atOnce: 1 }],
    ],
  },
];

let vendors: Vendors;
beforeAll(async () => {
  vendors = await startVendors();
});
afterAll(() => vendors.close());

describe('what ended wrong once', () => {
  it.each(regressions)('$what', async ({ beginning, told }) => {
    await tellAgain(beginning, told, vendors);
  });
});
