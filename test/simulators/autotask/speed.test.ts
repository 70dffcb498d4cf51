import { expect, it } from 'vitest';
import { startApi } from './api-client.ts';
import { defaultSeed } from './seed.ts';

const product = 29_681_001;
const companies = Array.from({ length: 50 }, (_, index) => ({
  id: 1000 + index,
  companyName: `Company ${index}`,
  isActive: true,
}));
const items = Array.from({ length: 12_000 }, (_, index) => ({
  companyID: 1000 + (index % 50),
  productID: product,
  isActive: true,
  serialNumber: `SERIAL${index}`,
  udfs: { 'Addigy Agent ID': `agent-${index}` },
}));

// Limits are several times what a slow machine of two cores takes.
it('walks 12,000 items and finds by serial in no time', async () => {
  const { query, ids, simulator } = await startApi({ seed: { ...defaultSeed, companies, items } });
  const from = performance.now();
  const few = { op: 'in', field: 'companyID', value: [1000, 1001, 1002] };
  expect(await ids('ConfigurationItems', few, { op: 'gt', field: 'id', value: 0 })).toHaveLength(500);
  const serials = {
    op: 'in',
    field: 'serialNumber',
    value: items.slice(5000, 5200).map((item) => item.serialNumber),
  };
  expect(await ids('ConfigurationItems', serials)).toHaveLength(200);
  expect(
    await ids('ConfigurationItems', { op: 'contains', field: 'serialNumber', value: 'L11999' }),
  ).toHaveLength(1);
  const marks = { op: 'in', field: 'Addigy Agent ID', udf: true, value: ['agent-1', 'agent-2'] };
  expect(await ids('ConfigurationItems', marks)).toHaveLength(2);
  const narrow = performance.now() - from;

  let last = 0;
  let seen = 0;
  for (;;) {
    const { json } = await query('ConfigurationItems', [{ op: 'gt', field: 'id', value: last }]);
    seen += json.items.length;
    if (json.items.length < 500) break;
    last = json.items.at(-1).id;
  }
  expect(seen).toBe(12_000);
  const whole = performance.now() - from - narrow;
  process.stdout.write(
    `12,000 items: four narrow queries ${Math.round(narrow)} ms, the walk ${Math.round(whole)} ms\n`,
  );
  expect(narrow).toBeLessThan(2000);
  expect(whole).toBeLessThan(10_000);
  expect(simulator.journal.count()).toBe(29);
});

it('takes 600 creates at three at once with 5 ms of latency', async () => {
  const { call, simulator } = await startApi({ latencyMs: 5 });
  simulator.journal.keepBodies = false;
  const from = performance.now();
  const lane = async () => {
    for (let created = 0; created < 200; created += 1)
      await call('POST', 'ConfigurationItems', { companyID: 175, productID: product, isActive: true });
  };
  await Promise.all([lane(), lane(), lane()]);
  const ms = Math.round(performance.now() - from);
  process.stdout.write(`600 creates: ${ms} ms\n`);
  expect(simulator.world.items()).toHaveLength(600);
  expect(simulator.world.threads.refusals).toBe(0);
  expect(ms).toBeLessThan(15_000);
});
