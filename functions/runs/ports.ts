/** What the life of a run needs of the world. Times are epoch milliseconds. */
import type { OnboardingEvent } from '#onboarding/events';
import type { ChangeLine, HeldLine, RunCounts, RunReason } from '#sync/report';
import type { RunPurpose, RunRecord, RunStatus } from './run-record.ts';
import type { SyncRequest } from './sync-request.ts';

/** Where a page of lines begins: a leg, and a part of it. */
export interface LinePosition {
  readonly leg: number;
  readonly part: number;
}

export interface RunLines {
  readonly changes: readonly ChangeLine[];
  readonly held: readonly HeldLine[];
}

export interface RunStore {
  /** False where a run of this id is there already: it is left as it is. */
  create(record: RunRecord): Promise<boolean>;
  get(connectionId: string, runId: string): Promise<RunRecord | null>;
  /** Newest first. `before` is the last id of the page before; those before `oldest` belong to an earlier connection of this id. */
  list(
    connectionId: string,
    page: { readonly limit: number; readonly before: string | null; readonly oldest: string },
  ): Promise<{ readonly runs: readonly RunRecord[]; readonly next: string | null }>;
  /** Replaces the record. The caller holds the lease. */
  save(record: RunRecord): Promise<void>;
  /** Does nothing where the run is not going. */
  progress(
    connectionId: string,
    runId: string,
    progress: { readonly done: number; readonly total: number },
  ): Promise<void>;
  /** One more delivery of its message failed, and will come again. Does nothing where there is no such run. */
  noteRetry(
    connectionId: string,
    runId: string,
    failure: { readonly reason: string; readonly at: number },
  ): Promise<void>;
  /** Ends a run whose holder went silent and whose place another has taken. Does nothing where it has ended. */
  abandon(connectionId: string, runId: string, detail: string, now: number): Promise<void>;
  /** Replaces what was saved of this leg. */
  saveLines(connectionId: string, runId: string, leg: number, lines: RunLines): Promise<void>;
  /**
   * One page of the lines of `legs` legs. What an earlier leg left pending, planned or held is left
   * out: a later leg says what became of it.
   */
  lines(
    connectionId: string,
    runId: string,
    legs: number,
    from: LinePosition | null,
  ): Promise<RunLines & { readonly next: LinePosition | null }>;
}

/** `queued`: reserved for a run whose message is on its way. `running`: its holder beats. */
export interface Lease {
  readonly runId: string;
  readonly state: 'queued' | 'running';
  readonly until: number;
}

export interface LeaseRequest {
  readonly runId: string;
  readonly state: 'queued' | 'running';
  /** The holder's own, so that two deliveries of one message are two holders. */
  readonly token: string;
  readonly until: number;
  readonly now: number;
  /** A run that is known to have ended: it keeps nobody out, though it has not given its lease back yet. */
  readonly after?: string;
  /** A run whose lease has run out, and that whoever asks has ended: it keeps nobody out unless it has renewed it meanwhile. */
  readonly over?: string;
}

export type LeaseAnswer = { readonly taken: true } | { readonly taken: false; readonly by: Lease };

/** At most one run per connection. */
export interface LeaseStore {
  /** Taken where it is free, or (to run) queued for this same run, or held as `after` or `over` says. */
  take(connectionId: string, request: LeaseRequest): Promise<LeaseAnswer>;
  /** False where `token` no longer holds it. */
  renew(connectionId: string, token: string, until: number): Promise<boolean>;
  /** Gives it back as a reservation for the run's next leg. False where `token` no longer holds it. */
  requeue(connectionId: string, token: string, nextToken: string, until: number): Promise<boolean>;
  /** Does nothing where `token` does not hold it. */
  release(connectionId: string, token: string): Promise<void>;
}

/** Item id → since when its device has been missing. */
export interface MissingStore {
  load(connectionId: string): Promise<ReadonlyMap<number, number>>;
  save(connectionId: string, missing: ReadonlyArray<readonly [itemId: number, since: number]>): Promise<void>;
}

export interface RunFinished {
  readonly connectionId: string;
  readonly runId: string;
  readonly correlationId?: string;
  readonly purpose: RunPurpose;
  readonly status: RunStatus;
  readonly reason: RunReason | null;
  readonly counts: RunCounts;
  readonly calls: { readonly addigy: number; readonly autotask: number };
  readonly planId: string;
}

export type BusEvent =
  | { readonly type: 'Device Sync Requested'; readonly detail: SyncRequest }
  | { readonly type: 'Device Sync Finished'; readonly detail: RunFinished }
  | OnboardingEvent;

export interface EventBus {
  /** Rejects with `PublishError` where the bus did not take every event. */
  publish(events: readonly BusEvent[]): Promise<void>;
}

export class PublishError extends Error {
  override readonly name = 'PublishError';
  /** Indexes of the events that the bus did not take; the others are on their way. */
  readonly failed: ReadonlySet<number>;
  constructor(message: string, failed: ReadonlySet<number>) {
    super(message);
    this.failed = failed;
  }
}

/** What may be said in a log: ids, counts and words of our own. Nothing a vendor or a caller sent. */
export interface LogFields {
  readonly connectionId?: string;
  readonly runId?: string;
  readonly leg?: number;
  readonly status?: string;
  readonly reason?: string;
  readonly count?: number;
  readonly error?: unknown;
}

export interface Log {
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}
