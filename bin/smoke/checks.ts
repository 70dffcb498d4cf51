/** What a deployment must answer, asked from outside. Nothing is written: GET alone, and about what is not there. */
import { randomBytes, randomUUID } from 'node:crypto';

export interface Deployed {
  /** Without a trailing slash. */
  readonly apiUrl: string;
  /** Null: not asked. */
  readonly handOffUrl: string | null;
  readonly key: string;
}

export interface CheckResult {
  readonly what: string;
  /** '' where it is as it should be; else what is not. */
  readonly fault: string;
  readonly ms: number;
}

interface Check {
  readonly what: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** '' where the answer is right. */
  readonly judge: (answer: Answer) => string;
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

/** A first call starts a door; a second finds it warm. Milliseconds. */
const coldMs = 10_000;
const warmMs = 3_000;

/** One after another: who is slow is seen to be. */
export async function smoke(deployed: Deployed): Promise<readonly CheckResult[]> {
  const results: CheckResult[] = [];
  for (const check of checksOf(deployed)) results.push(await carryOut(check, coldMs));
  const [again] = checksOf(deployed).filter(({ what }) => what === withKey);
  if (again !== undefined) results.push(await carryOut({ ...again, what: `the same again, warm` }, warmMs));
  return results;
}

const withKey = 'the key: lets in';

function checksOf({ apiUrl, handOffUrl, key }: Deployed): readonly Check[] {
  const bearer = (text: string) => ({ authorization: `Bearer ${text}` });
  const list = `${apiUrl}/connections`;
  return [
    { what: 'no key: 401', url: list, judge: (answer) => status(answer, 401) },
    {
      what: 'a wrong key: 401',
      url: list,
      headers: bearer(`aak_${randomBytes(32).toString('base64url')}`),
      judge: (answer) => status(answer, 401),
    },
    {
      what: withKey,
      url: list,
      headers: bearer(key),
      judge: (answer) => status(answer, 200) || listFault(answer),
    },
    {
      what: 'a connection that is not there: 404, told as a problem',
      url: `${list}/smoke-${randomUUID()}`,
      headers: bearer(key),
      judge: (answer) => status(answer, 404) || problemFault(answer),
    },
    {
      what: 'a route that is not there: 404',
      url: `${apiUrl}/smoke/${randomUUID()}`,
      headers: bearer(key),
      judge: (answer) => status(answer, 404),
    },
    ...(handOffUrl === null ? [] : pageChecks(handOffUrl)),
  ];
}

function pageChecks(handOffUrl: string): readonly Check[] {
  const page = `${handOffUrl}/hand-offs/${randomBytes(32).toString('hex')}`;
  return [
    {
      what: 'a hand-off page without its cookie: 401',
      url: page,
      judge: (answer) => status(answer, 401) || pageFault(answer),
    },
    {
      what: 'a hand-off that is not there: 404, through both of its doors',
      url: page,
      headers: { cookie: `hand-off=${randomBytes(32).toString('base64url')}` },
      judge: (answer) => status(answer, 404) || pageFault(answer),
    },
  ];
}

async function carryOut({ what, url, headers = {}, judge }: Check, withinMs: number): Promise<CheckResult> {
  const started = performance.now();
  const done = (fault: string): CheckResult => ({
    what,
    fault,
    ms: Math.round(performance.now() - started),
  });
  if (!isPrivate(url)) return done('the address is not https: the key would travel in the open');
  try {
    const answer = await fetch(url, {
      headers,
      redirect: 'manual',
      signal: AbortSignal.timeout(withinMs),
    });
    const body = await answer.text();
    return done(judge({ status: answer.status, headers: answer.headers, body }));
  } catch (error) {
    const { name, message, cause } = error as Error;
    if (name === 'TimeoutError') return done(`no answer within ${withinMs / 1000} s`);
    return done(`not reached: ${cause instanceof Error ? cause.message : message}`);
  }
}

/** On this machine nothing is read on the way. */
function isPrivate(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === 'https:' || ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
}

const status = (answer: Answer, wanted: number): string =>
  answer.status === wanted ? '' : `answered ${answer.status}, not ${wanted}`;

function listFault({ body }: Answer): string {
  const read = parse(body) as { connections?: unknown } | null;
  return Array.isArray(read?.connections) ? '' : 'the answer has no list of connections';
}

function problemFault({ headers, body }: Answer): string {
  if (!(headers.get('content-type') ?? '').startsWith('application/problem+json')) {
    return `the content type is ${headers.get('content-type')}, not application/problem+json`;
  }
  const read = parse(body) as Record<string, unknown> | null;
  const missing = ['type', 'title', 'status', 'detail'].filter((member) => read?.[member] === undefined);
  return missing.length === 0 ? '' : `the problem has no ${missing.join(', ')}`;
}

const pageHeaders: Readonly<Record<string, RegExp>> = {
  'content-type': /^text\/html/u,
  'content-security-policy': /default-src 'none'.*frame-ancestors 'none'/u,
  'cache-control': /no-store/u,
  'referrer-policy': /^no-referrer$/u,
  'strict-transport-security': /max-age=\d{7,}/u,
  'x-content-type-options': /^nosniff$/u,
  'x-frame-options': /^DENY$/u,
};

function pageFault({ headers }: Answer): string {
  const wrong = Object.entries(pageHeaders)
    .filter(([name, pattern]) => !pattern.test(headers.get(name) ?? ''))
    .map(([name]) => name);
  return wrong.length === 0 ? '' : `the header ${wrong.join(', ')} is missing or weaker than it should be`;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
