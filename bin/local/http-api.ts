import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { accessLog } from './access-log.ts';
import type { Outcome } from './door-process.ts';
import { type HttpAnswer, internalError, ownAnswer, readAnswer, type Verdict } from './http-answer.ts';
import { type HttpCall, integrationEvent, readCall } from './http-event.ts';
import { matchRoute, type Route } from './http-routes.ts';
import { BodyTooLarge, close, listen, readBody } from './loopback.ts';
import { Throttle } from './throttle.ts';

/** API Gateway's limits on a request: its body, and its request line and headers together. Bytes. */
const mostBody = 10 * 1024 * 1024;
const mostHeaders = 10_240;
/** Lambda's limit on an invocation's payload. */
const mostPayload = 6 * 1024 * 1024;

export interface RouteTarget {
  readonly invoke: (event: unknown, givenUp: AbortSignal) => Promise<Outcome>;
  readonly timeoutMs: number;
  readonly authorizer: Authorizer | null;
}

export interface AskedRoute {
  readonly call: HttpCall;
  readonly routeKey: string;
  readonly pathParameters: Readonly<Record<string, string>>;
  readonly body: Buffer;
}
export type Authorizer = (asked: AskedRoute) => Promise<Verdict>;

export interface HttpApiOptions {
  readonly apiId: string;
  readonly routes: readonly Route<RouteTarget>[];
  readonly throttle: { readonly rate: number; readonly burst: number } | null;
  /** The stage's format of access-log lines. */
  readonly logFormat: string | null;
  readonly log: (line: string) => void;
}

interface Handled {
  readonly answer: HttpAnswer;
  readonly routeKey: string;
  readonly blame: 'authorizer' | 'integration' | null;
  readonly userArn?: string;
}

/** API Gateway's HTTP API, `$default` stage: routes, authorizer, Lambda proxy with payload format 2.0. */
export class HttpApi {
  readonly #options: HttpApiOptions;
  readonly #server: Server;
  readonly #throttle: Throttle | null;
  #port = 0;

  constructor(options: HttpApiOptions) {
    this.#options = options;
    this.#throttle = options.throttle === null ? null : new Throttle(options.throttle, Date.now());
    const line = options.logFormat === null ? null : accessLog(options.logFormat);
    this.#server = createServer({ maxHeaderSize: mostHeaders }, (request, response) => {
      const call = readCall(options.apiId, request);
      if (call === null) return void send(response, ownAnswer(400, 'Bad Request'), '');
      this.#handle(call, request)
        .catch(
          (error: unknown): Handled => ({ answer: internalError(String(error)), routeKey: '-', blame: null }),
        )
        .then((handled) => {
          if (line !== null) options.log(line({ call, ...handled }));
          send(response, handled.answer, call.requestId);
        });
    });
  }

  /** Without a trailing slash. */
  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async listen(port: number): Promise<void> {
    this.#port = await listen(this.#server, port);
  }

  close(): Promise<void> {
    return close(this.#server);
  }

  async #handle(call: HttpCall, request: IncomingMessage): Promise<Handled> {
    let body: Buffer;
    try {
      body = await readBody(request, mostBody);
    } catch (error) {
      if (!(error instanceof BodyTooLarge)) throw error;
      return { answer: ownAnswer(413, 'Request Entity Too Large'), routeKey: '-', blame: null };
    }
    const match = matchRoute(this.#options.routes, call.method, call.rawPath);
    if (match === null) return { answer: ownAnswer(404, 'Not Found'), routeKey: '-', blame: null };
    const { key: routeKey, target } = match.route;
    if (this.#throttle?.take(Date.now()) === false) {
      return { answer: ownAnswer(429, 'Too Many Requests'), routeKey, blame: null };
    }

    const { pathParameters } = match;
    const verdict = await target.authorizer?.({ call, routeKey, pathParameters, body });
    if (verdict?.isAuthorized === false) return { answer: verdict.answer, routeKey, blame: 'authorizer' };
    const told = verdict?.told;
    const userArn = told !== undefined && 'iam' in told ? told.iam.userArn : '-';

    const event = integrationEvent(call, routeKey, pathParameters, told, body);
    if (Buffer.byteLength(JSON.stringify(event)) > mostPayload) {
      // As a REST API was seen to answer; of HTTP APIs it is UNCONFIRMED.
      const answer = ownAnswer(413, 'Request Too Long', 'the payload is over 6 MB');
      return { answer, routeKey, blame: 'integration', userArn };
    }
    return {
      answer: await withTimeout((givenUp) => target.invoke(event, givenUp), target.timeoutMs),
      routeKey,
      blame: 'integration',
      userArn,
    };
  }
}

/** A function that has begun is not stopped by this: it goes on, and nobody waits for it. */
async function withTimeout(
  invoke: (givenUp: AbortSignal) => Promise<Outcome>,
  ms: number,
): Promise<HttpAnswer> {
  const patience = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<HttpAnswer>((done) => {
    timer = setTimeout(() => {
      patience.abort();
      done(ownAnswer(503, 'Service Unavailable', 'the integration timed out'));
    }, ms);
  });
  try {
    return await Promise.race([invoke(patience.signal).then(readAnswer), late]);
  } finally {
    clearTimeout(timer);
  }
}

function send(response: ServerResponse, answer: HttpAnswer, requestId: string): void {
  response.writeHead(answer.status, {
    ...answer.headers,
    ...(answer.status === 204 ? {} : { 'content-length': String(answer.body.byteLength) }),
    'apigw-requestid': requestId,
  });
  response.end(answer.body);
}
