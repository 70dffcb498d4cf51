/** The service's own HTTP API, as a pipeline would call it: a URL and a bearer key. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createTransport } from '#http/fetch-transport';
import type { Transport } from '#http/transport';
import type { ChangeLine, HeldLine } from '#sync/report';
import type { ConnectionAnswer, DeclaredAnswer, RunAnswer, RunLinesAnswer } from './answers.ts';
import { ApiError, type ProblemAnswer, SilenceError } from './api-error.ts';

type Method = 'GET' | 'PUT' | 'POST' | 'DELETE';

export interface ApiOptions {
  readonly url: string;
  readonly key: string;
  /** Ends every waiting; a write that is under way is waited for. */
  readonly signal?: AbortSignal;
  /** Hears of each answer: never of the key, a query or a body. */
  readonly heard?: (what: string, status: number, requestId: string) => void;
}

export interface Exchange<Answer> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Answer;
}

export interface Waiting {
  /** Hears of the run as often as it is looked at. */
  readonly watch?: (run: RunAnswer) => void;
  /** How long the run may say nothing new. Milliseconds. */
  readonly silenceMs?: number;
}

const idempotencyKey = 'idempotency-key';

/** API Gateway gives up after 30 s. */
const timeoutMs = 35_000;

export class Api {
  readonly url: string;
  readonly #key: string;
  readonly #signal: AbortSignal;
  readonly #heard: NonNullable<ApiOptions['heard']>;
  readonly #transport: Transport;

  constructor({ url, key, signal = new AbortController().signal, heard = () => {} }: ApiOptions) {
    this.url = url;
    this.#key = key;
    this.#signal = signal;
    this.#heard = heard;
    this.#transport = createTransport({
      laneOf: () => ({ concurrency: 32 }),
      timeoutMs,
      retries: 2,
      judge: ({ status, headers }) => {
        if (status === 429) return 'pause';
        // A 409 with this header: the attempt before, whose answer was lost, is still at work.
        const passes = (status >= 502 && status <= 504) || (status === 409 && headers.has('retry-after'));
        return passes ? 'retry' : 'done';
      },
      secrets: [key],
      beforeAttempt: () => {},
      random: Math.random,
      now: Date.now,
    });
  }

  async call<Answer>(method: Method, path: string, body?: unknown): Promise<Answer> {
    return (await this.exchange<Answer>(method, path, body)).body;
  }

  /** Rejects with `ApiError` where the answer is no, and with `NoAnswerError` where there is none. */
  async exchange<Answer>(
    method: Method,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Exchange<Answer>> {
    const answer = await this.#transport.send({
      method,
      url: `${this.url}${path}`,
      headers: { authorization: `Bearer ${this.#key}`, ...headers },
      ...(body === undefined ? {} : { body }),
      lane: 'api',
      // A login that was refused must not be tried twice: what is no look is repeated by itself only under a key.
      idempotent: method === 'GET' || idempotencyKey in headers,
      finishes: method !== 'GET',
      signal: this.#signal,
    });
    const { status, text } = answer;
    const what = `${method} ${path.split('?', 1)[0]}`;
    this.#heard(what, status, answer.headers.get('apigw-requestid') ?? '');
    if (status < 200 || status > 299) throw new ApiError(what, status, asProblem(text));
    return { status, headers: answer.headers, body: readBody<Answer>(what, status, text) };
  }

  /** Asks for one run, however often it has to: where an answer is lost, the same request is sent again. */
  async requestRun(path: string, wish: object): Promise<string> {
    const headers = { [idempotencyKey]: randomUUID() };
    return (await this.exchange<{ runId: string }>('POST', `${path}/runs`, wish, headers)).body.runId;
  }

  /** As an editor does: reads the version that is there, and declares on top of that and of no other. */
  async declare(connection: string, settings: object): Promise<DeclaredAnswer> {
    const path = `/connections/${connection}`;
    const version = await this.#versionOf(path);
    const expected = version === null ? { 'if-none-match': '*' } : { 'if-match': `"${version}"` };
    return (await this.exchange<DeclaredAnswer>('PUT', path, settings, expected)).body;
  }

  /** Null where there is no such connection. */
  async #versionOf(path: string): Promise<string | null> {
    try {
      return (await this.call<ConnectionAnswer>('GET', path)).version;
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return null;
      throw error;
    }
  }

  run(connection: string, runId: string): Promise<RunAnswer> {
    return this.call('GET', `/connections/${connection}/runs/${runId}`);
  }

  /**
   * The run when it has ended. Rejects when it says nothing new for `silenceMs`: a run takes as long as the
   * vendors' limits make it, but it does not stand still.
   */
  async settled(
    connection: string,
    runId: string,
    { watch = () => {}, silenceMs = 180_000 }: Waiting = {},
  ): Promise<RunAnswer> {
    const began = Date.now();
    let heard = began;
    let before = '';
    for (;;) {
      const run = await this.run(connection, runId);
      watch(run);
      if (run.status !== 'queued' && run.status !== 'running') return run;
      const now = JSON.stringify([run.status, run.legs, run.progress]);
      if (now !== before) heard = Date.now();
      if (Date.now() - heard > silenceMs) {
        throw new SilenceError(
          `Run ${runId} has been ${run.status} without progress for ${silenceMs / 1000} s.`,
        );
      }
      before = now;
      await this.rest(Date.now() - began);
    }
  }

  /** Between two looks: the longer it takes, the less often it is asked. Rejects as the signal fires. */
  async rest(waitedMs: number): Promise<void> {
    await sleep(Math.min(2_000, Math.max(100, waitedMs / 20)), undefined, { signal: this.#signal });
  }

  /** Every line of a run, page by page. */
  async lines(connection: string, runId: string): Promise<RunLinesAnswer> {
    const changes: ChangeLine[] = [];
    const held: HeldLine[] = [];
    let notes: readonly string[] = [];
    await this.eachPage<RunLinesAnswer>(`/connections/${connection}/runs/${runId}`, (page) => {
      for (const change of page.changes) changes.push(change);
      for (const line of page.held) held.push(line);
      notes = page.notes;
      return true;
    });
    return { changes, held, notes };
  }

  /** Page by page, until there is no next or `take` wants no more. */
  async eachPage<Page>(path: string, take: (page: Page) => boolean): Promise<void> {
    const joint = path.includes('?') ? '&' : '?';
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: Page & { readonly next: string | null } = await this.call(
        'GET',
        cursor === '' ? path : `${path}${joint}cursor=${encodeURIComponent(cursor)}`,
      );
      cursor = take(page) ? page.next : null;
    }
  }
}

function readBody<Answer>(what: string, status: number, text: string): Answer {
  try {
    return (text === '' ? null : JSON.parse(text)) as Answer;
  } catch {
    throw new ApiError(what, status, { title: 'what came is not JSON' });
  }
}

function asProblem(text: string): ProblemAnswer {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : { title: text.slice(0, 200) };
  } catch {
    return { title: text.slice(0, 200) };
  }
}
