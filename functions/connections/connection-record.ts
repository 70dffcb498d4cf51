/** A connection as it stands: what its caller declared, and what onboarding and its runs have learnt since. */
import type { SyncPolicy } from '#sync/settings';
import type { ConnectionSettings, CredentialState } from './connection.ts';

/** The credentials whose state a connection keeps. The API user that only Addigy can log in with is proved through Addigy. */
export type CredentialName = 'deviceSync' | 'addigyKey';

/** The Autotask host that a database lives on. Times are epoch milliseconds. */
export interface ConnectionZone {
  readonly name: string;
  readonly url: string;
  /** The database's user interface; '' where Autotask does not tell, absent where it was never asked. */
  readonly webUrl?: string;
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

/** A connection on its way out, or, with `doneAt`, out of service: it has no credentials and is never due. */
export interface Offboarding {
  readonly since: number;
  /** The run that is still to end, or did; null: none. */
  readonly runId: string | null;
  readonly doneAt: number | null;
}

/** When the settings were declared as they are, and by which caller; null: by an event, or before callers were kept. */
export interface Declaration {
  /** Counts the declarations that changed something. What runs and proofs learn is not counted. */
  readonly revision: number;
  readonly at: number;
  readonly by: string | null;
}

export interface ConnectionRecord {
  readonly id: string;
  readonly settings: ConnectionSettings;
  readonly declaration: Declaration;
  readonly credentials: Readonly<Record<CredentialName, CredentialState>>;
  /** The versions in the vault that a vendor refused last, which are not tried again; null: none. */
  readonly refusedVersions: Readonly<Record<CredentialName, string | null>>;
  readonly zone: ConnectionZone | null;
  /** The Addigy organisation that the stored key was proved to belong to. */
  readonly organizationId: string | null;
  /** When the schedule wants its next run; null where the schedule is off. */
  readonly dueAt: number | null;
  /** When the lack of a success becomes worth an alarm; null where the schedule is off. */
  readonly staleAt: number | null;
  readonly lastRun: LastRun | null;
  readonly lastSuccessAt: number | null;
  /** The id of the newest plan: the only one that may be applied as reviewed. */
  readonly lastPlanId: string | null;
  /** Addigy locks a key for 24 hours when its limit is exceeded: no call is made before this time. */
  readonly addigyBlockedUntil: number | null;
  /** Devices whose create got no answer in its last run, by agent id, and when: Autotask may still be at them. */
  readonly unanswered: ReadonlyMap<string, number>;
  /** What its device-sync user may no longer do, in a sentence: its syncs are held. Null: nothing is known to be lost. */
  readonly permissionLost: string | null;
  readonly offboarding: Offboarding | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** What the schedule has to know of a connection that is due. */
export interface DueConnection {
  readonly id: string;
  readonly dueAt: number;
  readonly everyMinutes: number;
  readonly policy: SyncPolicy;
}

/** Connections whose schedule is on, by their last success, or by their declaration where there was none. */
export interface Staleness {
  /** Without a success for longer than three of their intervals and an hour. */
  readonly stale: number;
  /** The last success of the most overdue of all; null where no schedule is on. */
  readonly oldestSuccessAt: number | null;
}

/** What a run changes. Only what is named is written; the settings are never touched by it. */
export interface LearntFromRun {
  readonly zone?: ConnectionZone;
  readonly lastRun?: LastRun;
  readonly lastSuccessAt?: number;
  readonly lastPlanId?: string;
  readonly addigyBlockedUntil?: number;
  readonly unanswered?: ReadonlyArray<readonly [agentId: string, at: number]>;
  /** Ignored where the schedule is off. */
  readonly dueAt?: number;
}

/** What a proof taught. `version` names the credentials in the vault that were proved. */
export interface LearntFromProof {
  readonly version: string;
  readonly zone?: ConnectionZone;
  readonly organizationId?: string;
}

/**
 * Names what an editor has seen: the settings, and whether the connection was in service. Another connection of the
 * same id, made later, never has the version of an earlier one.
 */
export const versionOf = ({ createdAt, declaration, offboarding }: ConnectionRecord): string =>
  `${createdAt.toString(36)}-${declaration.revision}${offboarding === null ? '' : '-out'}`;

/**
 * What must be there for a declaration to change it. Where its settings are there already, there is nothing to
 * change, and none of these matters.
 *
 * - `anything`  also nothing: the last one wins
 * - `nothing`   no connection of this id, be it out of service
 * - `no other`  no connection in service: others' settings are never overwritten
 * - `something` a connection, whatever its settings
 * - versions    a connection of one of these versions
 */
export type Expected = 'anything' | 'nothing' | 'no other' | 'something' | readonly string[];

export interface Declaring {
  /** By default `anything`. */
  readonly expected?: Expected;
  /** The caller's name; by default nobody's. */
  readonly by?: string | null;
}

/**
 * - `created`     there was none of this id
 * - `declared`    it is there, with these settings now; one that was offboarded starts anew
 * - `offboarding` it is on its way out: nothing was written
 * - `unexpected`  what is there (null: nothing) is not what was expected: nothing was written
 */
export type Declared =
  | { readonly kind: 'created' | 'declared' | 'offboarding'; readonly record: ConnectionRecord }
  | { readonly kind: 'unexpected'; readonly record: ConnectionRecord | null };

export interface ConnectionStore {
  get(id: string): Promise<ConnectionRecord | null>;
  /** By id. `after` is the last id of the page before. */
  list(page: {
    readonly limit: number;
    readonly after: string | null;
  }): Promise<{ readonly connections: readonly ConnectionRecord[]; readonly next: string | null }>;
  /**
   * Creates it, or replaces its settings and leaves the rest as it is. Nothing is written where the settings are the
   * same. Of two who expect the same version and declare at once, one finds the other's.
   */
  declare(id: string, settings: ConnectionSettings, now: number, how?: Declaring): Promise<Declared>;
  /** False where there was none. */
  remove(id: string): Promise<boolean>;
  /** False where the connection is gone, or on its way out. */
  trust(id: string, credential: CredentialName, learnt: LearntFromProof, now: number): Promise<boolean>;
  /**
   * Remembers `version` as refused. The state becomes `refused` only where no other credentials have
   * been proved since. Does nothing where the connection is gone.
   */
  refuse(id: string, credential: CredentialName, version: string): Promise<void>;
  /** Does nothing where the connection is gone. */
  learn(id: string, learnt: LearntFromRun): Promise<void>;
  /** The connections whose schedule wants a run at `now`, page by page. A page is as large as the store gives. */
  due(now: number): AsyncIterable<readonly DueConnection[]>;
  staleness(now: number): Promise<Staleness>;
  /** False where it was moved, switched off or removed since it was read. */
  postpone(id: string, from: number, to: number): Promise<boolean>;
  /** Keeps the sentence, or, with null, strikes it out. Does nothing where the connection is gone. */
  permission(id: string, lost: string | null): Promise<void>;
  /**
   * Takes it off the schedule. Where it is on its way out already, `runId` takes the place of the one before;
   * where it is out already, nothing changes. False where the connection is gone.
   */
  beginOffboarding(id: string, runId: string | null, now: number): Promise<boolean>;
  /**
   * Its credentials are `missing` again, and what they taught is forgotten; its settings and its history stay.
   * False where it is gone, or not on its way out (any more).
   */
  endOffboarding(id: string, now: number): Promise<boolean>;
}
