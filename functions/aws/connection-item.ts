/** A connection between its record and its item in the table. */
import { type CredentialState, connectionSchema } from '#onboarding/connection';
import type { ConnectionRecord } from '#onboarding/connection-record';

/** As it is stored. The settings are JSON text: no number is rounded and no depth is too deep for DynamoDB. */
export interface ConnectionItem {
  readonly pk: string;
  readonly sk: string;
  readonly kind: 'connection';
  readonly settings: string;
  readonly deviceSyncState: CredentialState;
  readonly addigyKeyState: CredentialState;
  readonly deviceSyncRefused?: string;
  readonly addigyKeyRefused?: string;
  readonly zone?: ConnectionRecord['zone'];
  readonly organizationId?: string;
  readonly dueAt?: number;
  readonly lastRun?: ConnectionRecord['lastRun'];
  readonly lastSuccessAt?: number;
  readonly lastPlanId?: string;
  readonly addigyBlockedUntil?: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export function recordOf(item: ConnectionItem): ConnectionRecord {
  return {
    id: item.sk,
    // Parsed again, so that a setting that came later has its default.
    settings: connectionSchema.parse(JSON.parse(item.settings)),
    credentials: { deviceSync: item.deviceSyncState, addigyKey: item.addigyKeyState },
    refusedVersions: { deviceSync: item.deviceSyncRefused ?? null, addigyKey: item.addigyKeyRefused ?? null },
    zone: item.zone ?? null,
    organizationId: item.organizationId ?? null,
    dueAt: item.dueAt ?? null,
    lastRun: item.lastRun ?? null,
    lastSuccessAt: item.lastSuccessAt ?? null,
    lastPlanId: item.lastPlanId ?? null,
    addigyBlockedUntil: item.addigyBlockedUntil ?? null,
    createdAt: item.createdAt,
    updatedAt: item.updatedAt,
  };
}
