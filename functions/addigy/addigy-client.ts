/** Addigy's API v2 as this room speaks it: reads only, one lane, and silence after a refusal. */
import { createTransport } from '#http/fetch-transport';
import { redact } from '#http/redact';
import { type HttpAnswer, NoAnswerError, type Verdict } from '#http/transport';
import { AddigyError } from './addigy-error.ts';
import { isRecord } from './read-fact.ts';

export interface AddigyOptions {
  /** Addigy's host, e.g. `https://api.addigy.com`; `/api/v2` is appended. */
  readonly baseUrl: string;
  readonly apiKey: string;
  /** One attempt's limit, in milliseconds. */
  readonly timeoutMs: number;
  readonly random: () => number;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Whether this key worked in an earlier run: then a 403 from the start is taken for the lock. Default false. */
  readonly workedBefore?: boolean;
  /** Default 10: a hundredth of the limit that locks a key. */
  readonly requestsPerSecond?: number;
}

export interface AddigyClient {
  /**
   * A read by POST. The parsed JSON, or an `AddigyError`. After a 401, 403 or 429 no further request
   * leaves this client: it rejects with the same failure.
   */
  read(path: string, body: unknown, signal: AbortSignal): Promise<unknown>;
  /** Requests sent so far, repeated ones included. */
  calls(): number;
}

/** Beyond 1,000 requests in 10 s every request of the key is refused for 24 hours. */
const lockMs = 24 * 60 * 60 * 1000;
const retries = 2;

export function createAddigyClient(options: AddigyOptions): AddigyClient {
  const base = `${options.baseUrl.replace(/\/+$/u, '')}/api/v2`;
  const readBefore = new Set<string>();
  let over: AddigyError | null = null;
  let calls = 0;

  const transport = createTransport({
    laneOf: () => ({ concurrency: 4, perSecond: options.requestsPerSecond ?? 10 }),
    timeoutMs: options.timeoutMs,
    retries,
    secrets: [options.apiKey],
    random: options.random,
    now: options.now,
    judge(answer): Verdict {
      // Decided here, before the lane lets the next request go.
      if (isRefusal(answer.status)) over ??= refusal(answer, false);
      return isOutage(answer.status) ? 'retry' : 'done';
    },
    beforeAttempt() {
      if (over !== null) throw over;
      calls += 1;
    },
  });

  function refusal(answer: HttpAnswer, readBeforeNow: boolean): AddigyError {
    const said = words(answer, options.apiKey);
    const { status } = answer;
    if (status === 401) return new AddigyError('unauthorised', `Addigy answered 401${said}.`, { status });
    // A missing permission is a 403 from the start. The lock's own status is not documented: a 403
    // where the same read went well before, or that speaks of a limit, is taken for the lock.
    if (status === 403 && !readBeforeNow && !speaksOfALimit(said)) {
      if (options.workedBefore && readBefore.size === 0) {
        return new AddigyError(
          'blocked',
          `Addigy answered 403${said}. The key worked in an earlier run: either Addigy has locked it for 24 hours after too many requests, or it has lost a permission, such as View Devices.`,
          { status, until: options.now() + lockMs },
        );
      }
      return new AddigyError(
        'unauthorised',
        `Addigy answered 403${said}. The key lacks a permission, such as View Devices.`,
        { status },
      );
    }
    return new AddigyError(
      'blocked',
      `Addigy answered ${status}${said}. It locks a key for 24 hours after too many requests.`,
      { status, until: options.now() + lockMs },
    );
  }

  async function send(path: string, body: unknown, signal: AbortSignal): Promise<HttpAnswer> {
    try {
      return await transport.send({
        method: 'POST',
        url: `${base}${path}`,
        headers: { 'x-api-key': options.apiKey, accept: 'application/json' },
        body,
        lane: 'addigy',
        idempotent: true,
        signal,
      });
    } catch (error) {
      if (!(error instanceof NoAnswerError)) throw error;
      const failure = error.why === 'stopped' ? 'stopped' : 'unavailable';
      throw new AddigyError(failure, `Addigy gave no answer to ${path}: ${error.message}`, { cause: error });
    }
  }

  return {
    async read(path, body, signal) {
      const answer = await send(path, body, signal);
      if (isRefusal(answer.status)) {
        const refused = refusal(answer, readBefore.has(path));
        if (over === null || refused.failure === 'blocked') over = refused;
        throw over;
      }
      if (answer.status !== 200) throw unexpected(path, answer, options.apiKey);
      const parsed = parse(answer.text);
      if (parsed === undefined) throw notJson(path, answer);
      readBefore.add(path);
      return parsed;
    },
    calls: () => calls,
  };
}

function isRefusal(status: number): boolean {
  return status === 401 || status === 403 || status === 429;
}

function isOutage(status: number): boolean {
  return status >= 500 || status === 408;
}

function speaksOfALimit(text: string): boolean {
  return /rate.?limit|too many|throttl|locked/iu.test(text);
}

function unexpected(path: string, answer: HttpAnswer, apiKey: string): AddigyError {
  const { status } = answer;
  const failure = isOutage(status) ? 'unavailable' : status >= 400 ? 'refused' : 'unreadable';
  return new AddigyError(failure, `Addigy answered ${status} to ${path}${words(answer, apiKey)}.`, {
    status,
  });
}

/** A page of HTML with a 200 is a gateway's or a maintenance page. */
function notJson(path: string, answer: HttpAnswer): AddigyError {
  const { status } = answer;
  const isPage = answer.text.trimStart().startsWith('<');
  return isPage
    ? new AddigyError('unavailable', `Addigy answered ${path} with a web page: it may be in maintenance.`, {
        status,
      })
    : new AddigyError('unreadable', `Addigy answered ${path} with something that is not JSON.`, { status });
}

/** Undefined where it is not JSON. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** What an error's body `{code, message, error_chain}` says, as the end of a sentence; '' where it says nothing. */
function words(answer: HttpAnswer, apiKey: string): string {
  const body = parse(answer.text);
  if (!isRecord(body)) return '';
  const said = [...new Set([body.message, body.error_chain].flatMap(texts))].join(': ');
  const safe = redact(said, [apiKey]).replace(/\s+/gu, ' ').slice(0, 300).trim();
  return safe === '' ? '' : `: ${safe.replace(/\.+$/u, '')}`;
}

/** Every text in a value: the reason of a 500 can be buried in `error_chain`, whose shape is not documented. */
function texts(value: unknown): string[] {
  if (typeof value === 'string') return value.trim() === '' ? [] : [value.trim()];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(texts) : [];
}
