/** The ladder that a connection climbs: which kinds of change each rung lets through. */
import type { Change, ChangeKind } from './change.ts';
import type { SyncPolicy } from './settings.ts';
import { type Withheld, withhold } from './withhold.ts';

const allowed: Readonly<Record<SyncPolicy, ReadonlySet<ChangeKind>>> = {
  // An observe run writes nothing; its plan shows what `sync` would do.
  observe: new Set(['create', 'update', 'reactivate', 'deactivate']),
  create: new Set(['create']),
  upsert: new Set(['create', 'update', 'reactivate']),
  sync: new Set(['create', 'update', 'reactivate', 'deactivate']),
};

export function applyPolicy(changes: readonly Change[], policy: SyncPolicy): Withheld {
  return withhold(changes, 'policy', ({ kind }) =>
    allowed[policy].has(kind)
      ? null
      : `The policy "${policy}" does not ${kind}; "${lowestFor(kind)}" would. Raise the connection's policy if that is wanted.`,
  );
}

function lowestFor(kind: ChangeKind): SyncPolicy {
  return kind === 'deactivate' ? 'sync' : 'upsert';
}
