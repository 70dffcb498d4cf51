/** What was asked of a simulator, and what it said: secrets included, since a test must be able to find one where it should not be. */

export interface JournalEntry {
  /** Epoch milliseconds of the request. */
  readonly at: number;
  readonly method: string;
  /** With its query. */
  readonly path: string;
  /** Lower-case names. Empty while `keepBodies` is off. */
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed where it is JSON, else text; null where there was none, or while `keepBodies` is off. */
  readonly body: unknown;
  /** 0 where no answer was sent. */
  readonly status: number;
  /** As `body`; text of the first 2 MB where it was longer. */
  readonly answer: unknown;
  readonly ms: number;
  /** What the vendor noticed, e.g. `secret-to-zone-information`. */
  readonly flags: readonly string[];
  /** The kind of scripted fault that struck it, or null. */
  readonly fault: string | null;
}

export interface JournalRecord {
  at: number;
  method: string;
  path: string;
  headers: Readonly<Record<string, string>>;
  rawBody: string;
  status: number;
  rawAnswer: string;
  ms: number;
  flags?: readonly string[];
  fault?: string | null;
}

export interface JournalMatch {
  method?: string;
  path?: RegExp;
  flag?: string;
  status?: number;
}

const longestAnswer = 2 * 1024 * 1024;

function parsed(text: string): unknown {
  if (text === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

export class Journal {
  /** Off: method, path, status and time alone are kept. For load. */
  keepBodies = true;
  #entries: JournalEntry[] = [];

  record(record: JournalRecord): void {
    const { at, method, path, status, ms, flags = [], fault = null } = record;
    if (!this.keepBodies) {
      this.#entries.push({
        at,
        method,
        path,
        headers: {},
        body: null,
        status,
        answer: null,
        ms,
        flags,
        fault,
      });
      return;
    }
    const { rawBody } = record;
    const answer = record.rawAnswer.slice(0, longestAnswer);
    // Parsed when asked for: a page of 500 items as objects takes several times its text.
    this.#entries.push({
      at,
      method,
      path,
      headers: record.headers,
      get body() {
        return parsed(rawBody);
      },
      status,
      get answer() {
        return parsed(answer);
      },
      ms,
      flags,
      fault,
    });
  }

  entries(match: JournalMatch = {}): JournalEntry[] {
    return this.#entries.filter(
      (entry) =>
        (match.method === undefined || match.method.toUpperCase() === entry.method) &&
        (match.path === undefined || match.path.test(entry.path)) &&
        (match.flag === undefined || entry.flags.includes(match.flag)) &&
        (match.status === undefined || match.status === entry.status),
    );
  }

  count(match: JournalMatch = {}): number {
    return this.entries(match).length;
  }

  clear(): void {
    this.#entries = [];
  }
}
