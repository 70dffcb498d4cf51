import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import * as z from 'zod';
import { AwsError, readInput } from '../local/aws-endpoint.ts';
import { readBody } from '../local/loopback.ts';
import { ServiceEndpoint } from '../local/service-endpoint.ts';
import { readForm } from './query-form.ts';
import { toXml } from './to-xml.ts';

interface QueryOperation {
  /** Strict: a parameter that the emulator would drop is refused. */
  readonly input: z.ZodType;
  run(input: unknown): unknown;
}

/** Keeps the type of an operation's input between its parts. `input` names the parameters that are known. */
export const queryOperation = <Shape extends z.ZodRawShape>(
  input: Shape,
  run: (input: z.output<z.ZodObject<Shape, z.core.$strict>>) => unknown,
): QueryOperation => ({ input: z.strictObject(input), run: run as QueryOperation['run'] });

/** A list of the query protocol: without members, it is an empty text. */
export const listOf = <Item extends z.ZodType>(item: Item) =>
  z
    .union([z.literal('').transform((): z.output<Item>[] => []), z.array(item)])
    .default(() => [] as z.output<Item>[]);

export const flag = z.enum(['true', 'false']).transform((text) => text === 'true');

export interface QueryEndpointOptions {
  readonly version: string;
  readonly namespace: string;
  readonly operations: Readonly<Record<string, QueryOperation>>;
}

/** One AWS service on loopback, in the query protocol: the operations that it is given, and no other. */
export class QueryEndpoint extends ServiceEndpoint {
  readonly #options: QueryEndpointOptions;

  constructor(options: QueryEndpointOptions) {
    super();
    this.#options = options;
  }

  /** The names of those that it knows. */
  get operations(): readonly string[] {
    return Object.keys(this.#options.operations);
  }

  protected override async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { Action, Version, ...parameters } = readForm((await readBody(request)).toString('utf8'));
    const name = String(Action);
    const ResponseMetadata = { RequestId: randomUUID() };
    const send = (status: number, root: string, content: unknown): void => {
      response.writeHead(status, { 'content-type': 'text/xml' });
      const xml = toXml(root, content);
      response.end(xml.replace(`<${root}`, `<${root} xmlns="${this.#options.namespace}"`));
    };
    try {
      const operation = Version === this.#options.version ? this.#options.operations[name] : undefined;
      if (operation === undefined)
        throw new AwsError('InvalidAction', `the local AWS does not know ${name} of ${String(Version)}`);
      const input = readInput(operation.input, parameters, name, 'ValidationError');
      const result = await operation.run(input);
      send(200, `${name}Response`, { [`${name}Result`]: result ?? {}, ResponseMetadata });
    } catch (error) {
      const known = error instanceof AwsError ? error : new AwsError('InternalFailure', String(error), 500);
      const Type = known.status < 500 ? 'Sender' : 'Receiver';
      send(known.status, 'ErrorResponse', {
        Error: { Type, Code: known.code, Message: known.message },
        ...ResponseMetadata,
      });
    }
  }
}
