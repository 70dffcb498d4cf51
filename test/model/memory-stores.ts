/**
 * The stores of a connection's runs, in memory, where values are never changed in place: a story of ten runs would else spend nine tenths of its time on the
 * wire of a table. `memory-stores.test.ts` holds them to what the tables answer.
 */

import type { ConnectionSettings } from '#connections/connection';
import type {
  ConnectionRecord,
  ConnectionStore,
  CredentialName,
  LearntFromProof,
  LearntFromRun,
} from '#connections/connection-record';
import { staleAfterMs } from '#connections/connection-schedule';
import type { ApiUserStore } from '#onboarding/api-user';
import type {
  Lease,
  LeaseAnswer,
  LeaseRequest,
  LeaseStore,
  MissingStore,
  RunLines,
  RunStore,
} from '#runs/ports';
import { isFinal, type RunRecord } from '#runs/run-record';

export interface ModelStores {
  readonly connections: ConnectionStore;
  readonly runs: RunStore;
  readonly leases: LeaseStore;
  readonly missing: MissingStore;
  readonly apiUsers: ApiUserStore;
  /** Everything that runs have left, as text. */
  text(): string;
}

const unused = (): never => {
  throw new Error('no story asks this of the stores');
};

/** What a leg and the schedule use of it. */
export class MemoryConnections {
  readonly #records = new Map<
    string,
    ConnectionRecord & { proved: Partial<Record<CredentialName, string>> }
  >();

  async declare(id: string, settings: ConnectionSettings, now: number) {
    const before = this.#records.get(id);
    const { enabled, everyMinutes } = settings.schedule;
    const record = {
      ...(before ?? newConnection(id, now)),
      settings,
      dueAt: enabled ? (before?.dueAt ?? now) : null,
      staleAt: enabled ? now + staleAfterMs(everyMinutes) : null,
      updatedAt: now,
    };
    this.#records.set(id, record);
    return { kind: before === undefined ? 'created' : 'declared', record: record } as const;
  }

  async get(id: string): Promise<ConnectionRecord | null> {
    const record = this.#records.get(id);
    if (record === undefined) return null;
    const { proved: _, ...shown } = record;
    return shown;
  }

  async trust(
    id: string,
    credential: CredentialName,
    learnt: LearntFromProof,
    now: number,
  ): Promise<boolean> {
    return this.#change(id, (record) => ({
      credentials: { ...record.credentials, [credential]: 'trusted' },
      proved: { ...record.proved, [credential]: learnt.version },
      refusedVersions: { ...record.refusedVersions, [credential]: null },
      ...(credential === 'addigyKey' ? { addigyBlockedUntil: null } : {}),
      updatedAt: now,
    }));
  }

  async refuse(id: string, credential: CredentialName, version: string): Promise<void> {
    this.#change(id, (record) => ({
      refusedVersions: { ...record.refusedVersions, [credential]: version },
      ...(record.proved[credential] === version
        ? { credentials: { ...record.credentials, [credential]: 'refused' } }
        : {}),
    }));
  }

  async learn(id: string, { dueAt, ...learnt }: LearntFromRun): Promise<void> {
    this.#change(id, (record) => ({
      ...learnt,
      ...(learnt.lastSuccessAt === undefined || record.staleAt === null
        ? {}
        : { staleAt: learnt.lastSuccessAt + staleAfterMs(record.settings.schedule.everyMinutes) }),
      ...(dueAt === undefined || record.dueAt === null ? {} : { dueAt }),
    }));
  }

  async *due(now: number) {
    const due = [...this.#records.values()].flatMap(({ id, dueAt, settings }) =>
      dueAt !== null && dueAt <= now
        ? [{ id, dueAt, everyMinutes: settings.schedule.everyMinutes, policy: settings.sync.policy }]
        : [],
    );
    yield due;
  }

  async postpone(id: string, from: number, to: number): Promise<boolean> {
    if (this.#records.get(id)?.dueAt !== from) return false;
    return this.#change(id, () => ({ dueAt: to }));
  }

  #change(
    id: string,
    change: (record: ConnectionRecord & { proved: Partial<Record<CredentialName, string>> }) => object,
  ): boolean {
    const record = this.#records.get(id);
    if (record === undefined) return false;
    this.#records.set(id, { ...record, ...change(record) });
    return true;
  }
}

const newConnection = (id: string, now: number) => ({
  id,
  declaration: { revision: 1, at: now, by: null },
  credentials: { deviceSync: 'missing', addigyKey: 'missing' } as const,
  refusedVersions: { deviceSync: null, addigyKey: null },
  proved: {},
  zone: null,
  organizationId: null,
  lastRun: null,
  lastSuccessAt: null,
  lastPlanId: null,
  addigyBlockedUntil: null,
  permissionLost: null,
  offboarding: null,
  createdAt: now,
});

export class MemoryLeases implements LeaseStore {
  readonly #held = new Map<string, Lease & { readonly token: string }>();

  async take(connectionId: string, request: LeaseRequest): Promise<LeaseAnswer> {
    const { runId, state, token, until, now, after } = request;
    const held = this.#held.get(connectionId);
    const resumes = state === 'running' && held?.state === 'queued' && held.runId === runId;
    if (held !== undefined && held.until > now && !resumes && held.runId !== after) {
      return { taken: false, by: { runId: held.runId, state: held.state, until: held.until } };
    }
    this.#held.set(connectionId, { runId, state, token, until });
    return { taken: true, displaced: held === undefined || held.runId === runId ? null : held.runId };
  }

