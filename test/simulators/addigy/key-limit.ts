/** Addigy's limit: 1,000 requests of a key in 10 s, and beyond it 24 hours of refusals. Whether it counts per key is unconfirmed. */
import type { AddigyQuirks } from './seed.ts';

export class KeyLimit {
  readonly #sent = new Map<string, number[]>();
  readonly #lockedUntil = new Map<string, number>();

  /** Counts one request; true where it is refused. */
  refuses(key: string, now: number, limit: AddigyQuirks['limit']): boolean {
    if (now < (this.#lockedUntil.get(key) ?? 0)) return true;
    const recent = (this.#sent.get(key) ?? []).filter((at) => at > now - limit.withinMs);
    recent.push(now);
    this.#sent.set(key, recent);
    if (recent.length <= limit.requests) return false;
    this.lock(key, now + limit.lockMs);
    return true;
  }

  lock(key: string, until: number): void {
    this.#lockedUntil.set(key, until);
  }

  /** As the vendor's support does it. */
  unlock(key: string): void {
    this.#lockedUntil.delete(key);
    this.#sent.delete(key);
  }

  locked(now: number): string[] {
    return [...this.#lockedUntil].filter(([, until]) => until > now).map(([key]) => key);
  }

  clear(): void {
    this.#sent.clear();
    this.#lockedUntil.clear();
  }
}
