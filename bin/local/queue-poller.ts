import type { Clock } from './clock.ts';
import type { Outcome } from './door-process.ts';
import type { Queue, SqsRecord } from './queue.ts';

export interface QueuePollerOptions {
  readonly queue: Queue;
  readonly invoke: (event: { readonly Records: readonly SqsRecord[] }) => Promise<Outcome>;
  readonly batchSize: number;
  /** Invocations at once. */
  readonly maximumConcurrency: number;
  /** The function tells which messages failed; without this, all of them do when it fails. */
  readonly reportsItemFailures: boolean;
  readonly clock: Clock;
  readonly log: (line: string) => void;
}

/** Lambda's event source mapping for SQS: receives, invokes, deletes what succeeded. */
export class QueuePoller {
  readonly #options: QueuePollerOptions;
  readonly #watcher = (): void => this.#poll();
  #running = 0;
  #closed = false;

  constructor(options: QueuePollerOptions) {
    this.#options = options;
    options.queue.watch(this.#watcher);
  }

  start(): void {
    this.#poll();
  }

  close(): void {
    this.#closed = true;
  }

  #poll(): void {
    const { queue, batchSize, maximumConcurrency } = this.#options;
    while (!this.#closed && this.#running < maximumConcurrency) {
      const records = queue.receive(batchSize);
      if (records.length === 0) return;
      this.#running += 1;
      void this.#process(records).finally(() => {
        this.#running -= 1;
        this.#poll();
      });
    }
  }

  async #process(records: readonly SqsRecord[]): Promise<void> {
    const { queue, clock, invoke, log } = this.#options;
    const receivedAt = clock.now();
    const outcome = await invoke({ Records: records });
    const failed = this.#failedOf(records, outcome);
    for (const { messageId, receiptHandle } of records) {
      if (failed.has(messageId)) queue.release(receiptHandle, receivedAt);
      else queue.delete(receiptHandle);
    }
    if (failed.size > 0) log(`${queue.name}: ${failed.size} of ${records.length} messages come again`);
  }

  #failedOf(records: readonly SqsRecord[], outcome: Outcome): ReadonlySet<string> {
    const all = new Set(records.map(({ messageId }) => messageId));
    if (!outcome.ok) return all;
    if (!this.#options.reportsItemFailures) return new Set();
    const reported = readFailures(outcome.payload);
    // As AWS has it: a report that makes no sense, or names a strange message, fails the whole batch.
    return reported?.every((id) => all.has(id)) ? new Set(reported) : all;
  }
}

/** The ids in an SQSBatchResponse; null where it is not one. An empty answer means that nothing failed. */
function readFailures(payload: string): string[] | null {
  const answer = JSON.parse(payload) as { batchItemFailures?: unknown } | null;
  const failures = answer?.batchItemFailures ?? [];
  if (!Array.isArray(failures)) return null;
  const ids = failures.map((failure: { itemIdentifier?: unknown } | null) => failure?.itemIdentifier);
  return ids.every((id): id is string => typeof id === 'string' && id !== '') ? ids : null;
}
