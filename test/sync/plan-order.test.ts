import { describe, expect, it } from 'vitest';
import { canonicalJson } from '#sync/canonical-json';
import type { Held } from '#sync/change';
import { compareChanges, compareHeld, planId } from '#sync/plan-order';
import { heldChange } from '#sync/withhold';
import { aChange, aCreate, keysOf } from './sample-changes.ts';

/** Each before the next, by the first that differs: that decides, whatever the others say. */
const inOrder = [
  aChange('deactivate', 9, {}, { companyId: 1, name: 'z', agentId: 'z' }),
  aCreate(9, { companyId: 2, name: 'y', agentId: 'z' }),
  aChange('update', 8, {}, { companyId: 2, name: 'x', agentId: 'z' }),
  aChange('reactivate', 7, {}, { companyId: 2, name: 'w', agentId: 'z' }),
  aChange('deactivate', 6, {}, { companyId: 2, name: 'B', agentId: 'z' }),
  aChange('deactivate', 5, {}, { companyId: 2, name: 'a', agentId: 'a' }),
  aChange('deactivate', 3, {}, { companyId: 2, name: 'a', agentId: 'b' }),
  aChange('deactivate', 4, {}, { companyId: 2, name: 'a', agentId: 'b' }),
];

describe('the lines of a plan', () => {
  it('stand by company, kind, name, agent and item, whatever the order before', () => {
    expect(keysOf([...inOrder].reverse().sort(compareChanges))).toEqual(keysOf(inOrder));
    for (const [at, left] of inOrder.entries()) {
      for (const [place, right] of inOrder.entries()) {
        expect(Math.sign(compareChanges(left, right))).toBe(Math.sign(at - place));
      }
    }
  });

  it('that are held stand by company, none first, then reason, name, agent and item', () => {
    const held = (more: Partial<Held>): Held => ({ ...heldChange(aCreate(1), 'policy', ''), ...more });
    const lines = [
      held({ companyId: null, reason: 'safety', name: 'z', agentId: 'z', itemId: 9 }),
      held({ companyId: 0, reason: 'unmapped', name: 'z', agentId: 'z', itemId: 8 }),
      held({ companyId: 1, reason: 'grace', name: 'z', agentId: 'z', itemId: 7 }),
      held({ companyId: 1, reason: 'policy', name: 'a', agentId: 'z', itemId: 6 }),
      held({ companyId: 1, reason: 'policy', name: 'b', agentId: 'a', itemId: 5 }),
      held({ companyId: 1, reason: 'policy', name: 'b', agentId: 'b', itemId: null }),
      held({ companyId: 1, reason: 'policy', name: 'b', agentId: 'b', itemId: 4 }),
    ];
    expect([...lines].reverse().sort(compareHeld)).toEqual(lines);
    for (const [at, left] of lines.entries()) {
      for (const [place, right] of lines.entries()) {
        expect(Math.sign(compareHeld(left, right))).toBe(Math.sign(at - place));
      }
    }
  });

  it('name a plan by connection and keys, in whatever order', () => {
    const digest = (text: string): string => text;
    expect(planId([aCreate(2), aCreate(1)], { connectionId: 'acme', digest })).toBe(
      '["acme",["create-1","create-2"]]',
    );
    expect(planId([], { connectionId: 'other', digest })).toBe('["other",[]]');
  });
});

describe('equal values', () => {
  it.each<[unknown, string]>([
    [{ b: 1, a: { d: [true, null], c: 'x' } }, '{"a":{"c":"x","d":[true,null]},"b":1}'],
    [{ a: undefined, b: 2 }, '{"b":2}'],
    [{ aa: 1, a: 2, b: 3, A: 4 }, '{"A":4,"a":2,"aa":1,"b":3}'],
    [[undefined, 1], '[null,1]'],
    [[], '[]'],
    [{}, '{}'],
    [null, 'null'],
    ['"', '"\\""'],
  ])('%j has one text', (value, text) => {
    expect(canonicalJson(value)).toBe(text);
  });
});
