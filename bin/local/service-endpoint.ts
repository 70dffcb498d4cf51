import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { AwsFaults } from './aws-faults.ts';
import { close, listen } from './loopback.ts';

/** One AWS service at a free port of this machine, and the faults that it may be told to have. */
export abstract class ServiceEndpoint {
  readonly faults = new AwsFaults();
  readonly #server: Server;
  #port = 0;

  constructor() {
    this.#server = createServer((request, response) => {
      // A caller that dies in the middle of its request, or a fault that breaks the connection.
      this.answer(request, response).catch(() => response.destroy());
    });
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Port 0 takes a free one. */
  async listen(port = 0): Promise<void> {
    this.#port = await listen(this.#server, port);
  }

  close(): Promise<void> {
    return close(this.#server);
  }

  protected abstract answer(request: IncomingMessage, response: ServerResponse): Promise<void>;
}
