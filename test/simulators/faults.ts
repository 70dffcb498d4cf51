/** Scripted misfortune: what a vendor's network and servers do to a client on a bad day. */

export type Fault =
  /** This answer, instead of doing what was asked. */
  | {
      kind: 'answer';
      status: number;
      body?: unknown;
      contentType?: string;
      headers?: Record<string, string>;
      /** It was done all the same: the vendor failed after it. */
      done?: boolean;
    }
  /** The socket is destroyed and nothing was done. */
  | { kind: 'lose-request' }
  /** It was done; then the socket is destroyed without an answer. */
  | { kind: 'lose-answer' }
  /** Waits (the request counts as under way), then does what was asked. */
  | { kind: 'delay'; ms: number }
  /** The page comes with only `keep` of its items and everything else unchanged. */
  | { kind: 'cut-page'; keep: number }
  /** Autotask: the page says that another follows, at its own address. Addigy: the first page comes again, whichever was asked for. */
  | { kind: 'repeat-page' };

export interface ScriptedFault {
  match?: {
    method?: string;
    /** A regular expression over path and query, without case. */
    path?: string;
    /** A regular expression over the body as it came. */
    body?: string;
  };
  /** So many matching requests pass first. */
  skip?: number;
  /** Default 1. */
  times?: number;
  do: Fault;
}

interface Armed {
  matches: (request: FaultyRequest) => boolean;
  skip: number;
  times: number;
  fault: Fault;
}

export interface FaultyRequest {
  readonly method: string;
  readonly path: string;
  readonly rawBody: string;
}

const wholeNumber = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;

const complaints: Record<Fault['kind'], (fault: Record<string, unknown>) => string | null> = {
  answer: (fault) => (wholeNumber(fault.status) ? null : 'needs a status'),
  'lose-request': () => null,
  'lose-answer': () => null,
  delay: (fault) => (wholeNumber(fault.ms) ? null : 'needs ms'),
  'cut-page': (fault) => (wholeNumber(fault.keep) ? null : 'needs keep'),
  'repeat-page': () => null,
};

/** Throws a sentence where a script is not one: a fault that silently never fires would prove nothing. */
function arm(script: ScriptedFault): Armed {
  const { match = {}, skip = 0, times = 1 } = script;
  const fault = script.do as Fault | undefined;
  const complain = fault && complaints[fault.kind];
  if (!complain) throw new Error(`unknown fault ${JSON.stringify(script)}`);
  const complaint = complain({ ...fault });
  if (complaint) throw new Error(`the fault ${fault.kind} ${complaint}`);
  for (const key of Object.keys(script))
    if (!['match', 'skip', 'times', 'do'].includes(key)) throw new Error(`unknown key ${key} of a fault`);
  for (const key of Object.keys(match))
    if (!['method', 'path', 'body'].includes(key)) throw new Error(`unknown key ${key} of a match`);
  if (!wholeNumber(skip) || !wholeNumber(times)) throw new Error('skip and times are whole numbers');
  const method = match.method?.toUpperCase();
  const path = match.path === undefined ? null : new RegExp(match.path, 'iu');
  const body = match.body === undefined ? null : new RegExp(match.body, 'u');
  return {
    matches: (request) =>
      (method === undefined || method === request.method) &&
      (path === null || path.test(request.path)) &&
      (body === null || body.test(request.rawBody)),
    skip,
    times,
    fault,
  };
}

export class Faults {
  #armed: Armed[] = [];

  add(...scripts: ScriptedFault[]): void {
    this.#armed.push(...scripts.map(arm));
  }

  clear(): void {
    this.#armed = [];
  }

  /** The fault of the first script that matches and has let its share pass. Each matching script before it counts down. */
  take(request: FaultyRequest): Fault | null {
    for (const armed of this.#armed) {
      if (!armed.matches(request)) continue;
      if (armed.skip > 0) {
        armed.skip -= 1;
        continue;
      }
      armed.times -= 1;
      if (armed.times <= 0) this.#armed = this.#armed.filter((other) => other !== armed);
      return armed.fault;
    }
    return null;
  }

  /** How many times a fault is still due. */
  pending(): number {
    return this.#armed.reduce((sum, armed) => sum + armed.times, 0);
  }
}
