import { describe, expect, it } from 'vitest';
import type { ChangeKind } from '#sync/change';
import { applyPolicy } from '#sync/policy';
import type { SyncPolicy } from '#sync/settings';
import { aChange, aCreate } from './sample-changes.ts';

const changes = [
  aCreate(1),
  aChange('update', 2, {}),
  aChange('reactivate', 3, {}),
  aChange('deactivate', 4, {}),
];

describe('the ladder', () => {
  it.each<[SyncPolicy, ChangeKind[], Array<[ChangeKind, SyncPolicy]>]>([
    ['observe', ['create', 'update', 'reactivate', 'deactivate'], []],
    [
      'create',
      ['create'],
      [
        ['update', 'upsert'],
        ['reactivate', 'upsert'],
        ['deactivate', 'sync'],
      ],
    ],
    ['upsert', ['create', 'update', 'reactivate'], [['deactivate', 'sync']]],
    ['sync', ['create', 'update', 'reactivate', 'deactivate'], []],
  ])('%s lets through %j', (policy, through, held) => {
    const verdict = applyPolicy(changes, policy);
    expect(verdict.changes.map(({ kind }) => kind)).toEqual(through);
    expect(verdict.held.map(({ reason, detail }) => [reason, detail])).toEqual(
      held.map(([kind, lowest]) => [
        'policy',
        `The policy "${policy}" does not ${kind}; "${lowest}" would. Raise the connection's policy if that is wanted.`,
      ]),
    );
  });
});
