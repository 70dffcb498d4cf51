/** A run as it is stored: from the moment it was asked for until it ended, over all its legs. */
import type { ChangeKind } from '#sync/change';
import type { RunCounts, RunReason } from '#sync/report';
import type { SyncPolicy } from '#sync/settings';

/** `queued` also between two legs. The last four are final. */
export const runStatuses = ['queued', 'running', 'succeeded', 'held', 'stopped', 'failed'] as const;
export type RunStatus = (typeof runStatuses)[number];

export type RunTrigger = 'schedule' | 'request';

/** `offboarding`: the last of a connection, which deactivates what is ours. */
export const runPurposes = ['sync', 'offboarding'] as const;
export type RunPurpose = (typeof runPurposes)[number];

export type KindCounts = Readonly<Record<ChangeKind, number>>;

export interface RunRecord {
  readonly runId: string;
  readonly connectionId: string;
  readonly trigger: RunTrigger;
  /** Of what asked for it, to follow it through the logs; '' where that is not known. */
  readonly correlationId: string;
  readonly purpose: RunPurpose;
  readonly status: RunStatus;
  /** Whether it was asked to write. */
  readonly apply: boolean;
  /** The plan that was reviewed and must be the plan still; null: whatever the plan is. */
  readonly reviewedPlanId: string | null;
  /** Stands in for the settings' limit on deactivations, which cannot be changed any more. Null: theirs holds. */
  readonly deactivationsPercent: number | null;
  /** The first leg's plan; '' until there is one. */
  readonly planId: string;
  readonly reason: RunReason | null;
  readonly detail: string;
  readonly policy: SyncPolicy;
  /** Whether it was allowed to write. */
  readonly applied: boolean;
  readonly devices: number;
  /** Over all legs. */
  readonly counts: RunCounts;
  /** Of `counts`, what the last leg left pending: the next leg plans and counts it again. */
  readonly pendingByKind: KindCounts & { readonly adopted: number };
  readonly notes: readonly string[];
  readonly calls: { readonly addigy: number; readonly autotask: number };
  /** Time spent, over all legs. */
  readonly ms: number;
  /** Legs that have ended. */
  readonly legs: number;
  /** The last leg that reached a plan, and so has lines; 0: none yet. */
  readonly linesLeg: number;
  /** Epoch milliseconds. */
  readonly queuedAt: number;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  /** Deliveries of its messages that failed and came again, with the last one's reason; null: none. */
  readonly retries: { readonly count: number; readonly reason: string; readonly at: number } | null;
  readonly progress: { readonly done: number; readonly total: number } | null;
}

export const isFinal = (status: RunStatus): boolean => status !== 'queued' && status !== 'running';

export const noCounts: RunCounts = {
  create: 0,
  update: 0,
  reactivate: 0,
  deactivate: 0,
  adopted: 0,
  applied: 0,
  failed: 0,
  pending: 0,
  unchanged: 0,
  held: {},
};

/** A caller's own, the request's, or the event's. */
export const correlationIdPattern = /^[\w.=-]{1,64}$/u;

export const runIdPattern = /^\d{8}T\d{9}Z-[0-9a-z]{6}$/u;

/** Run ids sort by time. `suffix` is six characters of `0-9a-z`: random, or the hash of what was due. */
export function runIdAt(epochMs: number, suffix: string): string {
  return `${new Date(epochMs).toISOString().replace(/[-:.]/gu, '')}-${suffix}`;
}

/** Runs whose id comes before this belong to an earlier connection of the same id. A second for clocks that differ. */
export const oldestRunId = (connection: { readonly createdAt: number }): string =>
  runIdAt(connection.createdAt - 1_000, '');

/** A clock that was set back since would name a run of an earlier connection, and nobody would work on that. */
export const requestedRunId = (
  connection: { readonly createdAt: number },
  now: number,
  suffix: string,
): string => runIdAt(Math.max(now, connection.createdAt), suffix);

/**
 * Whoever asks for what was due at this moment asks for the same run: any number of ticks, at any time, until
 * the connection is moved on.
 */
export function scheduledRunId(
  connectionId: string,
  dueAt: number,
  digest: (text: string) => string,
): string {
  return runIdAt(dueAt, digest(JSON.stringify(['due', connectionId, dueAt])).slice(0, 6));
}

/** What records have that were stored before there was a purpose but this one. */
export const ordinaryRun: Pick<RunRecord, 'purpose' | 'deactivationsPercent' | 'correlationId'> = {
  correlationId: '',
  purpose: 'sync',
  deactivationsPercent: null,
};

type Asked = Pick<RunRecord, 'runId' | 'connectionId' | 'trigger' | 'apply' | 'reviewedPlanId' | 'policy'>;

export function queuedRun(asked: Asked & Partial<typeof ordinaryRun>, queuedAt: number): RunRecord {
  return {
    ...ordinaryRun,
    ...asked,
    status: 'queued',
    planId: '',
    reason: null,
    detail: '',
    applied: false,
    devices: 0,
    counts: noCounts,
    pendingByKind: { create: 0, update: 0, reactivate: 0, deactivate: 0, adopted: 0 },
    notes: [],
    calls: { addigy: 0, autotask: 0 },
    ms: 0,
    legs: 0,
    linesLeg: 0,
    queuedAt,
    startedAt: null,
    finishedAt: null,
    retries: null,
    progress: null,
  };
}
