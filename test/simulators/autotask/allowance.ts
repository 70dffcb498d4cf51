/** The two limits: requests of the whole database in a rolling hour, and calls under way per tracking identifier and entity. */

const hourMs = 60 * 60 * 1000;

export class Allowance {
  limit = 10_000;
  /** Of other integrations, at any time. */
  usedByOthers = 0;
  #times: number[] = [];
  /** Times before this index are past. */
  #first = 0;

  count(now: number): void {
    this.#times.push(now);
  }

  used(now: number): number {
    while (this.#first < this.#times.length && this.#times[this.#first]! <= now - hourMs) this.#first += 1;
    if (this.#first > 10_000) {
      this.#times = this.#times.slice(this.#first);
      this.#first = 0;
    }
    return this.usedByOthers + this.#times.length - this.#first;
  }

  exhausted(now: number): boolean {
    return this.used(now) >= this.limit;
  }

  /** 0.5 s from half of the allowance on; that three quarters cost 1 s is unconfirmed. */
  delayMs(now: number): number {
    const share = this.used(now) / this.limit;
    if (share >= 0.75) return 1000;
    return share >= 0.5 ? 500 : 0;
  }
}

export const threadLimit = 3;

export class Threads {
  readonly #running = new Map<string, number>();
  /** The most that were ever under way, by entity. */
  readonly peak: Record<string, number> = {};
  refusals = 0;

  /** False where three are under way already. */
  enter(trackingIdentifier: string, entity: string): boolean {
    const key = `${trackingIdentifier} ${entity}`;
    const running = this.#running.get(key) ?? 0;
    this.peak[entity] = Math.max(this.peak[entity] ?? 0, running + 1);
    if (running >= threadLimit) {
      this.refusals += 1;
      return false;
    }
    this.#running.set(key, running + 1);
    return true;
  }

  leave(trackingIdentifier: string, entity: string): void {
    const key = `${trackingIdentifier} ${entity}`;
    this.#running.set(key, (this.#running.get(key) ?? 1) - 1);
  }
}
