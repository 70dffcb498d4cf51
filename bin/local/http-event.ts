import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { account } from './identities.ts';

/** What an HTTP request is, in the words of API Gateway's payload format 2.0. */
export interface HttpCall {
  readonly apiId: string;
  readonly requestId: string;
  readonly method: string;
  /** As it was sent: path and query, nothing decoded. */
  readonly target: string;
  /** Decoded: unlike REST APIs and function URLs, HTTP APIs decode `rawPath`. */
  readonly rawPath: string;
  readonly rawQueryString: string;
  /** Names in lower case, values of one name joined with commas. */
  readonly headers: Readonly<Record<string, string>>;
  readonly sourceIp: string;
  readonly at: Date;
}

export function readCall(apiId: string, request: IncomingMessage): HttpCall | null {
  const [path = '/', ...query] = (request.url ?? '/').split('?');
  // A target of another form than `/path?query`: `*`, `http://…`, `%2Fpath`.
  if (!path.startsWith('/')) return null;
  let rawPath: string;
  try {
    rawPath = decodeURIComponent(path);
  } catch {
    return null;
  }
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(',') : value;
  }
  return {
    apiId,
    requestId: newRequestId(),
    method: request.method ?? 'GET',
    target: request.url ?? '/',
    rawPath,
    rawQueryString: query.join('?'),
    headers,
    sourceIp: request.socket.remoteAddress ?? '127.0.0.1',
    at: new Date(),
  };
}

/** As long as API Gateway's. Of a UUID, whose chance Node has in store. */
const newRequestId = (): string =>
  Buffer.from(randomUUID().replaceAll('-', ''), 'hex').subarray(0, 11).toString('base64url');

/**
 * The event of a proxy integration.
 *
 * @param authorizer what the route's authorizer told, under its kind: `lambda`, `iam`; undefined where there is none
 */
export function integrationEvent(
  call: HttpCall,
  routeKey: string,
  pathParameters: Readonly<Record<string, string>>,
  authorizer: unknown,
  body: Buffer,
): Record<string, unknown> {
  const isText = isTextual(call.headers['content-type']);
  return {
    version: '2.0',
    ...commonParts(call, routeKey, pathParameters, authorizer),
    ...(body.byteLength === 0 ? {} : { body: body.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: body.byteLength > 0 && !isText,
  };
}

/** The event of a REQUEST authorizer, payload format 2.0. It never sees the body. */
export function authorizerEvent(
  call: HttpCall,
  routeKey: string,
  pathParameters: Readonly<Record<string, string>>,
  identitySource: readonly string[],
  region: string,
): Record<string, unknown> {
  const [method, path] = routeKey.split(' ', 2);
  return {
    version: '2.0',
    type: 'REQUEST',
    routeArn: `arn:aws:execute-api:${region}:${account}:${call.apiId}/$default/${method}${path}`,
    identitySource,
    ...commonParts(call, routeKey, pathParameters, undefined),
  };
}

function commonParts(
  call: HttpCall,
  routeKey: string,
  pathParameters: Readonly<Record<string, string>>,
  authorizer: unknown,
): Record<string, unknown> {
  const { cookie, ...headers } = call.headers;
  const host = call.headers.host ?? '';
  return {
    routeKey,
    rawPath: call.rawPath,
    rawQueryString: call.rawQueryString,
    ...(cookie === undefined ? {} : { cookies: cookie.split(/; */u) }),
    headers,
    ...optional('queryStringParameters', joined(new URLSearchParams(call.rawQueryString))),
    ...optional('pathParameters', pathParameters),
    requestContext: {
      accountId: account,
      apiId: call.apiId,
      ...(authorizer === undefined ? {} : { authorizer }),
      domainName: host,
      domainPrefix: host.split('.')[0],
      http: {
        method: call.method,
        path: call.rawPath,
        protocol: 'HTTP/1.1',
        sourceIp: call.sourceIp,
        userAgent: call.headers['user-agent'] ?? '',
      },
      requestId: call.requestId,
      routeKey,
      stage: '$default',
      time: requestTime(call.at),
      timeEpoch: call.at.getTime(),
    },
  };
}

/** As Apache's common log format has it: `24/Nov/2026:01:02:03 +0000`. */
export function requestTime(at: Date): string {
  const [, day, month, year, time] = /^\w+, (\d+) (\w+) (\d+) ([\d:]+)/u.exec(at.toUTCString()) ?? [];
  return `${day}/${month}/${year}:${time} +0000`;
}

const optional = (name: string, values: Readonly<Record<string, string>>): Record<string, unknown> =>
  Object.keys(values).length === 0 ? {} : { [name]: values };

function joined(query: URLSearchParams): Record<string, string> {
  return Object.fromEntries([...new Set(query.keys())].map((name) => [name, query.getAll(name).join(',')]));
}

/** What API Gateway hands over as text; everything else, a form too, comes in base64. */
function isTextual(contentType = ''): boolean {
  const type = contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  return /^text\/|^application\/(?:json|javascript|xml|[^;]+\+(?:json|xml))$/u.test(type);
}
