/** A door behind the HTTP API: API Gateway has matched the route already, payload format 2.0. */
import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { PublishError } from '#runs/ports';
import { deadlineOf } from './deadline.ts';
import { logFault } from './logger.ts';
import { Problem } from './problem.ts';
import { readJson } from './read-json.ts';

export interface HttpCall {
  /** Not checked yet. */
  readonly path: Readonly<Record<string, string | undefined>>;
  readonly query: Readonly<Record<string, string | undefined>>;
  /** Undefined where no body came. Throws a `Problem` where it cannot be read. */
  readonly body: () => unknown;
  /** Fires while there is still time to tidy up and to answer. */
  readonly signal: AbortSignal;
}

export interface HttpAnswer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export type Route = (call: HttpCall) => Promise<HttpAnswer>;
/** By API Gateway's route key, such as `PUT /connections/{connectionId}`. */
export type Routes = Readonly<Record<string, Route>>;

/** A vendor's call is given up this long before the end, so that what it began is tidied up. Milliseconds. */
const tidyMs = 3_000;
/** The answer is given this long before the end, whatever is still under way. */
const answerMs = 500;

export function httpDoor(
  routes: Routes,
): (event: APIGatewayProxyEventV2, context: Context) => Promise<APIGatewayProxyStructuredResultV2> {
  return middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>({
    timeoutEarlyInMillis: answerMs,
    timeoutEarlyResponse: () => problemAnswer(tooSlow()),
  })
    .use({
      onError: (request) => {
        const requestId = request.event.requestContext.requestId;
        request.response = problemAnswer(problemOf(request.error, requestId));
      },
    })
    .handler(async (event: APIGatewayProxyEventV2, context: Context) => {
      const route = Object.hasOwn(routes, event.routeKey) ? routes[event.routeKey] : undefined;
      if (route === undefined) throw new Problem('not-found', `There is no route ${event.routeKey}.`);
      const deadline = deadlineOf(context, tidyMs);
      try {
        return answer(
          await route({
            path: event.pathParameters ?? {},
            query: event.queryStringParameters ?? {},
            body: () => readJson({ ...event, contentType: event.headers['content-type'] }),
            signal: deadline.signal,
          }),
        );
      } finally {
        deadline.clear();
      }
    });
}

function answer({ status, body, headers }: HttpAnswer): APIGatewayProxyStructuredResultV2 {
  if (body === undefined) return { statusCode: status, headers: { ...headers } };
  return {
    statusCode: status,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  };
}

function problemAnswer(problem: Problem): APIGatewayProxyStructuredResultV2 {
  const headers = { 'content-type': 'application/problem+json' };
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

const tooSlow = () =>
  new Problem('temporarily-unavailable', 'This took too long. Ask again: every request can be repeated.');
