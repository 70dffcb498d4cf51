/** Connections in memory. `memory-stores.test.ts` holds them to what the table answers. */
import type { ConnectionSettings } from '#connections/connection';
import type {
  ConnectionRecord,
  CredentialName,
  LearntFromProof,
  LearntFromRun,
} from '#connections/connection-record';
import { staleAfterMs } from '#connections/connection-schedule';

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

  async learn(id: string, { dueAt, unanswered, ...learnt }: LearntFromRun): Promise<void> {
    this.#change(id, (record) => ({
      ...learnt,
      ...(unanswered === undefined ? {} : { unanswered: new Map(unanswered) }),
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
  unanswered: new Map<string, number>(),
  permissionLost: null,
  offboarding: null,
  createdAt: now,
});
