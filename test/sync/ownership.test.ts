import { describe, expect, it } from 'vitest';
import type { Mark } from '#sync/configuration-item';
import { isUnmarked, markedAgent, sightOf } from '#sync/ownership';
import { item } from './sample-plan-input.ts';

const agent: Mark = { kind: 'agent', agentId: 'a' };
const empty: Mark = { kind: 'empty' };
const unseen: Mark = { kind: 'unseen' };
const hidden: Mark = { kind: 'masked' };

describe('sightOf', () => {
  it.each<[string, Mark[], string]>([
    ['nothing', [], 'unproven'],
    ['only what did not come', [unseen, unseen], 'unproven'],
    ['a mark', [unseen, agent], 'seen'],
    ['an empty mark that came', [empty], 'seen'],
    ['a masked one among many', [agent, empty, hidden, agent], 'blind'],
  ])('%s', (_, marks, sight) => {
    expect(sightOf(marks.map((mark, at) => item(at + 1, { mark })))).toBe(sight);
  });
});

it('a masked mark is neither a mark nor none', () => {
  expect([agent, empty, unseen, hidden].map(isUnmarked)).toEqual([false, true, true, false]);
  expect([agent, empty, unseen, hidden].map(markedAgent)).toEqual(['a', '', '', '']);
});
