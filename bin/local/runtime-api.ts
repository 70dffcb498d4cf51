import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { listen, readBody } from './loopback.ts';

/** What the bootstrap of one door process asks and tells. */
export interface RuntimeClient {
  /** The next invocation; waits until there is one. */
  next(): Promise<NextInvocation>;
  respond(requestId: string, payload: string): void;
  fail(requestId: string, error: RuntimeError): void;
  failInit(error: RuntimeError): void;
}

export interface NextInvocation {
  readonly requestId: string;
  readonly deadline: number;
  readonly functionArn: string;
  readonly trace: string;
  readonly payload: string;
  /** What the invoker tells of itself, as JSON; null where it tells nothing. */
  readonly clientContext: string | null;
}

export interface RuntimeError {
  readonly errorType: string;
  readonly errorMessage: string;
}

/** Lambda's limit on a synchronous answer. Bytes. */
const answerLimit = 6 * 1024 * 1024;

/** The Lambda Runtime API (2018-06-01) for every door process, told apart by the first part of the path. */
export class RuntimeApi {
  readonly #clients = new Map<string, RuntimeClient>();
  readonly #server: Server;
  #address = '';

  constructor() {
    this.#server = createServer((request, response) => {
      // A broken connection is a killed process, which is noticed where it was started.
      this.#answer(request, response).catch(() => response.destroy());
    });
    // A process waits for its next invocation as long as it takes.
    this.#server.requestTimeout = 0;
    this.#server.keepAliveTimeout = 0;
  }

  async listen(): Promise<void> {
    this.#address = `127.0.0.1:${await listen(this.#server, 0)}`;
  }

  /** @returns what the process needs as AWS_LAMBDA_RUNTIME_API, and how to forget it */
  register(client: RuntimeClient): { readonly address: string; forget(): void } {
    const id = randomUUID();
    this.#clients.set(id, client);
    return { address: `${this.#address}/${id}`, forget: () => this.#clients.delete(id) };
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const match = /^\/([^/]+)\/2018-06-01\/runtime\/(.+)$/u.exec(request.url ?? '');
    const client = this.#clients.get(match?.[1] ?? '');
    const step = match?.[2] ?? '';
    if (client === undefined) return void response.writeHead(404).end();
    if (request.method === 'GET' && step === 'invocation/next') {
      const { requestId, deadline, functionArn, trace, payload, clientContext } = await client.next();
      response.writeHead(200, {
        'content-type': 'application/json',
        'lambda-runtime-aws-request-id': requestId,
        'lambda-runtime-deadline-ms': String(deadline),
        'lambda-runtime-invoked-function-arn': functionArn,
        'lambda-runtime-trace-id': trace,
        ...(clientContext === null ? {} : { 'lambda-runtime-client-context': clientContext }),
      });
      return void response.end(payload);
    }
    const body = await readBody(request);
    const finished = /^invocation\/([^/]+)\/(response|error)$/u.exec(step);
    if (request.method !== 'POST') return void response.writeHead(404).end();
    if (finished?.[2] === 'response') {
      const requestId = finished[1] ?? '';
      if (body.byteLength > answerLimit) {
        client.fail(requestId, {
          errorType: 'Function.ResponseSizeTooLarge',
          errorMessage: `Response payload size exceeded maximum allowed payload size (${answerLimit} bytes).`,
        });
        return void response.writeHead(413).end();
      }
      client.respond(requestId, body.toString('utf8'));
    } else if (finished !== null) {
      client.fail(finished[1] ?? '', readError(body));
    } else if (step === 'init/error') {
      client.failInit(readError(body));
    } else {
      return void response.writeHead(404).end();
    }
    response.writeHead(202).end();
  }
}

function readError(body: Buffer): RuntimeError {
  const told = JSON.parse(body.toString('utf8')) as Partial<RuntimeError>;
  return { errorType: told.errorType ?? 'Error', errorMessage: told.errorMessage ?? '' };
}
