/** The one way this project speaks HTTP to a vendor, and its command line to its own API. */
import type { Timing } from './timing.ts';

/** Calls in one lane wait for each other: at most `concurrency` are under way, and a 429 pauses the whole lane. */
export interface LaneLimit {
  readonly concurrency: number;
  /** Requests per second, on average; absent where the vendor limits by concurrency alone. */
  readonly perSecond?: number;
  /** So many may begin at once after a silence, before that pace holds. Default 1. */
  readonly burst?: number;
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly lane: string;
  /** What is asked, for whoever watches: of a fixed set of words, without ids. The lane where absent. */
  readonly operation?: string;
  /**
   * A write is repeated only where it cannot have happened: refused before it was executed (`pause`), or no
   * connection was made. After a lost answer its caller must look first.
   */
  readonly idempotent: boolean;
  /**
   * Once an attempt has begun, the signal does not break it off: a write under way is waited for. `stopped`
   * then says that nothing was sent, or that the last attempt cannot have happened.
   */
  readonly finishes?: boolean;
  /** Always ends the waiting for a lane, a pause or a backoff. */
  readonly signal: AbortSignal;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** As text: whether it is JSON is the adapter's question. */
  readonly text: string;
}

/** What a vendor's adapter makes of an answer: `retry` and `pause` (which also holds back the rest of the lane) ask for another try. */
export type Verdict = 'done' | 'retry' | 'pause';

/** No answer came, or the signal fired. After `timeout` or `network` a write may or may not have happened. */
export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError';
  readonly why: 'timeout' | 'network' | 'stopped';
  /** The system's code, such as `ECONNREFUSED`; '' where there is none. */
  readonly detail: string;
  constructor(why: 'timeout' | 'network' | 'stopped', message: string, detail = '') {
    super(message);
    this.why = why;
    this.detail = detail;
  }
}

/** Is told that an attempt begins, with nothing of its address but the host; what it gives is told the status, or null where no answer came. */
export type WatchAttempt = (host: string, operation: string) => (status: number | null) => void;

export interface TransportOptions {
  readonly laneOf: (lane: string) => LaneLimit;
  /** One attempt's limit, headers and body together; the socket is aborted when it passes. */
  readonly timeoutMs: number;
  /** Further tries, at most. */
  readonly retries: number;
  readonly judge: (answer: HttpAnswer) => Verdict;
  /** Values that must never stand in an error's message. */
  readonly secrets: readonly string[];
  /** Called before each attempt: counts it, and may throw to refuse it (an allowance that is used up). */
  readonly beforeAttempt: (request: HttpRequest) => void;
  readonly watch?: WatchAttempt;
  readonly random: () => number;
  /** Epoch milliseconds, to read a Retry-After that is a date. */
  readonly now: () => number;
  /** Default: the system's. */
  readonly timing?: Timing;
}

export interface Transport {
  send(request: HttpRequest): Promise<HttpAnswer>;
}
