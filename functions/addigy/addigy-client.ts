/** Addigy's API v2 as this room speaks it: one lane, and silence after a refusal. */
import { createTransport } from '#http/fetch-transport';
import type { Timing } from '#http/timing';
import {
  type HttpAnswer,
  type HttpRequest,
  NoAnswerError,
  type Verdict,
  type WatchAttempt,
} from '#http/transport';
import { AddigyError } from './addigy-error.ts';
import { isOutage, notJson, parse, unexpected } from './read-answer.ts';
import { isRefusal, refusalOf } from './refusal.ts';

export interface AddigyOptions {
  /** Addigy's host, e.g. `https://api.addigy.com`; `/api/v2` is appended. */
  readonly baseUrl: string;
  readonly apiKey: string;
  /** One attempt's limit, in milliseconds. */
  readonly timeoutMs: number;
  readonly random: () => number;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly watch?: WatchAttempt;
  readonly timing?: Timing;
  /** Whether this key worked in an earlier run: then a 403 from the start is taken for the lock. Default false. */
  readonly workedBefore?: boolean;
  /** Default 10: a tenth of the limit that locks a key, which is 1,000 in ten seconds. */
  readonly requestsPerSecond?: number;
}

/**
 * Each resolves with the parsed JSON, or rejects with an `AddigyError`. After a 401, 403 or 429 no further
 * request leaves this client: it rejects with the same failure.
 */
export interface AddigyClient {
  /** A read by POST, repeated where Addigy fails. */
  read(path: string, body: unknown, signal: AbortSignal): Promise<unknown>;
  /**
   * A read by GET, asked once: where Addigy passes it on to Autotask, a repeated one is a repeated login
   * there, and bad logins lock the API user.
   */
  get(path: string, signal: AbortSignal): Promise<unknown>;
  /**
   * A write, never repeated once it may have happened: `lost` is one whose answer never came. An attempt under
   * way when the signal fires is waited for: `stopped` means that nothing was sent. Undefined where the answer is empty.
   */
  write(path: string, body: unknown, permission: string, signal: AbortSignal): Promise<unknown>;
  /** Requests sent so far, repeated ones included. */
  calls(): number;
}

interface Asked {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: unknown;
  readonly kind: 'read' | 'lookup' | 'write';
  /** Named where Addigy answers 403. */
  readonly permission: string | null;
}

const retries = 2;
/** A second's worth: an estate of 900 devices is read without waiting for the pace. */
const burst = 10;

export function createAddigyClient(options: AddigyOptions): AddigyClient {
  const base = `${options.baseUrl.replace(/\/+$/u, '')}/api/v2`;
  const wentWell = new Set<string>();
  let over: AddigyError | null = null;
  let calls = 0;

  const refused = (answer: HttpAnswer, wentWellBefore: boolean, permission: string | null): AddigyError =>
    refusalOf(answer, {
      apiKey: options.apiKey,
      now: options.now(),
      wentWellBefore,
      workedInEarlierRun: options.workedBefore === true && wentWell.size === 0,
      permission,
    });

  const transport = createTransport({
    laneOf: () => ({ concurrency: 4, perSecond: options.requestsPerSecond ?? 10, burst }),
    timeoutMs: options.timeoutMs,
    retries,
    secrets: [options.apiKey],
    random: options.random,
    now: options.now,
    ...(options.watch === undefined ? {} : { watch: options.watch }),
    ...(options.timing === undefined ? {} : { timing: options.timing }),
    judge(answer): Verdict {
      // Decided here, before the lane lets the next request go.
      if (isRefusal(answer.status)) over ??= refused(answer, false, null);
      return isOutage(answer.status) ? 'retry' : 'done';
    },
    beforeAttempt() {
      if (over !== null) throw over;
      calls += 1;
    },
  });

  async function send({ method, path, body, kind }: Asked, signal: AbortSignal): Promise<HttpAnswer> {
    const request: HttpRequest = {
      method,
      url: `${base}${path}`,
      headers: { 'x-api-key': options.apiKey, accept: 'application/json' },
      ...(body === undefined ? {} : { body }),
      lane: 'addigy',
      operation: bare(path).replace(/^\/o\/[^/]+/u, ''),
      idempotent: kind === 'read',
      finishes: kind === 'write',
      signal,
    };
    try {
      return await transport.send(request);
    } catch (error) {
      if (!(error instanceof NoAnswerError)) throw error;
      const silent = kind === 'write' ? 'lost' : 'unavailable';
      const failure = error.why === 'stopped' ? 'stopped' : silent;
      throw new AddigyError(failure, `Addigy gave no answer to ${bare(path)}: ${error.message}`, {
        cause: error,
      });
    }
  }

  /** With a status of 200. */
  async function ask(asked: Asked, signal: AbortSignal): Promise<HttpAnswer> {
    const answer = await send(asked, signal);
    const path = bare(asked.path);
    if (isRefusal(answer.status)) {
      const refusal = refused(answer, wentWell.has(path), asked.permission);
      // The judge knew less than this; but another request's lock is not forgotten.
      if (over?.failure !== 'blocked' || refusal.failure === 'blocked') over = refusal;
      throw over;
    }
    if (answer.status !== 200) throw unexpected(path, answer, options.apiKey);
    return answer;
  }

  async function json(asked: Asked, signal: AbortSignal): Promise<unknown> {
    const answer = await ask(asked, signal);
    const path = bare(asked.path);
    const isEmpty = asked.kind === 'write' && answer.text.trim() === '';
    const parsed = isEmpty ? undefined : parse(answer.text);
    if (parsed === undefined && !isEmpty) throw notJson(path, answer);
    wentWell.add(path);
    return parsed;
  }

  return {
    read: (path, body, signal) =>
      json({ method: 'POST', path, body, kind: 'read', permission: 'View Devices' }, signal),
    get: (path, signal) => json({ method: 'GET', path, kind: 'lookup', permission: null }, signal),
    write: (path, body, permission, signal) =>
      json({ method: 'POST', path, body, kind: 'write', permission }, signal),
    calls: () => calls,
  };
}

/** Without the query. */
function bare(path: string): string {
  return path.split('?', 1)[0] ?? '';
}
