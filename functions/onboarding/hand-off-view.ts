import type { ConnectionRecord } from '#connections/connection-record';
import type { ApiUserRecord, Attempt } from './api-user.ts';
import { retryAtOf } from './api-user-state.ts';
import { type HandOffView, userNames } from './hand-off.ts';

/** A link that is good, and what it leads to. */
export interface OpenedLink {
  readonly record: ApiUserRecord;
  readonly attempt: Attempt;
  readonly connection: ConnectionRecord;
}

export function handOffView({ record, attempt, connection }: OpenedLink): HandOffView {
  const { purpose, connectionId, replaced, reachedAt } = record;
  const { stage, generation, handOff, submittedVersion, report, detail } = attempt;
  const { settings, zone } = connection;
  return {
    connectionName: settings.name,
    purpose,
    stage,
    generation,
    ...userNames(connectionId, purpose, generation),
    webUrl: zone?.webUrl ?? '',
    markField: settings.sync.markField,
    expiresAt: handOff.expiresAt,
    shown: handOff.shownAt !== null,
    submitted: submittedVersion !== null,
    report,
    detail,
    retryAt: retryAtOf(attempt),
    reachedAt,
    replaced:
      replaced === null
        ? null
        : { ...userNames(connectionId, purpose, replaced.generation), retiredAt: replaced.retiredAt },
  };
}
