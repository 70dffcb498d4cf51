import { randomUUID } from 'node:crypto';
import type { Clock } from './clock.ts';
import type { Outcome } from './door-process.ts';
import { readScheduleExpression, type ScheduleTimes } from './schedule-expression.ts';

export interface ScheduleOptions {
  readonly arn: string;
  readonly expression: string;
  readonly timeZone: string | undefined;
  /** The target's input, with Scheduler's `<aws.scheduler.…>` words in it. */
  readonly input: string;
  readonly invoke: (payload: unknown) => Promise<Outcome>;
  readonly clock: Clock;
}

/** One schedule of EventBridge Scheduler. Its first tick is one interval after the start. */
export class Schedule {
  readonly #options: ScheduleOptions;
  readonly #times: ScheduleTimes;
  #callOff: () => void = () => {};
  #closed = false;
  #isUnderWay = false;

  constructor(options: ScheduleOptions) {
    this.#options = options;
    this.#times = readScheduleExpression(options.expression, {
      startedAt: options.clock.now(),
      timeZone: options.timeZone,
    });
    // A word that Scheduler does not know is found at the start, not at the first tick.
    inputOf(options, 0);
  }

  start(): void {
    this.#wait(this.#options.clock.now());
  }

  /** Fires now, for this moment of AWS's time. */
  fire(scheduledAt: number): Promise<Outcome> {
    return this.#options.invoke(inputOf(this.#options, scheduledAt));
  }

  /**
   * Leaves a tick out while the one before is under way. AWS would not; but there minutes lie between two, and here the
   * schedule's clock is faster and the door's work is not: ticks would pile up, each with a process of its own.
   */
  async #tick(scheduledAt: number): Promise<void> {
    if (this.#isUnderWay) return;
    this.#isUnderWay = true;
    try {
      await this.fire(scheduledAt);
    } finally {
      this.#isUnderWay = false;
    }
  }

  close(): void {
    this.#closed = true;
    this.#callOff();
  }

  #wait(after: number): void {
    const next = this.#times.next(after);
    if (next === null || this.#closed) return;
    this.#callOff = this.#options.clock.at(next, () => {
      void this.#tick(next);
      // Ticks that passed while this machine slept are skipped, as AWS would have had them long done.
      this.#wait(Math.max(next, this.#options.clock.now()));
    });
  }
}

function inputOf({ arn, input }: ScheduleOptions, scheduledAt: number): unknown {
  const words: Readonly<Record<string, string>> = {
    'scheduled-time': `${new Date(scheduledAt).toISOString().slice(0, 19)}Z`,
    'schedule-arn': arn,
    'execution-id': randomUUID(),
    'attempt-number': '1',
  };
  const filled = input.replace(/<aws\.scheduler\.([^>]*)>/gu, (_, word: string) => {
    const value = words[word];
    if (value === undefined) throw new Error(`EventBridge Scheduler has no <aws.scheduler.${word}>`);
    return value;
  });
  return JSON.parse(filled);
}
