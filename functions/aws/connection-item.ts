/** A connection between its record and its item in the table. */
import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { type CredentialState, connectionSchema } from '#connections/connection';
import type { ConnectionRecord } from '#connections/connection-record';
import type { SyncPolicy } from '#sync/settings';
import { conditionally, connectionKey, type SingleTable } from './single-table.ts';
import { readStored } from './stored-record.ts';
import { type AttributeChange, updateExpression } from './update-expression.ts';

/** As it is stored. The settings are JSON text: no number is rounded and no depth is too deep for DynamoDB. */
export interface ConnectionItem {
  readonly pk: string;
  readonly sk: string;
  readonly shardId: string;
  readonly settings: string;
  /** Absent in items of before revisions were kept. */
  readonly revision?: number;
  readonly declaredAt?: number;
  readonly declaredBy?: string;
  readonly deviceSyncState: CredentialState;
  readonly addigyKeyState: CredentialState;
  readonly deviceSyncRefused?: string;
  readonly addigyKeyRefused?: string;
  readonly zone?: ConnectionRecord['zone'];
  readonly organizationId?: string;
  readonly dueAt?: number;
  /** Of the settings, what the tick needs: it reads the index alone. */
  readonly everyMinutes: number;
  readonly policy: SyncPolicy;
  readonly staleAt?: number;
  /** Milliseconds from a success to `staleAt`. */
  readonly staleAfter: number;
  readonly lastRun?: ConnectionRecord['lastRun'];
  readonly lastSuccessAt?: number;
  readonly lastPlanId?: string;
  readonly addigyBlockedUntil?: number;
  readonly unanswered?: ReadonlyArray<readonly [agentId: string, at: number]>;
  readonly permissionLost?: string;
  readonly offboardingSince?: number;
  readonly offboardingRunId?: string;
  readonly offboardingDoneAt?: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export function recordOf(item: ConnectionItem): ConnectionRecord {
  return {
    id: item.sk,
    // Parsed again, so that a setting that came later has its default.
    settings: readStored(`connection ${item.sk}`, () => connectionSchema.parse(JSON.parse(item.settings))),
    declaration: {
      revision: item.revision ?? 0,
      at: item.declaredAt ?? item.createdAt,
      by: item.declaredBy ?? null,
    },
    credentials: { deviceSync: item.deviceSyncState, addigyKey: item.addigyKeyState },
    refusedVersions: { deviceSync: item.deviceSyncRefused ?? null, addigyKey: item.addigyKeyRefused ?? null },
    zone: item.zone ?? null,
    organizationId: item.organizationId ?? null,
    dueAt: item.dueAt ?? null,
    staleAt: item.staleAt ?? null,
    lastRun: item.lastRun ?? null,
    lastSuccessAt: item.lastSuccessAt ?? null,
    lastPlanId: item.lastPlanId ?? null,
    addigyBlockedUntil: item.addigyBlockedUntil ?? null,
    unanswered: new Map(item.unanswered),
    permissionLost: item.permissionLost ?? null,
    offboarding:
      item.offboardingSince === undefined
        ? null
        : {
            since: item.offboardingSince,
            runId: item.offboardingRunId ?? null,
            doneAt: item.offboardingDoneAt ?? null,
          },
    createdAt: item.createdAt,
    updatedAt: item.updatedAt,
  };
}

export async function readConnection(table: SingleTable, id: string): Promise<ConnectionRecord | null> {
  const found = await table.client.send(
    new GetCommand({ TableName: table.tableName, Key: connectionKey(id), ConsistentRead: true }),
  );
  return found.Item === undefined ? null : recordOf(found.Item as ConnectionItem);
}

/** False where the connection is gone, or `where` does not hold. */
export async function updateConnection(
  table: SingleTable,
  id: string,
  change: AttributeChange,
): Promise<boolean> {
  return conditionally(
    table.client.send(
      new UpdateCommand({ TableName: table.tableName, Key: connectionKey(id), ...updateExpression(change) }),
    ),
  );
}
