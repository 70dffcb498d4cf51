/** A door behind the HTTP API: API Gateway has matched the route already, payload format 2.0. */
import type { CallerRoles } from '#callers/caller-role';
import { mayCall } from '#callers/scope';
import { PublishError } from '#runs/ports';
import { type ApiDoor, type ApiResult, apiDoor } from './api-door.ts';
import { type Asker, askerOf } from './caller-of.ts';
import type { TimedContext } from './deadline.ts';
import { logFault } from './logger.ts';
import { Problem } from './problem.ts';
import { readJson } from './read-json.ts';

export interface HttpCall {
  /** API Gateway's, such as `PUT /connections/{connectionId}`. */
  readonly routeKey: string;
  /** Not checked yet. */
  readonly path: Readonly<Record<string, string | undefined>>;
  readonly query: Readonly<Record<string, string | undefined>>;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Null where nobody was let in by name. */
  readonly asker: Asker | null;
  /** Undefined where no body came. Throws a `Problem` where it cannot be read. */
  readonly body: () => unknown;
  /** As it came, unread; '' where none came. */
  readonly rawBody: string;
  /** Fires while there is still time to tidy up and to answer. */
  readonly signal: AbortSignal;
  readonly context: TimedContext;
}

export interface HttpAnswer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export type Route = (call: HttpCall) => Promise<HttpAnswer>;
/** By API Gateway's route key, such as `PUT /connections/{connectionId}`. */
export type Routes = Readonly<Record<string, Route>>;

/** @param callerRoles what callers may sign as; of any other who signs, everything is refused */
export function httpDoor(routes: Routes, callerRoles: CallerRoles = {}): ApiDoor {
  return apiDoor<Route>({
    routes,
    answer: async (route, event, signal, context) => {
      if (route === undefined) throw new Problem('not-found', `There is no route ${event.routeKey}.`);
      const asker = askerOf(event, callerRoles);
      // Asked at the gate already. Of who signs, by policies that others than this stack can add to.
      if (asker !== null && !mayCall(asker.scopes, event.routeKey)) throw notAllowed(asker);
      return answer(
        await route({
          routeKey: event.routeKey,
          path: event.pathParameters ?? {},
          query: event.queryStringParameters ?? {},
          headers: event.headers,
          asker,
          body: () =>
            readJson({
              ...event,
              contentType: event.headers['content-type'],
              contentEncoding: event.headers['content-encoding'],
            }),
          rawBody: event.body ?? '',
          ...{ signal, context },
        }),
      );
    },
    answerFault: (error, event) => problemAnswer(problemOf(error, event.requestContext.requestId)),
    answerTooSlow: () => problemAnswer(tooSlow()),
  });
}

/** Nobody on the way keeps an answer, and nobody takes it for anything but what it says it is. */
const guarded = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };

function answer({ status, body, headers }: HttpAnswer): ApiResult {
  if (body === undefined) return { statusCode: status, headers: { ...guarded, ...headers } };
  return {
    statusCode: status,
    headers: { 'content-type': 'application/json', ...guarded, ...headers },
    body: JSON.stringify(body),
  };
}

function problemAnswer(problem: Problem): ApiResult {
  const headers = { 'content-type': 'application/problem+json', ...guarded, ...problem.headers };
  return { statusCode: problem.status, headers, body: JSON.stringify(problem) };
}

function problemOf(error: unknown, requestId: string): Problem {
  if (error instanceof Problem) return error;
  logFault('a request failed', error, requestId);
  if (error instanceof PublishError) {
    return new Problem('temporarily-unavailable', 'The run could not be announced. Ask again.', {
      requestId,
    });
  }
  return new Problem('internal', 'An unexpected error; the log has more under this request id.', {
    requestId,
  });
}

const notAllowed = ({ name }: Asker) =>
  new Problem(
    'not-allowed',
    `${name} may not do this. A role of the stack's outputs does, of the scope that opens this operation.`,
  );

const tooSlow = () =>
  new Problem('temporarily-unavailable', 'This took too long. Ask again: every request can be repeated.');
