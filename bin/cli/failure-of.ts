/** Whatever a command rejects with, as one sentence and an exit status. The key stands in none of them. */
import { NoAnswerError } from '#http/transport';
import { shown } from '#sync/plan-text';
import { ApiError } from '../api/api-error.ts';
import type { Exit } from './exit.ts';
import { Failure } from './failure.ts';
import { program } from './program-name.ts';

export interface FailureContext {
  readonly url: string;
  /** The connection that the command is about; '' where it is about none. */
  readonly id: string;
  readonly signal: AbortSignal;
}

export function failureOf(error: unknown, context: FailureContext): Failure {
  if (error instanceof Failure) return error;
  if (error instanceof ApiError) return answered(error, context);
  const isAborted = context.signal.aborted && (error instanceof NoAnswerError || isAbortError(error));
  if (isAborted) return stopped(context.signal, 'Stopped before the answer came.');
  if (error instanceof NoAnswerError) return unanswered(error, context.url);
  const message = error instanceof Error ? error.message : String(error);
  return new Failure('defect', 'defect', `A fault of this program: ${message}`, [
    'It was not foreseen: please report it. --debug shows where it happened.',
  ]);
}

/** `sentence`: what goes on, and how to look at it. */
export function stopped(
  signal: AbortSignal,
  sentence: string,
  hints: readonly string[] = [],
  extras: Readonly<Record<string, unknown>> = {},
): Failure {
  const isTimeout = (signal.reason as { name?: unknown } | undefined)?.name === 'TimeoutError';
  return isTimeout
    ? new Failure('waiting', 'still-going', sentence, hints, extras)
    : new Failure('interrupted', 'interrupted', sentence, hints, extras);
}

const isAbortError = (error: unknown): boolean =>
  error instanceof Error && (error.name === 'AbortError' || error.name === 'TimeoutError');

/** By the system's code. */
const networkReasons: ReadonlyArray<readonly [RegExp, string]> = [
  [/^ECONNREFUSED$/u, 'nothing listens there: is it running, and is the port right?'],
  [/^(?:ENOTFOUND|EAI_AGAIN)$/u, 'no such host could be found: is the name right?'],
  [
    /^(?:EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|ETIMEDOUT)$/u,
    'no way leads there from this machine',
  ],
  [
    /^(?:CERT_|ERR_TLS|ERR_SSL|EPROTO|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|HOSTNAME_MISMATCH)/u,
    'its TLS certificate is not trusted here; for a certificate of your own set NODE_EXTRA_CA_CERTS',
  ],
  [
    /^(?:ECONNRESET|UND_ERR_SOCKET|EPIPE)$/u,
    'the connection was cut; whether it was done is not known: look before you repeat it',
  ],
];

function unanswered({ why, detail }: NoAnswerError, url: string): Failure {
  const reason =
    why === 'timeout'
      ? 'no answer came in time; whether it was done is not known: look before you repeat it'
      : networkReasons.find(([pattern]) => pattern.test(detail))?.[1];
  const code = why === 'timeout' ? 'timeout' : 'unreachable';
  return new Failure(
    'unreachable',
    code,
    `${url} did not answer: ${reason ?? detail}${reason === undefined || why === 'timeout' ? '' : ` (${detail})`}.`,
  );
}

/** What to do about it, by the API's code. */
const next: Readonly<
  Record<string, (id: string, problem: ApiError['problem'], what: string) => readonly string[]>
> = {
  'run-in-progress': (id, { runId }) => [`Follow it: ${program} runs ${id} ${runId} --wait`],
  'plan-changed': (id, { currentPlanId }) => [
    typeof currentPlanId === 'string'
      ? `The newest plan is ${currentPlanId}. Look at it anew: ${program} plan ${id}`
      : `There is no plan yet: ${program} plan ${id}`,
  ],
  'policy-observes': (id) => [`Allow it to write: ${program} connections set ${id} sync.policy=create`],
  'credentials-missing': (id, _problem, what) => [
    ...(what.startsWith('DELETE ')
      ? [`Leave in Autotask what is there: ${program} offboard ${id} --keep-items`]
      : []),
    `What is missing: ${program} connections show ${id}`,
    `An API user: ${program} onboard ${id}; the Addigy key: ${program} connections addigy-key ${id}`,
  ],
  'precondition-failed': (id) => [
    `Somebody declared it anew meanwhile. Look (${program} connections show ${id}), and say it again.`,
  ],
  'not-trusted': (id) => [`How far it is, and its link: ${program} onboard ${id}`],
};

function answered({ what, status, code, problem }: ApiError, { url, id }: FailureContext): Failure {
  const exit = exitOf(status, code);
  const detail = shown(problem.detail ?? problem.title ?? String(problem.message ?? `it answered ${status}`));
  const about = code === '' ? {} : problem;
  const fail = (sentence: string, hints: readonly string[] = []): Failure =>
    new Failure(exit, code === '' ? exit : code, sentence, hints, { status, ...about });
  if (status === 401) {
    return fail(`${url} does not know this key.`, [
      'It may have been revoked, or belong to another deployment: `npx tsx bin/keys.ts` lists and mints them.',
    ]);
  }
  if (status === 403) {
    return fail(code === '' ? `This key may not do that: it lacks the scope ${scopeOf(what)}.` : detail);
  }
  if (code === '' && status === 429)
    return fail(`${url} is asked too much right now: try again in a minute.`);
  if (code === '') {
    return fail(
      `${url} answered ${status}, and not as this API does (“${detail}”): is it the ApiUrl that the stack printed?`,
    );
  }
  const faults = Array.isArray(problem.errors)
    ? problem.errors.map(({ field, message }) => `${field}: ${message}`)
    : [];
  const lacking = deniedLines(problem.report);
  const requestId = typeof problem.requestId === 'string' ? [`Request ${problem.requestId}`] : [];
  const title = problem.title ?? '';
  const sentence =
    faults.length > 0 ? `${title}:` : status === 409 || status === 422 ? withTitle(title, detail) : detail;
  return fail(sentence, [
    ...faults.map(shown),
    ...lacking,
    ...(next[code]?.(id, problem, what) ?? []),
    ...requestId,
  ]);
}

/** The title says what is the matter, the detail often only what to do. */
const withTitle = (title: string, detail: string): string =>
  title === '' || detail.startsWith(title) ? detail : `${title}. ${detail}`;

/** As docs/openapi.yaml has it for each operation. */
const scopeOf = (what: string): string =>
  what.startsWith('GET ') ? 'read' : /^POST \S+\/runs$/u.test(what) ? 'sync' : 'onboard';

/** Of the report that comes with `permission-denied`. */
function deniedLines(report: unknown): string[] {
  const lines = (report as { lines?: unknown } | null | undefined)?.lines;
  if (!Array.isArray(lines)) return [];
  return lines
    .filter((line) => line.verdict === 'denied')
    .map((line) => shown(`${line.title}: ${line.evidence} ${line.fix}`));
}

function exitOf(status: number, code: string): Exit {
  if (status === 401 || status === 403) return 'unauthorised';
  if (status === 422) return 'unsuccessful';
  if (status === 429 || status >= 500 || code === '') return 'unreachable';
  if (status === 404) return 'missing';
  if (status === 409 || status === 412 || status === 428) return 'refused';
  return 'usage';
}
