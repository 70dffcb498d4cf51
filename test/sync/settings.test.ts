import { expect, it } from 'vitest';
import { syncSettingsSchema } from '#sync/settings';

it.each([
  ['title', true],
  ['warrantyExpires', true],
  ['udf:OS', true],
  ['udf:OS version', true],
  ['udf:', false],
  ['udf: ', false],
  ['my udf:OS', false],
  ['name', false],
  ['Title', false],
  ['', false],
  [`udf:${'x'.repeat(257)}`, false],
])('a mapping to %j is accepted: %s', (to, accepted) => {
  const { success } = syncSettingsSchema.safeParse({ fields: [{ to, from: 'name', rule: 'overwrite' }] });
  expect(success).toBe(accepted);
});
