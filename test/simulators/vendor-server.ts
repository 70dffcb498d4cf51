/** The HTTP server under each simulator: reads a request, lets a scripted fault strike, asks the vendor, journals. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { VendorName } from '../contract/exchange.ts';
import { keeperOf } from '../contract/keeper-of.ts';
import { ControlPlane, type Controls, isControlPath } from './control-plane.ts';
import { type Fault, Faults } from './faults.ts';
import { Journal } from './journal.ts';
import { Latency } from './latency.ts';

export interface VendorRequest {
  readonly method: string;
  /** With its query, as it came. */
  readonly path: string;
  readonly url: URL;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly rawBody: string;
}

export interface VendorAnswer {
  readonly status: number;
  /** Text is sent as it is, anything else as JSON, undefined as an empty body. */
  readonly body?: unknown;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** For the journal. */
  readonly flags?: readonly string[];
}

export interface Vendor extends Controls {
  /** `hold` takes the time that the call is under way (latency, a scripted delay): await it once, where the vendor would count a call as running. */
  answer(request: VendorRequest, hold: () => Promise<void>): Promise<VendorAnswer> | VendorAnswer;
  /** The same answer with only `keep` of its items, for the fault `cut-page`; answers that are no page stay as they are. */
  cutPage(answer: VendorAnswer, keep: number): VendorAnswer;
  /** The answer with a page that comes again, for the fault `repeat-page`. */
  repeatPage(request: VendorRequest, hold: () => Promise<void>): Promise<VendorAnswer>;
  /** The page that stands for the vendor's UI: neither journaled nor struck by faults. Null where the request is for something else. */
  console?: ((request: VendorRequest) => VendorAnswer | null) | undefined;
}

export interface VendorServer {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  readonly journal: Journal;
  readonly faults: Faults;
  /** Of calls that are under way, too: the one way to hold them until something else has happened. */
  setLatency(ms: number): void;
  close(): Promise<void>;
}

export interface VendorServerOptions {
  readonly name: VendorName;
  /** Default: a free one. */
  port?: number;
  latencyMs?: number;
  /** How the time of slow answers goes by; default: it is waited for. */
  pass?: (ms: number) => Promise<void>;
}

type NewVendor = (server: { url: string; journal: Journal; setLatency: (ms: number) => void }) => Vendor;

export async function startVendorServer(
  newVendor: NewVendor,
  options: VendorServerOptions,
): Promise<VendorServer> {
  const kept = await keeperOf(options.name);
  const journal = new Journal();
  const faults = new Faults();
  const latency = new Latency(options.latencyMs ?? 0, options.pass ?? null);
  const setLatency = (ms: number): void => latency.set(ms);
  // Longer than any client's idle pool: a socket that the server closes first is a lost request in a test.
  const server = createServer({ keepAliveTimeout: 65_000 });
  await listen(server, options.port ?? 0);
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const vendor = newVendor({ url, journal, setLatency });
  const controlPlane = new ControlPlane(vendor, journal, faults);

  server.on('request', (incoming, response) => {
    serve(incoming, response).catch((error: unknown) => {
      // The client went away in the middle of its request: nothing was asked.
      if (!incoming.complete) return;
      // A defect of the simulator must be seen as one, and not as something that the vendor does.
      const text = `simulator defect: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
      process.stderr.write(`${text}\n`);
      if (!response.headersSent) response.writeHead(599, { 'content-type': 'text/plain' });
      response.end(text);
    });
  });

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const at = Date.now();
    const request = await read(incoming, url);
    const page = vendor.console?.(request) ?? null;
    if (page !== null) {
      send(response, page);
      return;
    }
    if (isControlPath(request.path)) {
      const { status, body } = controlPlane.answer(request);
      send(response, { status, body });
      return;
    }
    const fault = faults.take(request);
    const answer = await ask(request, fault);
    const text = answer === null ? '' : textOf(answer);
    const record = {
      at,
      ...request,
      status: answer === null || fault?.kind === 'lose-answer' ? 0 : answer.status,
      rawAnswer: text,
      ms: Date.now() - at,
      flags: answer?.flags ?? [],
      fault: fault?.kind ?? null,
    };
    journal.record(record);
    kept?.keep(record);
    if (answer === null || fault?.kind === 'lose-answer') incoming.socket.destroy();
    else send(response, answer, text);
  }

  async function ask(request: VendorRequest, fault: Fault | null): Promise<VendorAnswer | null> {
    if (fault?.kind === 'lose-request') return null;
    const hold = (): Promise<void> => latency.wait(fault?.kind === 'delay' ? fault.ms : 0);
    if (fault?.kind === 'answer') {
      if (fault.done !== true) {
        await hold();
        return fault;
      }
      const done = await vendor.answer(request, hold);
      return { ...fault, flags: [`done ${textOf(done)}`] };
    }
    if (fault?.kind === 'repeat-page') return vendor.repeatPage(request, hold);
    const answer = await vendor.answer(request, hold);
    return fault?.kind === 'cut-page' ? vendor.cutPage(answer, fault.keep) : answer;
  }

  return {
    url,
    journal,
    faults,
    setLatency,
    close: () =>
      new Promise((resolve) => {
        kept?.flush();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve());
  });
}

async function read(incoming: IncomingMessage, base: string): Promise<VendorRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers))
    headers[name] = Array.isArray(value) ? value.join(', ') : (value ?? '');
  const path = incoming.url ?? '/';
  return {
    method: (incoming.method ?? 'GET').toUpperCase(),
    path,
    url: new URL(path, base),
    headers,
    rawBody: Buffer.concat(chunks).toString('utf8'),
  };
}

function textOf({ body }: VendorAnswer): string {
  if (body === undefined) return '';
  return typeof body === 'string' ? body : JSON.stringify(body);
}

function send(response: ServerResponse, answer: VendorAnswer, text = textOf(answer)): void {
  const json = typeof answer.body !== 'string';
  const type = answer.contentType ?? (json ? 'application/json; charset=utf-8' : 'text/html; charset=utf-8');
  const bytes = Buffer.from(text, 'utf8');
  response.writeHead(answer.status, {
    ...(bytes.length > 0 ? { 'content-type': type } : {}),
    'content-length': bytes.length,
    ...answer.headers,
  });
  response.end(bytes);
}