  async renew(connectionId: string, token: string, until: number): Promise<boolean> {
    return this.#change(connectionId, token, { until });
  }

  async requeue(connectionId: string, token: string, nextToken: string, until: number): Promise<boolean> {
    return this.#change(connectionId, token, { until, token: nextToken, state: 'queued' });
  }

  async release(connectionId: string, token: string): Promise<void> {
    if (this.#held.get(connectionId)?.token === token) this.#held.delete(connectionId);
  }

  #change(connectionId: string, token: string, change: Partial<Lease> & { token?: string }): boolean {
    const held = this.#held.get(connectionId);
    if (held?.token !== token) return false;
    this.#held.set(connectionId, { ...held, ...change });
    return true;
  }
}

export class MemoryRuns implements RunStore {
  /** By connection and run. */
  readonly #runs = new Map<string, RunRecord>();
  readonly #lines = new Map<string, RunLines>();

  async create(record: RunRecord): Promise<boolean> {
    if (this.#runs.has(keyOf(record.connectionId, record.runId))) return false;
    await this.save(record);
    return true;
  }

  async get(connectionId: string, runId: string): Promise<RunRecord | null> {
    return this.#runs.get(keyOf(connectionId, runId)) ?? null;
  }

  async save(record: RunRecord): Promise<void> {
    this.#runs.set(keyOf(record.connectionId, record.runId), record);
  }

  async progress(
    connectionId: string,
    runId: string,
    progress: { done: number; total: number },
  ): Promise<void> {
    this.#change(connectionId, runId, (run) => (run.status === 'running' ? { progress } : {}));
  }

  async noteRetry(
    connectionId: string,
    runId: string,
    failure: { reason: string; at: number },
  ): Promise<void> {
    this.#change(connectionId, runId, (run) => ({
      retries: { count: (run.retries?.count ?? 0) + 1, ...failure },
    }));
  }

  async abandon(connectionId: string, runId: string, detail: string, now: number): Promise<void> {
    this.#change(connectionId, runId, (run) =>
      isFinal(run.status) ? {} : { status: 'failed', reason: 'lease-lost', detail, finishedAt: now },
    );
  }

  async saveLines(connectionId: string, runId: string, leg: number, lines: RunLines): Promise<void> {
    const { changes, held } = lines;
    this.#lines.set(`${keyOf(connectionId, runId)} ${leg}`, { changes, held });
  }

  /** A leg is a page: no story has a thousand lines. */
  async lines(connectionId: string, runId: string, legs: number, from: { leg: number } | null) {
    for (let leg = from?.leg ?? 1; leg <= legs; leg += 1) {
      const lines = this.#lines.get(`${keyOf(connectionId, runId)} ${leg}`);
      if (lines === undefined) continue;
      const isLast = leg === legs;
      const done = ['applied', 'failed'];
      const next = isLast ? null : { leg: leg + 1, part: 0 };
      const changes = lines.changes.filter(({ state }) => isLast || done.includes(state));
      return { changes: changes, held: isLast ? lines.held : [], next };
    }
    return { changes: [], held: [], next: null };
  }

  list = unused;

  all(): readonly RunRecord[] {
    return [...this.#runs.values()];
  }

  /** Everything that is kept, as text: for whoever looks for what must not be in it. */
  text(): string {
    return JSON.stringify([[...this.#runs.values()], [...this.#lines.values()]]);
  }

  #change(connectionId: string, runId: string, change: (run: RunRecord) => Partial<RunRecord>): void {
    const run = this.#runs.get(keyOf(connectionId, runId));
    if (run !== undefined) this.#runs.set(keyOf(connectionId, runId), { ...run, ...change(run) });
  }
}

const keyOf = (connectionId: string, runId: string): string => `${connectionId} ${runId}`;

export class MemoryMissing implements MissingStore {
  readonly #memory = new Map<string, ReadonlyArray<readonly [number, number]>>();

  async load(connectionId: string): Promise<ReadonlyMap<number, number>> {
    return new Map(this.#memory.get(connectionId) ?? []);
  }

  async save(connectionId: string, missing: ReadonlyArray<readonly [number, number]>): Promise<void> {
    this.#memory.set(connectionId, missing);
  }
}

/** No story has an API user that onboarding has made: what a run would teach of one has nowhere to go. */
export const noApiUsers: ApiUserStore = {
  get: async () => null,
  list: async () => [],
  save: unused,
  byHandOff: unused,
  due: unused,
};

export function memoryStores(): ModelStores {
  const connections = new MemoryConnections();
  const whole: ConnectionStore = Object.assign(connections, {
    list: unused,
    remove: unused,
    staleness: unused,
    permission: unused,
    beginOffboarding: unused,
    endOffboarding: unused,
  });
  const runs = new MemoryRuns();
  return {
    text: () => runs.text(),
    connections: whole,
    runs,
    leases: new MemoryLeases(),
    missing: new MemoryMissing(),
    apiUsers: noApiUsers,
  };
}
