import fc from 'fast-check';
import { expect, it } from 'vitest';
import { auditNative, nativeSettings, serialsToFind } from '#sync/audit';
import { serialKey } from '#sync/device';
import { callRoster } from '#sync/roster';
import { anyInput } from './plan-arbitrary.ts';

const native = /^native-/u;

it('puts each device in exactly one place, and those in scope in a class of the audit or none', () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(anyInput(), (input) => {
      const { held, fine } = auditNative(input);
      const { standing } = callRoster({ ...input, settings: nativeSettings(input.settings) });
      expect(held.length + fine).toBe(input.devices.length);
      const lines = new Map(held.map((line) => [line.agentId, line.reason] as const));
      expect(lines.size).toBe(held.length);
      for (const [at, { agentId }] of input.devices.entries()) {
        const reason = lines.get(agentId);
        seen.add(reason ?? 'fine');
        if (standing[at] === 'in-scope') expect(reason ?? 'native-').toMatch(native);
        else expect(reason).toBe(standing[at]);
      }
    }),
    { numRuns: 400 },
  );
  // A generator that never makes one of them would prove nothing of it.
  for (const place of [
    'fine',
    'native-missing',
    'native-stale',
    'native-duplicated',
    'native-wrong-company',
  ]) {
    expect(seen).toContain(place);
  }
});

it('says the same whatever the order of what was read', () => {
  fc.assert(
    fc.property(anyInput(), (input) => {
      const turned = {
        ...input,
        devices: input.devices.toReversed(),
        items: input.items.toReversed(),
        policies: input.policies.toReversed(),
        companies: input.companies.toReversed(),
      };
      expect(auditNative(turned)).toEqual(auditNative(input));
    }),
    { numRuns: 200 },
  );
});

it('agrees with the counts of active items', () => {
  fc.assert(
    fc.property(anyInput(), (input) => {
      const { held } = auditNative(input);
      for (const { reason, serial, companyId } of held) {
        if (!native.test(reason)) continue;
        const items = input.items.filter((one) => serialKey(one.fields.serial) === serialKey(serial));
        const active = items.filter((one) => one.active);
        const isHere = active.some((one) => one.companyId === companyId);
        if (reason === 'native-missing') expect(items).toEqual([]);
        if (reason === 'native-duplicated') expect(active.length).toBeGreaterThan(1);
        if (reason === 'native-wrong-company') expect([isHere, active.length < 2]).toEqual([false, true]);
        if (reason === 'native-stale') expect(active.length).toBeLessThan(2);
      }
      const find = new Set(serialsToFind(input).map(serialKey));
      const missing = held.filter(({ reason }) => reason === 'native-missing');
      for (const { serial } of missing) expect(find).toContain(serialKey(serial));
    }),
    { numRuns: 200 },
  );
});
