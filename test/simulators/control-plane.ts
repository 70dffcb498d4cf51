/**
 * How a test drives a simulator that runs in another process: JSON over HTTP under `/_sim`, without the
 * vendor's authentication, and not journaled.
 */
import type { Faults, ScriptedFault } from './faults.ts';
import type { Journal, JournalMatch } from './journal.ts';

/** What a vendor's simulator gives to be driven by. Each throws a sentence where the body is not understood: it becomes a 400. */
export interface Controls {
  /** Replaces the world. */
  seed(body: unknown): void;
  state(): unknown;
  /** What a person does in the vendor's own UI; one edit or an array of them. Returns what is worth knowing (new ids). */
  edit(body: unknown): unknown;
  setLatency(ms: number): void;
}

export interface ControlRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly rawBody: string;
}

export interface ControlAnswer {
  readonly status: number;
  readonly body: unknown;
}

export const isControlPath = (path: string): boolean => /^\/_sim(?:[/?]|$)/u.test(path);

export class ControlPlane {
  readonly #controls: Controls;
  readonly #journal: Journal;
  readonly #faults: Faults;

  constructor(controls: Controls, journal: Journal, faults: Faults) {
    this.#controls = controls;
    this.#journal = journal;
    this.#faults = faults;
  }

  answer(request: ControlRequest): ControlAnswer {
    try {
      return this.#dispatch(request);
    } catch (error) {
      return { status: 400, body: { error: error instanceof Error ? error.message : String(error) } };
    }
  }

  #dispatch({ method, path, rawBody }: ControlRequest): ControlAnswer {
    const url = new URL(path, 'http://simulator');
    const body = (): unknown => JSON.parse(rawBody);
    const done = (value: unknown = { ok: true }): ControlAnswer => ({ status: 200, body: value });
    switch (`${method} ${url.pathname.slice('/_sim/'.length)}`) {
      case 'POST seed':
        this.#controls.seed(body());
        return done();
      case 'GET state':
        return done(this.#controls.state());
      case 'POST edit':
        return done({ ok: true, result: this.#controls.edit(body()) });
      case 'POST latency':
        this.#controls.setLatency(milliseconds(body()));
        return done();
      case 'GET journal':
        return done(this.#read(url.searchParams));
      case 'POST journal':
        this.#journal.keepBodies = keepBodies(body());
        return done();
      case 'DELETE journal':
        this.#journal.clear();
        return done();
      case 'GET faults':
        return done({ pending: this.#faults.pending() });
      case 'POST faults':
        this.#faults.add(...[body()].flat().map((script) => script as ScriptedFault));
        return done({ ok: true, pending: this.#faults.pending() });
      case 'DELETE faults':
        this.#faults.clear();
        return done();
      default:
        return { status: 404, body: { error: `the control plane has no ${method} ${url.pathname}` } };
    }
  }

  #read(query: URLSearchParams): unknown {
    const match: JournalMatch = {};
    const [method, path, flag, status] = ['method', 'path', 'flag', 'status'].map((key) => query.get(key));
    if (method) match.method = method;
    if (path) match.path = new RegExp(path, 'iu');
    if (flag) match.flag = flag;
    if (status) match.status = Number(status);
    const entries = this.#journal.entries(match);
    return query.has('count') ? { count: entries.length } : { count: entries.length, entries };
  }
}

function milliseconds(body: unknown): number {
  const ms = (body as { ms?: unknown } | null)?.ms;
  if (typeof ms !== 'number' || !(ms >= 0)) throw new Error('latency wants {"ms": 0 or more}');
  return ms;
}

function keepBodies(body: unknown): boolean {
  const keep = (body as { keepBodies?: unknown } | null)?.keepBodies;
  if (typeof keep !== 'boolean') throw new Error('journal wants {"keepBodies": true or false}');
  return keep;
}
