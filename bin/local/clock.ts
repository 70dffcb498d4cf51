/** The longest that a timer of Node can wait. Milliseconds. */
const longestTimer = 2 ** 31 - 1;

/** AWS's time on this machine: starts at now, and runs `scale` times as fast. */
export class Clock {
  readonly scale: number;
  readonly #startedAt = Date.now();

  constructor(scale: number) {
    if (!(scale > 0)) throw new Error(`the clock scale must be more than 0, not ${scale}`);
    this.scale = scale;
  }

  /** Milliseconds since 1970, in AWS's time. */
  now(): number {
    return this.#startedAt + (Date.now() - this.#startedAt) * this.scale;
  }

  /** Calls back when AWS's time is `at`. @returns how to call it off */
  at(at: number, callback: () => void): () => void {
    let timer: NodeJS.Timeout;
    const wait = (): void => {
      const ms = (at - this.now()) / this.scale;
      timer = ms > longestTimer ? setTimeout(wait, longestTimer) : setTimeout(callback, Math.max(0, ms));
    };
    wait();
    return () => clearTimeout(timer);
  }
}
