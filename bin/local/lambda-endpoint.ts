import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Authorize, AwsError, accessKeyOf } from './aws-endpoint.ts';
import type { Outcome } from './door-process.ts';
import { account, region } from './identities.ts';
import { BodyTooLarge, readBody } from './loopback.ts';
import { ServiceEndpoint } from './service-endpoint.ts';

/** Lambda's limit on a synchronous invocation's payload. Bytes. */
const mostPayload = 6 * 1024 * 1024;

const invocations = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/u;
/** What an invocation can be asked for, and no door of ours does. */
const unknownHeaders = ['x-amz-durable-execution-name', 'x-amz-tenant-id'] as const;
/** Lambda's limit on what an invoker tells of itself, as it travels: in base64. Bytes. */
const mostClientContext = 3_583;

/** Null where there is no such function. By ARN. */
export type FunctionInvoker = ((payload: unknown, clientContext: string | null) => Promise<Outcome>) | null;

/** Lambda's Invoke, in its REST-JSON protocol, waited for (`RequestResponse`); everything else is refused. */
export class LambdaEndpoint extends ServiceEndpoint {
  readonly #authorize: Authorize;
  readonly #functionAt: (arn: string) => FunctionInvoker;

  constructor(authorize: Authorize, functionAt: (arn: string) => FunctionInvoker) {
    super();
    this.#authorize = authorize;
    this.#functionAt = functionAt;
  }

  protected override async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const fault = this.faults.take('Invoke');
    if (fault?.kind === 'lose-request') return void response.destroy();
    let outcome: Outcome;
    try {
      if (fault?.kind === 'error') throw new AwsError(fault.code, fault.message, fault.status);
      outcome = await this.#invoke(request);
    } catch (error) {
      const known = error instanceof AwsError ? error : new AwsError('ServiceException', String(error), 500);
      const { code, status, message } = known;
      return send(response, status, JSON.stringify({ Type: 'User', message, Message: message }), {
        'x-amzn-errortype': code,
      });
    }
    if (fault?.kind === 'lose-answer') return void response.destroy();
    const executed = { 'x-amz-executed-version': '$LATEST' };
    if (outcome.ok) return send(response, 200, outcome.payload, executed);
    const { errorType, errorMessage } = outcome;
    // Lambda answers 200 also where the function failed, and tells by this header alone.
    const failed = { ...executed, 'x-amz-function-error': 'Unhandled' };
    send(response, 200, JSON.stringify({ errorType, errorMessage }), failed);
  }

  async #invoke(request: IncomingMessage): Promise<Outcome> {
    const { pathname, search } = new URL(request.url ?? '', 'http://lambda');
    const named = decodeURIComponent(invocations.exec(pathname)?.[1] ?? '');
    if (request.method !== 'POST' || named === '') {
      throw new AwsError(
        'UnknownOperationException',
        `the local host does not know ${request.method} ${pathname}`,
        404,
      );
    }
    const arn = named.startsWith('arn:') ? named : `arn:aws:lambda:${region}:${account}:function:${named}`;
    refuseUnknown(request, arn, search);
    this.#authorize(accessKeyOf(request), 'lambda:InvokeFunction', arn);
    const invoke = this.#functionAt(arn);
    if (invoke === null) {
      throw new AwsError('ResourceNotFoundException', `Function not found: ${arn}`, 404);
    }
    return invoke(await readPayload(request), readClientContext(request));
  }
}

function refuseUnknown({ headers }: IncomingMessage, arn: string, search: string): void {
  const refuse = (what: string): never => {
    throw new AwsError('InvalidParameterValueException', `the local host does not know ${what}`);
  };
  const type = headers['x-amz-invocation-type'] ?? 'RequestResponse';
  if (type !== 'RequestResponse') refuse(`the invocation type ${String(type)}`);
  if ((headers['x-amz-log-type'] ?? 'None') !== 'None') refuse('invocations that answer with a log');
  for (const name of unknownHeaders) if (headers[name] !== undefined) refuse(name);
  // A version or an alias: the templates have none.
  if (search !== '' || arn.split(':').length > 7) refuse('qualifiers');
}

/** As the function gets it: JSON, decoded; null where the invoker tells nothing. */
function readClientContext({ headers }: IncomingMessage): string | null {
  const encoded = headers['x-amz-client-context'];
  if (typeof encoded !== 'string') return null;
  const refuse = (what: string): never => {
    throw new AwsError('InvalidRequestContentException', `Client context must be ${what}.`);
  };
  if (encoded.length > mostClientContext) refuse(`at most ${mostClientContext} bytes of base64`);
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  // It goes on to the function in a header, which takes no other characters: how Lambda passes those is not documented.
  if (!/^[\x20-\x7e]*$/u.test(text)) refuse('of printable ASCII characters on the local host');
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return text;
  } catch {
    // Said below.
  }
  return refuse('a valid Base64-encoded JSON object');
}

async function readPayload(request: IncomingMessage): Promise<unknown> {
  try {
    const body = await readBody(request, mostPayload);
    return body.byteLength === 0 ? {} : JSON.parse(body.toString('utf8'));
  } catch (error) {
    if (error instanceof BodyTooLarge) {
      throw new AwsError(
        'RequestTooLargeException',
        `${error.message}, over the limit of ${mostPayload} bytes`,
        413,
      );
    }
    throw new AwsError(
      'InvalidRequestContentException',
      'Could not parse request body into json: it is no JSON',
    );
  }
}

function send(
  response: ServerResponse,
  status: number,
  body: string,
  headers: Readonly<Record<string, string>>,
): void {
  response.writeHead(status, {
    'content-type': 'application/json',
    'x-amzn-requestid': randomUUID(),
    ...headers,
  });
  response.end(body);
}
