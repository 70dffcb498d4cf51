import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type * as z from 'zod';
import type { RequestContext } from './conditions.ts';
import { readBody } from './loopback.ts';
import type { SecretPolicy } from './policy-shapes.ts';
import { ServiceEndpoint } from './service-endpoint.ts';

/** An error as AWS's JSON protocols tell it. */
export class AwsError extends Error {
  override readonly name = 'AwsError';
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/** What IAM looks at beside who asks for what. */
export interface Circumstances {
  readonly context?: RequestContext;
  /** Of the resource itself, where it has one. */
  readonly resourcePolicy?: SecretPolicy | null;
}

/** Throws AccessDeniedException unless whoever signs with this access key may do that. */
export type Authorize = (
  accessKeyId: string,
  action: string,
  resource: string,
  circumstances?: Circumstances,
) => void;

/** The same for whoever makes the request that is being answered. */
export type May = (action: string, resource: string, circumstances?: Circumstances) => void;

export interface AwsOperation<Schema extends z.ZodType> {
  /** Strict: a parameter that the emulator would drop is refused. */
  readonly input: Schema;
  /** The ARNs that IAM is asked about. */
  resources(input: z.output<Schema>): readonly string[];
  circumstances?(input: z.output<Schema>): Circumstances;
  /** `may` asks for what the service does elsewhere in the caller's name. */
  run(input: z.output<Schema>, may: May): unknown;
}

interface AnyOperation {
  readonly input: z.ZodType;
  resources(input: unknown): readonly string[];
  circumstances?(input: unknown): Circumstances;
  run(input: unknown, may: May): unknown;
}

/** Keeps the type of an operation's input between its parts. */
export const operation = <Schema extends z.ZodType>(parts: AwsOperation<Schema>): AnyOperation =>
  parts as AnyOperation;

export interface AwsEndpointOptions {
  /** What stands before the dot in `x-amz-target`. */
  readonly target: string;
  /** IAM's name of the service. */
  readonly service: string;
  readonly operations: Readonly<Record<string, AnyOperation>>;
  readonly authorize: Authorize;
}

/** One AWS service on loopback, in the JSON 1.1 protocol: the operations that it is given, and no other. */
export class AwsEndpoint extends ServiceEndpoint {
  readonly #options: AwsEndpointOptions;

  constructor(options: AwsEndpointOptions) {
    super();
    this.#options = options;
  }

  /** The names of those that it knows. */
  get operations(): readonly string[] {
    return Object.keys(this.#options.operations);
  }

  protected override async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [target, name = ''] = String(request.headers['x-amz-target'] ?? '').split('.');
    const body = (await readBody(request)).toString('utf8');
    const fault = this.faults.take(name);
    if (fault?.kind === 'lose-request') return void response.destroy();
    try {
      if (fault?.kind === 'error') throw new AwsError(fault.code, fault.message, fault.status);
      const operation = target === this.#options.target ? this.#options.operations[name] : undefined;
      if (operation === undefined) {
        throw new AwsError(
          'UnknownOperationException',
          `the local host does not know ${String(request.headers['x-amz-target'])}`,
        );
      }
      const input = readInput(
        operation.input,
        body === '' ? {} : JSON.parse(body),
        name,
        'ValidationException',
      );
      const may: May = (...asked) => this.#options.authorize(accessKeyOf(request), ...asked);
      const circumstances = operation.circumstances?.(input) ?? {};
      for (const resource of operation.resources(input))
        may(`${this.#options.service}:${name}`, resource, circumstances);
      const output = await operation.run(input, may);
      if (fault?.kind === 'lose-answer') return void response.destroy();
      send(response, 200, output ?? {});
    } catch (error) {
      const known =
        error instanceof AwsError ? error : new AwsError('InternalServiceError', String(error), 500);
      // Some models spell the member one way, some the other; the SDK reads what its model has.
      send(response, known.status, { __type: known.code, message: known.message, Message: known.message });
    }
  }
}

/** What an operation of this name is given. @throws AwsError, of AWS's code for it, with every fault that it has */
export function readInput(schema: z.ZodType, given: unknown, name: string, code: string): unknown {
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new AwsError(code, `${name}: ${faults.join('; ')}`);
}

/** The access key that a request is signed with; signatures themselves are not checked on loopback. */
export function accessKeyOf(request: IncomingMessage): string {
  return /Credential=([^/]+)\//u.exec(String(request.headers.authorization ?? ''))?.[1] ?? '';
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, {
    'content-type': 'application/x-amz-json-1.1',
    'x-amzn-requestid': randomUUID(),
  });
  response.end(JSON.stringify(body));
}
