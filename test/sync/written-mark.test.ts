import { expect, it } from 'vitest';
import { bears, writtenMark } from '#sync/written-mark';
import { aChange, aCreate, anItem, markField } from './sample-changes.ts';

it.each<[what: string, udfs: Record<string, string | null> | undefined, mark: string | null | undefined]>([
  ['writes it', { [markField]: 'agent-1' }, 'agent-1'],
  ['writes it after another field, in another case', { OS: '15.1', 'ADDIGY AGENT ID': 'agent-1' }, 'agent-1'],
  ['clears it', { [markField]: null }, null],
  ['clears it with a blank', { [markField]: '' }, null],
  ['leaves it alone', { OS: '15.1' }, undefined],
  ['writes no such field at all', undefined, undefined],
])('a patch %s', (_, udfs, mark) => {
  expect(writtenMark(aChange('update', 1, udfs === undefined ? {} : { udfs }), markField)).toBe(mark);
});

it('a new item gets its device’s', () => {
  expect(writtenMark(aCreate(1), markField)).toBe('agent-1');
});

it.each([
  ['agent-1', true],
  ['agent-2', false],
  ['', false],
  [{ kind: 'masked' }, false],
  [{ kind: 'unseen' }, false],
] as const)('an item with the mark %j bears that of agent-1: %s', (mark, expected) => {
  expect(bears(anItem(1, mark), 'agent-1')).toBe(expected);
});
