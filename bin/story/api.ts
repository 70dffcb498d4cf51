/** The service's own HTTP API, as a pipeline would call it: a URL and a bearer key. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ChangeLine, HeldLine, RunCounts } from '#sync/report';

export interface RunAnswer {
  readonly runId: string;
  readonly trigger: 'schedule' | 'request';
  readonly status: 'queued' | 'running' | 'succeeded' | 'held' | 'stopped' | 'failed';
  readonly policy: string;
  readonly applied: boolean;
  readonly planId: string;
  readonly reason: string | null;
  readonly detail: string;
  readonly devices: number;
  readonly counts: RunCounts;
  readonly calls: { readonly addigy: number; readonly autotask: number };
  readonly ms: number;
  readonly legs: number;
  readonly progress: { readonly done: number; readonly total: number } | null;
}

export interface RunLinesAnswer {
  readonly changes: readonly ChangeLine[];
  readonly held: readonly HeldLine[];
  readonly notes: readonly string[];
}

export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: string;
  constructor(what: string, status: number, problem: { code?: string; title?: string; detail?: string }) {
    super(`${what} was answered ${status}: ${problem.detail ?? problem.title ?? 'no reason given'}`);
    this.status = status;
    this.code = problem.code ?? '';
  }
}

/** Something that should have happened by itself did not, in all the time that was given. */
export class SilenceError extends Error {
  override readonly name = 'SilenceError';
}

export class Api {
  readonly url: string;
  readonly #key: string;

  constructor(url: string, key: string) {
    this.url = url;
    this.#key = key;
  }

  async call<Answer>(
    method: 'GET' | 'PUT' | 'POST' | 'DELETE',
    path: string,
    body?: unknown,
  ): Promise<Answer> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.#key}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new ApiError(`${method} ${path}`, response.status, asProblem(text));
    return (text === '' ? null : JSON.parse(text)) as Answer;
  }

  run(connection: string, runId: string): Promise<RunAnswer> {
    return this.call('GET', `/connections/${connection}/runs/${runId}`);
  }

  /**
   * The run when it has ended. `watch` hears of it as often as it is looked at. Rejects when the run says
   * nothing new for `silenceMs`: a run takes as long as the vendors' limits make it, but it does not stand still.
   */
  async settled(
    connection: string,
    runId: string,
    watch: (run: RunAnswer) => void = () => {},
    silenceMs = 180_000,
  ): Promise<RunAnswer> {
    let heard = Date.now();
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
      await sleep(100);
    }
  }

  /** Every line of a run, page by page. */
  async lines(connection: string, runId: string): Promise<RunLinesAnswer> {
    const changes: ChangeLine[] = [];
    const held: HeldLine[] = [];
    let notes: readonly string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: RunLinesAnswer & { readonly next: string | null } = await this.call(
        'GET',
        `/connections/${connection}/runs/${runId}${cursor === '' ? '' : `?cursor=${encodeURIComponent(cursor)}`}`,
      );
      for (const change of page.changes) changes.push(change);
      for (const line of page.held) held.push(line);
      notes = page.notes;
      cursor = page.next;
    }
    return { changes, held, notes };
  }
}

function asProblem(text: string): { code?: string; title?: string; detail?: string } {
  try {
    return JSON.parse(text);
  } catch {
    return { title: text.slice(0, 200) };
  }
}
