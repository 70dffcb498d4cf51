/** A server that speaks AWS's JSON protocol on this machine: each operation is answered by a function. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export class AwsRefusal extends Error {
  readonly code: string;
  constructor(code: string, message = code) {
    super(message);
    this.code = code;
  }
}

export type Operation = (input: Record<string, unknown>) => unknown;

export interface JsonServer {
  readonly url: string;
  /** Operations in the order they came. */
  readonly journal: ReadonlyArray<{ readonly operation: string; readonly input: Record<string, unknown> }>;
  close(): Promise<void>;
}

/** An operation that is not named is refused. */
export async function startJsonServer(operations: Readonly<Record<string, Operation>>): Promise<JsonServer> {
  const journal: Array<{ operation: string; input: Record<string, unknown> }> = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const operation = String(request.headers['x-amz-target']).split('.').at(-1) ?? '';
      const input = JSON.parse(Buffer.concat(chunks).toString() || '{}') as Record<string, unknown>;
      journal.push({ operation, input });
      let status = 200;
      let answer: unknown;
      try {
        const act = operations[operation];
        if (act === undefined) throw new AwsRefusal('UnknownOperationException', operation);
        answer = act(input);
      } catch (error) {
        if (!(error instanceof AwsRefusal)) throw error;
        status = error.code === 'InternalServiceError' ? 500 : 400;
        answer = { __type: error.code, message: error.message };
      }
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
      response.end(JSON.stringify(answer ?? {}));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    journal,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export const localClient = (endpoint: string) => ({
  region: 'eu-central-1',
  endpoint,
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  maxAttempts: 1,
});
