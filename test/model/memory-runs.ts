/** Runs and their lines in memory. `memory-stores.test.ts` holds them to what the tables answer. */
import type { RunLines, RunStore } from '#runs/ports';
import { isFinal, type RunRecord } from '#runs/run-record';

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

  list = async (): Promise<never> => {
    throw new Error('no story asks for the list of runs');
  };

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
