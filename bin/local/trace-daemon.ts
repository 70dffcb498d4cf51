/** The X-Ray daemon that Lambda runs beside each function: it takes documents by UDP, and here keeps them. */
import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import * as z from 'zod';

/** The fields of a subsegment that are read here; it is kept with all that it has. */
const documentSchema = z.looseObject({
  id: z.string().regex(/^[0-9a-f]{16}$/u),
  trace_id: z.string().regex(/^1-[0-9a-f]{8}-[0-9a-f]{24}$/u),
  parent_id: z.string().regex(/^[0-9a-f]{16}$/u),
  type: z.literal('subsegment'),
  // What X-Ray takes as a name; it drops a document with another.
  name: z.string().regex(/^[\p{L}\p{N}\p{Z}_.:/%&#=+\\\-@]{1,200}$/u),
  start_time: z.number(),
  end_time: z.number(),
  annotations: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
});
export type TraceDocument = z.infer<typeof documentSchema>;

const header = '{"format":"json","version":1}\n';
/** X-Ray's limit. Bytes. */
const mostBytes = 64 * 1024;
const mostDocuments = 10_000;

export class TraceDaemon {
  readonly #socket: Socket = createSocket('udp4');
  readonly #documents: TraceDocument[] = [];
  readonly #refused: string[] = [];

  /** As AWS_XRAY_DAEMON_ADDRESS has it. */
  async listen(): Promise<string> {
    this.#socket.on('message', (message) => this.#take(message));
    this.#socket.bind(0, '127.0.0.1');
    await once(this.#socket, 'listening');
    return `127.0.0.1:${this.#socket.address().port}`;
  }

  /** Oldest first; the last ten thousand. Throws where something came that X-Ray would have dropped. */
  get documents(): readonly TraceDocument[] {
    if (this.#refused.length > 0) throw new Error(`X-Ray drops: ${this.#refused.join('; ')}`);
    return [...this.#documents];
  }

  close(): Promise<void> {
    return new Promise((done) => this.#socket.close(() => done()));
  }

  #take(message: Buffer): void {
    const text = message.toString('utf8');
    if (!text.startsWith(header) || message.byteLength > mostBytes) {
      this.#refused.push(`a message of ${message.byteLength} bytes: ${text.slice(0, 80)}`);
      return;
    }
    try {
      this.#documents.push(documentSchema.parse(JSON.parse(text.slice(header.length))));
      if (this.#documents.length > mostDocuments) this.#documents.shift();
    } catch (error) {
      this.#refused.push(`${text.slice(header.length, 200)}: ${error instanceof Error ? error.message : ''}`);
    }
  }
}

/** What Lambda tells an invocation: a version, the moment in hex, 96 random bits; the segment that Lambda writes itself. */
export function traceHeader(isSampled: boolean): string {
  const seconds = Math.floor(Date.now() / 1000).toString(16);
  const root = `1-${seconds}-${randomBytes(12).toString('hex')}`;
  return `Root=${root};Parent=${randomBytes(8).toString('hex')};Sampled=${isSampled ? '1' : '0'}`;
}
