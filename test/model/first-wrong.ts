/** `tsx test/model/first-wrong.ts 2000`: stories of the fixed seed, until one ends wrong; it is not made shorter. */
import { tellMany } from './many-stories.ts';
import { fixedSeed } from './seeds.ts';
import { startVendors } from './vendors.ts';

const vendors = await startVendors();
const { stories, wrong } = await tellMany(vendors, {
  seed: fixedSeed,
  runs: Number(process.argv[2]),
  shrinks: false,
});
await vendors.close();
process.stdout.write(
  wrong === null ? `${stories} stories ended as they should\n` : `story ${stories + 1}: ${wrong}\n`,
);
process.exitCode = wrong === null ? 0 : 1;
