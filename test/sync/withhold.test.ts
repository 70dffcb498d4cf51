import { describe, expect, it } from 'vitest';
import type { Change } from '#sync/change';
import { heldChange, withhold } from '#sync/withhold';
import { aChange, aCreate, aLeaving, anAdoption, aRename, keysOf } from './sample-changes.ts';

const marked = [{ field: 'mark', from: '', to: 'agent', volatile: false } as const];
const moved = (after: string) => aLeaving(9, { after });
const left = (itemId: number, after: string) => aChange('update', itemId, {}, { reason: 'left', after });

describe('what is withheld takes along what makes no sense alone', () => {
  it.each<[what: string, changes: Change[], withheld: string, held: string[]]>([
    ['nothing where nothing is withheld', [aCreate(1), moved('create-1')], 'none', []],
    ['one alone', [aCreate(1), aRename(2)], 'update-2', ['update-2']],
    ['what was to follow it', [aCreate(1), moved('create-1')], 'create-1', ['create-1', 'deactivate-9']],
    ['the new item of a move', [aCreate(1), moved('create-1')], 'deactivate-9', ['create-1', 'deactivate-9']],
    [
      'the adoption of a move',
      [anAdoption(3, { diffs: marked }), moved('update-3')],
      'deactivate-9',
      ['update-3', 'deactivate-9'],
    ],
    [
      'not an update that takes over no mark',
      [aRename(3), moved('update-3')],
      'deactivate-9',
      ['deactivate-9'],
    ],
    [
      'all the halves of one',
      [aCreate(1), left(5, 'create-1'), left(6, 'create-1'), aRename(2)],
      'update-6',
      ['create-1', 'update-5', 'update-6'],
    ],
    [
      'a chain, whatever the order',
      [left(6, 'update-5'), left(5, 'create-1'), aCreate(1)],
      'create-1',
      ['update-6', 'update-5', 'create-1'],
    ],
    ['not what follows something that is not there', [left(5, 'gone'), aRename(2)], 'update-2', ['update-2']],
  ])('%s', (_what, changes, withheld, held) => {
    const verdict = withhold(changes, 'policy', ({ key }) => (key === withheld ? 'Not allowed.' : null));
    const isHeld = (change: Change): boolean => held.includes(change.key);
    expect(keysOf(verdict.changes)).toEqual(keysOf(changes.filter((change) => !isHeld(change))));
    expect(verdict.held).toEqual(
      changes
        .filter(isHeld)
        .map((change) =>
          heldChange(
            change,
            'policy',
            change.key === withheld
              ? 'Not allowed.'
              : expect.stringMatching(/^It belongs to another change that is held\. .*Not allowed\.$/u),
          ),
        ),
    );
  });

  it('a line is the device’s, or the item’s where the device has another or none', () => {
    const line = { reason: 'safety', companyId: 10, detail: 'why' };
    expect(heldChange(aRename(2), 'safety', 'why')).toEqual({
      ...line,
      agentId: 'agent-2',
      itemId: 2,
      name: 'Item 2',
      serial: 'SER2',
    });
    expect(heldChange(aLeaving(3), 'safety', 'why')).toMatchObject({ ...line, agentId: '', itemId: 3 });
    expect(heldChange(left(4, 'x'), 'safety', 'why')).toMatchObject({ ...line, agentId: '', itemId: 4 });
    expect(heldChange(aCreate(1), 'safety', 'why')).toMatchObject({ agentId: 'agent-1', itemId: null });
  });
});
