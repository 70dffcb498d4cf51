/** How long a vendor takes for a call; it can be changed while calls wait. */
export class Latency {
  #ms: number;
  readonly #waiting = new Set<() => void>();
  readonly #pass: ((ms: number) => Promise<void>) | null;

  /** `pass` lets time go by where nobody is to wait for it; null: it is waited for. */
  constructor(ms: number, pass: ((ms: number) => Promise<void>) | null = null) {
    this.#ms = ms;
    this.#pass = pass;
  }

  /** A call that has waited for as long as this already goes on at once. */
  set(ms: number): void {
    this.#ms = ms;
    for (const wake of [...this.#waiting]) wake();
  }

  /** `extraMs` of this call alone, on top. */
  async wait(extraMs: number): Promise<void> {
    if (this.#pass !== null) return this.#ms + extraMs === 0 ? undefined : this.#pass(this.#ms + extraMs);
    const since = performance.now();
    // A timer may fire a fraction of a millisecond early.
    for (let left = this.#ms + extraMs; left >= 1; left = this.#ms + extraMs - (performance.now() - since)) {
      await this.#sleep(left);
    }
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      this.#waiting.add(wake);
    });
  }
}
