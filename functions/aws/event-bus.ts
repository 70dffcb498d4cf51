import { setTimeout as sleep } from 'node:timers/promises';
import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { type BusEvent, type EventBus, PublishError } from '#runs/ports';

/** PutEvents takes at most ten entries. */
const perCall = 10;
/** For entries that failed inside a 200 (throttled, or an internal failure): the SDK does not retry those. */
const tries = 4;
const source = 'addigy-autotask';

interface Failure {
  readonly index: number;
  readonly code: string;
}

export class CustomEventBus implements EventBus {
  readonly #client: () => EventBridgeClient;
  readonly #busName: string;
  readonly #pauseMs: number;

  /** `pauseMs` is the wait before the second try; each further one doubles it. */
  constructor(client: () => EventBridgeClient, busName: string, pauseMs = 100) {
    this.#client = client;
    this.#busName = busName;
    this.#pauseMs = pauseMs;
  }

  async publish(events: readonly BusEvent[]): Promise<void> {
    const failures: Failure[] = [];
    for (let first = 0; first < events.length; first += perCall) {
      failures.push(
        ...(await this.#publishSome(events, indexes(first, Math.min(first + perCall, events.length)))),
      );
    }
    if (failures.length === 0) return;
    const reasons = new Set(failures.map(({ index, code }) => `${events[index]?.type}: ${code}`));
    throw new PublishError(
      `the bus ${this.#busName} did not take ${failures.length} of ${events.length} events (${[...reasons].join('; ')})`,
      new Set(failures.map(({ index }) => index)),
    );
  }

  async #publishSome(events: readonly BusEvent[], wanted: readonly number[]): Promise<readonly Failure[]> {
    let left = wanted;
    let failures: Failure[] = [];
    for (let attempt = 1; attempt <= tries && left.length > 0; attempt += 1) {
      if (attempt > 1) await sleep(this.#pauseMs * 2 ** (attempt - 2));
      failures = await this.#put(events, left);
      left = failures.map(({ index }) => index);
    }
    return failures;
  }

  /** The entries that the bus refused; all of them where the call itself failed. */
  async #put(events: readonly BusEvent[], wanted: readonly number[]): Promise<Failure[]> {
    try {
      const answer = await this.#client().send(
        new PutEventsCommand({
          Entries: wanted.map((index) => ({
            EventBusName: this.#busName,
            Source: source,
            DetailType: events[index]!.type,
            Detail: JSON.stringify(events[index]!.detail),
          })),
        }),
      );
      const entries = answer.Entries ?? [];
      return wanted.flatMap((index, at) => {
        const entry = entries[at];
        if (entry?.EventId !== undefined) return [];
        return [{ index, code: entry?.ErrorCode ?? 'no answer for this entry' }];
      });
    } catch (error) {
      const code = error instanceof Error ? error.name : 'unknown';
      return wanted.map((index) => ({ index, code }));
    }
  }
}

const indexes = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, at) => from + at);
