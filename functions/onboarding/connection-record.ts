/** A connection as it stands: what its caller declared, and what onboarding and its runs have learnt since. */
import type { ConnectionSettings, CredentialState } from './connection.ts';

/** The credentials whose state a connection keeps. The API user that only Addigy can log in with is proved through Addigy. */
export type CredentialName = 'deviceSync' | 'addigyKey';

/** The Autotask host that a database lives on. Times are epoch milliseconds. */
export interface ConnectionZone {
  readonly name: string;
  readonly url: string;
  readonly foundAt: number;
}

/** The last run that ended. */
export interface LastRun {
  readonly runId: string;
  readonly status: 'succeeded' | 'held' | 'stopped' | 'failed';
  readonly reason: string | null;
  readonly planId: string;
  readonly finishedAt: number;
}

export interface ConnectionRecord {
  readonly id: string;
  readonly settings: ConnectionSettings;
  readonly credentials: Readonly<Record<CredentialName, CredentialState>>;
  /** The versions in the vault that a vendor refused last, which are not tried again; null: none. */
  readonly refusedVersions: Readonly<Record<CredentialName, string | null>>;
  readonly zone: ConnectionZone | null;
  /** The Addigy organisation that the stored key was proved to belong to. */
  readonly organizationId: string | null;
  /** When the schedule wants its next run; null where the schedule is off. */
  readonly dueAt: number | null;
  readonly lastRun: LastRun | null;
  readonly lastSuccessAt: number | null;
  /** The id of the newest plan: the only one that may be applied as reviewed. */
  readonly lastPlanId: string | null;
  /** Addigy locks a key for 24 hours when its limit is exceeded: no call is made before this time. */
  readonly addigyBlockedUntil: number | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** What a run changes. Only what is named is written; the settings are never touched by it. */
export interface LearntFromRun {
  readonly zone?: ConnectionZone;
  readonly lastRun?: LastRun;
  readonly lastSuccessAt?: number;
  readonly lastPlanId?: string;
  readonly addigyBlockedUntil?: number;
  /** Ignored where the schedule is off. */
  readonly dueAt?: number;
}

/** What a proof taught. `version` names the credentials in the vault that were proved. */
export interface LearntFromProof {
  readonly version: string;
  readonly zone?: ConnectionZone;
  readonly organizationId?: string;
}

export interface ConnectionStore {
  get(id: string): Promise<ConnectionRecord | null>;
  /** By id. `after` is the last id of the page before. */
  list(page: {
    readonly limit: number;
    readonly after: string | null;
  }): Promise<{ readonly connections: readonly ConnectionRecord[]; readonly next: string | null }>;
  /** Creates it, or replaces its settings and leaves the rest as it is. Nothing is written where the settings are the same. */
  declare(
    id: string,
    settings: ConnectionSettings,
    now: number,
  ): Promise<{ readonly record: ConnectionRecord; readonly created: boolean }>;
  /** False where there was none. */
  remove(id: string): Promise<boolean>;
  /** False where the connection is gone. */
  trust(id: string, credential: CredentialName, learnt: LearntFromProof, now: number): Promise<boolean>;
  /**
   * Remembers `version` as refused. The state becomes `refused` only where no other credentials have
   * been proved since. Does nothing where the connection is gone.
   */
  refuse(id: string, credential: CredentialName, version: string): Promise<void>;
  /** Does nothing where the connection is gone. */
  learn(id: string, learnt: LearntFromRun): Promise<void>;
  /** The connections whose schedule wants a run at `now`, page by page, the longest waiting first. */
  due(now: number): AsyncIterable<readonly ConnectionRecord[]>;
  /** False where it was moved, switched off or removed since it was read. */
  postpone(id: string, from: number, to: number): Promise<boolean>;
}
