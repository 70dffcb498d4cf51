/** A few stories at every `npm test`, of the fixed seed and of a fresh one; `npm run test:model` tells thousands. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Asked, tellMany } from './many-stories.ts';
import { fixedSeed, freshSeed } from './seeds.ts';
import { startVendors, type Vendors } from './vendors.ts';

const { MODEL_SEED, MODEL_PATH, MODEL_REPLAY } = process.env;
const asked: ReadonlyArray<Asked & { readonly which: string }> =
  MODEL_SEED === undefined
    ? [
        { which: 'the fixed seed', seed: fixedSeed, runs: 40 },
        { which: 'a fresh seed', seed: freshSeed(), runs: 15 },
      ]
    : [
        {
          which: 'the seed that was named',
          seed: Number(MODEL_SEED),
          runs: 1_000,
          path: MODEL_PATH,
          replayPath: MODEL_REPLAY,
        },
      ];

let vendors: Vendors;
beforeAll(async () => {
  vendors = await startVendors();
});
afterAll(() => vendors.close());

describe('after anything that people, vendors and machines do, the world is as the model says', () => {
  it.each(asked)(
    '$which: $seed',
    async (stories) => {
      const { wrong } = await tellMany(vendors, stories);
      expect(wrong ?? '', wrong ?? '').toBe('');
    },
    120_000,
  );
});
