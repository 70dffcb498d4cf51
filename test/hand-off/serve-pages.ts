/** The real routes behind a socket: HTTP in, payload 2.0 events as API Gateway makes them, HTTP out. */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { handOffRoutes } from '#lambda/hand-off-routes';
import { pageDoor } from '#lambda/page-door';
import type { HandOffDesk } from '#onboarding/hand-off';
import { digest } from './desk-in-memory.ts';

export type Headers = Readonly<Record<string, string | undefined>>;

/** API Gateway takes the route with the most fixed parts; unmatched requests get no further. */
export function routeOf(
  method: string,
  path: string,
): { routeKey: string; parameters: Record<string, string> } {
  const [, root, first = '', second, more] = path.split('/');
  const none = { routeKey: '$none', parameters: {} };
  if (root !== 'hand-offs' || first === '' || more !== undefined) return none;
  if (second === undefined) {
    return { routeKey: `${method} /hand-offs/{handOffId}`, parameters: { handOffId: first } };
  }
  return method === 'GET' && first === 'open'
    ? { routeKey: 'GET /hand-offs/open/{token}', parameters: { token: second } }
    : {
        routeKey: `${method} /hand-offs/{handOffId}/{action}`,
        parameters: { handOffId: first, action: second },
      };
}

export interface Sent {
  readonly method: string;
  readonly path: string;
  readonly headers?: Headers;
  readonly body?: string;
}

export function eventOf({ method, path, headers = {}, body }: Sent): APIGatewayProxyEventV2 {
  const { routeKey, parameters } = routeOf(method, path);
  const { cookie, ...rest } = headers;
  return {
    version: '2.0',
    routeKey,
    rawPath: path,
    headers: rest,
    ...(cookie === undefined ? {} : { cookies: cookie.split('; ') }),
    pathParameters: parameters,
    requestContext: { requestId: 'request-1', http: { method, path } },
    // API Gateway sends a form's body as base64.
    ...(body === undefined ? {} : { body: Buffer.from(body).toString('base64') }),
    isBase64Encoded: body !== undefined,
  } as unknown as APIGatewayProxyEventV2;
}

export const contextWith = (remainingMs: number): Context =>
  ({ getRemainingTimeInMillis: () => remainingMs, awsRequestId: 'a' }) as unknown as Context;

/** The desk may be another one for each request. */
export async function servePages(deskNow: () => HandOffDesk) {
  const server = createServer(async (request, response) => {
    const door = pageDoor(handOffRoutes(deskNow(), digest));
    const body = await bodyOf(request);
    const event = eventOf({
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers as Headers,
      ...(body === '' ? {} : { body }),
    });
    const answer = await door(event, contextWith(29_000));
    const cookies = answer.cookies === undefined ? {} : { 'set-cookie': answer.cookies };
    response.writeHead(answer.statusCode ?? 500, {
      ...(answer.headers as Record<string, string>),
      ...cookies,
    });
    response.end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
