/** What every door behind API Gateway does, whatever it answers with: the route, the deadline, an answer before the end. */
import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { correlated, firstCorrelationId } from './correlation.ts';
import { deadlineOf } from './deadline.ts';
import { logAnswer, logInvocation } from './logger.ts';
import { traced } from './tracer.ts';

export type ApiEvent = APIGatewayProxyEventV2;
export type ApiResult = APIGatewayProxyStructuredResultV2;
export type ApiDoor = (event: ApiEvent, context: Context) => Promise<ApiResult>;

export interface ApiDoorParts<Route> {
  /** By API Gateway's route key, such as `PUT /connections/{connectionId}`. */
  readonly routes: Readonly<Record<string, Route>>;
  /** `signal` fires while there is still time to tidy up and to answer. */
  readonly answer: (
    route: Route | undefined,
    event: ApiEvent,
    signal: AbortSignal,
    context: Context,
  ) => Promise<ApiResult>;
  /** To whatever `answer` rejects with. */
  readonly answerFault: (error: unknown, event: ApiEvent) => ApiResult;
  readonly answerTooSlow: () => ApiResult;
}

/** A vendor's call is given up this long before the end, so that what it began is tidied up. Milliseconds. */
const tidyMs = 3_000;
/** The answer is given this long before the end, whatever is still under way. */
const answerMs = 500;

export function apiDoor<Route>({ routes, answer, answerFault, answerTooSlow }: ApiDoorParts<Route>): ApiDoor {
  const door = middy<ApiEvent, ApiResult>({
    timeoutEarlyInMillis: answerMs,
    timeoutEarlyResponse: answerTooSlow,
  })
    .use({
      onError: (request) => {
        request.response = answerFault(request.error, request.event);
      },
    })
    .handler(async (event: ApiEvent, context: Context) => {
      const deadline = deadlineOf(context, tidyMs);
      try {
        const route = Object.hasOwn(routes, event.routeKey) ? routes[event.routeKey] : undefined;
        return await answer(route, event, deadline.signal, context);
      } finally {
        deadline.clear();
      }
    });
  return (event, context) => {
    logInvocation(context);
    const { requestId } = event.requestContext;
    const id = firstCorrelationId(event.headers[header], requestId);
    return correlated(id, async () => {
      const result = await traced('request', event.pathParameters ?? {}, () => door(event, context));
      logAnswer(event.routeKey, result.statusCode ?? 200, requestId);
      return id === '' ? result : { ...result, headers: { ...result.headers, [header]: id } };
    });
  };
}

/** A caller may send one of its own under this name; every answer has one. */
const header = 'x-correlation-id';
