/** The queue of the stack: at least once, invisible while somebody is at it, and a dead letter after five receipts. */
import type { SyncRequest } from '#runs/sync-request';

const visibilityMs = 16 * 60_000;
const mostReceipts = 5;

export interface Message {
  readonly detail: SyncRequest;
  visibleAt: number;
  receipts: number;
}

export class Queue {
  readonly deadLetters: Message[] = [];
  readonly #elapsed: () => number;
  #messages: Message[] = [];

  /** `elapsed`: of a clock that nobody sets. */
  constructor(elapsed: () => number) {
    this.#elapsed = elapsed;
  }

  send(detail: SyncRequest): void {
    this.#messages.push({ detail, visibleAt: this.#elapsed(), receipts: 0 });
  }

  /** A message that is waiting is there a second time. */
  duplicate(): void {
    const waiting = this.#messages.map((message) => ({ ...message }));
    this.#messages.push(...waiting);
  }

  receive(most: number): Message[] {
    const visible = this.#messages.filter(({ visibleAt }) => visibleAt <= this.#elapsed()).slice(0, most);
    for (const message of visible) {
      message.receipts += 1;
      message.visibleAt = this.#elapsed() + visibilityMs;
    }
    return visible;
  }

  isLast({ receipts }: Message): boolean {
    return receipts >= mostReceipts;
  }

  delete(message: Message): void {
    this.#messages = this.#messages.filter((one) => one !== message);
  }

  bury(message: Message): void {
    this.delete(message);
    this.deadLetters.push(message);
  }

  /** How long until a message is visible; null where there is none. */
  untilNext(): number | null {
    if (this.#messages.length === 0) return null;
    const next = Math.min(...this.#messages.map(({ visibleAt }) => visibleAt));
    return Math.max(0, next - this.#elapsed());
  }
}
