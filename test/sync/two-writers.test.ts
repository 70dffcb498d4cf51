import { expect, it } from 'vitest';
import type { Policy } from '#sync/device';
import { twoWriters, type Writers } from '#sync/two-writers';

const policy = (name: string, companyId: number | null, id = `id of ${name}`): Policy => ({
  id,
  name,
  parentId: null,
  companyId,
});
const two = [policy('Beta', 20), policy('Acme', 10), policy('Nobody', null), policy('Zero', 0)];
const both: Writers = { addigyReaches: true, engine: 'direct', policy: 'sync' };

it.each<[string, readonly Policy[], Partial<Writers>, string | null]>([
  ['two linked', two, {}, '2 policies are linked to an Autotask company in Addigy ("Acme", "Beta"), and'],
  [
    'one linked',
    [policy('Acme', 10)],
    {},
    '1 policy is linked to an Autotask company in Addigy ("Acme"), and',
  ],
  [
    'three linked',
    ['C', 'B', 'A'].map((name) => policy(name, 1)),
    {},
    '3 policies are linked to an Autotask company in Addigy ("A", "B", "C"), and',
  ],
  [
    'five linked: three are named',
    ['E', 'D', 'C', 'B', 'A'].map((name) => policy(name, 1)),
    {},
    '5 policies are linked to an Autotask company in Addigy ("A", "B", "C" and 2 more), and',
  ],
  ['a policy without a name', [policy('', 10, 'p-1')], {}, '("p-1")'],
  ['any rung that writes', two, { policy: 'create' }, 'Two writers: '],
  ['none linked', [policy('Nobody', null), policy('Zero', 0)], {}, null],
  ['no policy', [], {}, null],
  ['Addigy was not seen to reach Autotask', two, { addigyReaches: false }, null],
  ['the native engine writes alone', two, { engine: 'native' }, null],
  ['this sync writes nothing', two, { policy: 'observe' }, null],
])('%s', (_, policies, more, says) => {
  for (const order of [policies, policies.toReversed()]) {
    const told = twoWriters(order, { ...both, ...more });
    if (says === null) expect(told).toBeNull();
    else expect(told).toContain(says);
  }
});
