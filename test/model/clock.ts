/** A clock that a story turns: nobody waits for it, and whatever was to happen meanwhile happens in its order. */
import type { Timing } from '#http/timing';

interface Timer {
  at: number;
  readonly task: () => void;
}

export class ModelClock implements Timing {
  #elapsed = 0;
  #ahead: number;
  readonly #timers = new Set<Timer>();

  constructor(now: number) {
    this.#ahead = now;
  }

  /** The wall clock: epoch milliseconds. */
  get now(): number {
    return this.#elapsed + this.#ahead;
  }

  readonly elapsed = (): number => this.#elapsed;

  /** The wall clock is set, forwards or back. No time goes by. */
  jump(ms: number): void {
    this.#ahead += ms;
  }

  readonly after = (ms: number, task: () => void): (() => void) => {
    const timer: Timer = { at: this.#elapsed + ms, task };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  };

  readonly every = (ms: number, task: () => void): (() => void) => {
    const timer: Timer = {
      at: this.#elapsed + ms,
      task: () => {
        timer.at += ms;
        this.#timers.add(timer);
        task();
      },
    };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  };

  readonly sleep = async (ms: number, signal: AbortSignal): Promise<void> => {
    await this.pass(ms);
    if (signal.aborted) throw signal.reason;
  };

  /** What is due on the way is done in its order, each with a turn of the event loop. Two that pass at once share the time. */
  readonly pass = async (ms: number): Promise<void> => {
    const until = this.#elapsed + ms;
    for (;;) {
      let first: Timer | null = null;
      for (const timer of this.#timers) {
        if (timer.at <= until && (first === null || timer.at < first.at)) first = timer;
      }
      if (first === null) break;
      this.#timers.delete(first);
      this.#elapsed = Math.max(this.#elapsed, first.at);
      first.task();
      await turn();
    }
    this.#elapsed = Math.max(this.#elapsed, until);
    await turn();
  };
}

/** Lets everything that is ready go on. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
