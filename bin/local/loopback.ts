import { once } from 'node:events';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Listens on this machine only; port 0 takes a free one. */
export async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, '127.0.0.1');
  // `once` rejects on 'error', such as a port that is taken.
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

export async function close(server: Server): Promise<void> {
  const closed = new Promise<void>((done) => server.close(() => done()));
  server.closeAllConnections();
  await closed;
}

export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge';
}

/** @throws BodyTooLarge past `limit` bytes, but only after the rest is read: else the sender never hears the answer */
export async function readBody(request: IncomingMessage, limit = Number.POSITIVE_INFINITY): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  // By events: an iterator over the request costs as much as all else that is done with a small one.
  await new Promise<void>((done, failed) => {
    request.on('data', (chunk: Buffer) => {
      length += chunk.byteLength;
      if (length > limit) chunks.length = 0;
      else chunks.push(chunk);
    });
    request.once('end', done);
    request.once('error', failed);
    request.once('close', () => failed(new Error('the sender went away in the middle of its request')));
  });
  if (length > limit) throw new BodyTooLarge(`more than ${limit} bytes`);
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
}
