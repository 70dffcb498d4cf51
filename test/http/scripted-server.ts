/** A server that answers as a test tells it to, and remembers what it was asked. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Asked {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  /** Parsed JSON; text where it is not; undefined where there was none. */
  readonly body: unknown;
  readonly at: number;
}

export interface Reply {
  readonly status?: number;
  /** Text is sent as it is, anything else as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly delayMs?: number;
  /** Destroys the socket instead. */
  readonly hangUp?: boolean;
  /** For what a reply cannot say. */
  readonly raw?: (response: ServerResponse) => void;
}

export interface ScriptedServer {
  readonly url: string;
  readonly asked: Asked[];
  /** The most requests that were under way at once. */
  busiest(): number;
  close(): Promise<void>;
}

export async function startScriptedServer(
  answer: (asked: Asked, nth: number) => Reply,
): Promise<ScriptedServer> {
  const asked: Asked[] = [];
  let open = 0;
  let busiest = 0;
  const server = createServer(async (request, response) => {
    open += 1;
    busiest = Math.max(busiest, open);
    response.once('close', () => {
      open -= 1;
    });
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const text = Buffer.concat(pieces).toString();
    const one: Asked = {
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      body: text === '' ? undefined : parse(text),
      at: performance.now(),
    };
    asked.push(one);
    const reply = answer(one, asked.length);
    if (reply.delayMs !== undefined) await new Promise((resolve) => setTimeout(resolve, reply.delayMs));
    if (reply.hangUp) return void request.socket.destroy();
    if (reply.raw) return reply.raw(response);
    const body = typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body ?? {});
    response.writeHead(reply.status ?? 200, { 'content-type': 'application/json', ...reply.headers });
    response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    busiest: () => busiest,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
