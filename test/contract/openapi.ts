/**
 * A vendor's Swagger 2.0 document as a judge of answers and of what is asked. The vendors' documents are not part
 * of this repository: they are read from beside it where they are present.
 */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';

export interface Schema {
  $ref?: string;
  type?: string;
  format?: string;
  enum?: unknown[];
  required?: string[];
  properties?: Record<string, Schema>;
  additionalProperties?: unknown;
  items?: Schema;
}

interface Operation {
  parameters?: Array<{ in: string; name?: string; required?: boolean; schema?: Schema }>;
  responses?: Record<string, { schema?: Schema }>;
}

interface SwaggerDocument {
  paths: Record<string, Record<string, Operation>>;
  definitions: Record<string, Schema>;
}

export interface OpenApiOptions {
  /** A property that may be null, by its name: Swagger 2.0 cannot say it. Default: none may. */
  readonly nullable?: (property: string) => boolean;
  /** Whether an answer without a schema must have no body. */
  readonly emptyIsEmpty?: boolean;
  /** Formats that the vendor's values do not keep to, by name, as a pattern. */
  readonly formats?: Readonly<Record<string, RegExp>>;
}

export interface OpenApi {
  /** What is wrong with the answer, in sentences; empty where nothing is. Unknown properties are wrong, and so is an operation that the document does not have. */
  answerFaults(method: string, path: string, status: number, body: unknown): string[];
  /** The same of a request's body. */
  requestFaults(method: string, path: string, body: unknown): string[];
  /** What is wrong with a body that should be of this definition. */
  definitionFaults(definition: string, body: unknown): string[];
  /** The operation's query parameters; undefined where the document does not have it. */
  queryParameters(method: string, path: string): string[] | undefined;
  /** The headers that the operation requires, in lower case. */
  requiredHeaders(method: string, path: string): string[];
  hasOperation(method: string, path: string): boolean;
  /** As the document writes it: `GET /V1.0/Companies/{id}`; undefined where it does not have it. */
  operationName(method: string, path: string): string | undefined;
  documentsStatus(method: string, path: string, status: number): boolean;
  /** Of what went well; undefined where the document tells none. */
  answerSchema(method: string, path: string): Schema | undefined;
  readonly definitions: Readonly<Record<string, Schema>>;
  /** As it was given. */
  readonly nullable: (property: string) => boolean;
  /** The names of a definition's properties. */
  properties(definition: string): string[];
}

/** Null where it is not present. `file` is relative to the project's root. */
export function readOpenApi(file: string, options: OpenApiOptions = {}): OpenApi | null {
  const whole = resolve(process.cwd(), file);
  if (!existsSync(whole)) return null;
  return openApi(JSON.parse(readFileSync(whole, 'utf8')) as SwaggerDocument, options);
}

function openApi({ paths, definitions }: SwaggerDocument, options: OpenApiOptions): OpenApi {
  const ajv = new Ajv({ allErrors: true, strict: false, verbose: true });
  addFormats.default(ajv);
  for (const [name, pattern] of Object.entries(options.formats ?? {})) ajv.addFormat(name, pattern);
  for (const [name, schema] of Object.entries(definitions))
    ajv.addSchema(closed(schema, options), schemaId(name));
  // An extract may name what it does not hold: nothing passes for that.
  for (const name of unheld(definitions)) ajv.addSchema({ not: {} }, schemaId(name));
  const compiled = new Map<Schema, ValidateFunction>();

  const faults = (schema: Schema, body: unknown): string[] => {
    const validate = compiled.get(schema) ?? ajv.compile(closed(schema, options));
    compiled.set(schema, validate);
    return validate(body) ? [] : sentences(validate.errors ?? []);
  };
  const known = Object.keys(paths)
    // A path that is written out wins over one with a parameter.
    .sort((one, other) => one.split('{').length - other.split('{').length)
    .map((path) => ({ path, pattern: patternOf(path), operations: paths[path]! }));
  const at = (path: string) => {
    const bare = path.replace(/\?.*$/u, '');
    return known.find(({ pattern }) => pattern.test(bare));
  };
  const operation = (method: string, path: string): Operation | undefined =>
    at(path)?.operations[method.toLowerCase()];

  return {
    definitionFaults: (definition, body) => faults({ $ref: `#/definitions/${definition}` }, body),
    queryParameters: (method, path) =>
      operation(method, path)
        ?.parameters?.filter((each) => each.in === 'query')
        .map((each) => each.name ?? ''),
    requiredHeaders: (method, path) =>
      (operation(method, path)?.parameters ?? []).flatMap((each) =>
        each.in === 'header' && each.required === true ? [(each.name ?? '').toLowerCase()] : [],
      ),
    answerSchema: (method, path) => operation(method, path)?.responses?.[200]?.schema,
    definitions,
    nullable: options.nullable ?? (() => false),
    hasOperation: (method, path) => operation(method, path) !== undefined,
    operationName: (method, path) =>
      operation(method, path) === undefined ? undefined : `${method} ${at(path)?.path}`,
    documentsStatus: (method, path, status) => operation(method, path)?.responses?.[status] !== undefined,
    properties: (definition) => Object.keys(definitions[definition]?.properties ?? {}),
    answerFaults(method, path, status, body) {
      const found = operation(method, path);
      if (!found) return [`the document has no ${method} ${path}`];
      const answer = found.responses?.[status];
      if (!answer) return [`${method} ${path} documents no answer ${status}`];
      if (answer.schema) return faults(answer.schema, body);
      return options.emptyIsEmpty && body !== null
        ? [`${method} ${path} answers ${status} without a body`]
        : [];
    },
    requestFaults(method, path, body) {
      const found = operation(method, path);
      if (!found) return [`the document has no ${method} ${path}`];
      const schema = found.parameters?.find((each) => each.in === 'body')?.schema;
      if (schema) return faults(schema, body);
      return body === undefined || body === null ? [] : [`${method} ${path} takes no body`];
    },
  };
}

function unheld(definitions: SwaggerDocument['definitions']): string[] {
  const named = JSON.stringify(definitions).matchAll(/"\$ref":"#\/definitions\/([^"]+)"/gu);
  const names = new Set([...named].map(([, name = '']) => decodeURIComponent(name)));
  return [...names].filter((name) => definitions[name] === undefined);
}

const schemaId = (name: string): string => `openapi:${encodeURIComponent(name)}`;

/** Paths ignore case. */
function patternOf(path: string): RegExp {
  const parts = path.split(/\{[^}]+\}/u).map((part) => part.replace(/[.*+?^$()|[\]\\]/gu, '\\$&'));
  return new RegExp(`^${parts.join('[^/]+')}$`, 'iu');
}

/** Without the noise of "or null", unless there is nothing else. */
function sentences(errors: readonly ErrorObject[]): string[] {
  const telling = errors.filter(({ keyword, params }) => keyword !== 'anyOf' && params.type !== 'null');
  return (telling.length > 0 ? telling : errors).map(sentence);
}

function sentence({ instancePath, message, params, data }: ErrorObject): string {
  const where = instancePath || '/';
  if (typeof params.additionalProperty === 'string')
    return `${where} has the unknown property ${params.additionalProperty}`;
  const value = JSON.stringify(data) ?? 'undefined';
  return `${where} ${message}: ${value.length > 80 ? `${value.slice(0, 80)}…` : value}`;
}

/** As JSON Schema: an object knows its properties and no others, and null is where it may be. */
function closed(schema: Schema, options: OpenApiOptions): object {
  const { $ref, type, properties = {}, items } = schema;
  if ($ref !== undefined) return { $ref: schemaId(decodeURIComponent($ref.slice('#/definitions/'.length))) };
  const inner = Object.entries(properties);
  // An object without properties stands where the document does not tell: an itemId is one, and is a number.
  if (type === 'object' && inner.length === 0) return {};
  const orNull = (name: string, each: object): object =>
    options.nullable?.(name) ? { anyOf: [{ type: 'null' }, each] } : each;
  return {
    ...(type === undefined ? {} : { type }),
    ...(schema.format === undefined ? {} : { format: schema.format }),
    ...(schema.enum === undefined ? {} : { enum: schema.enum }),
    ...(schema.required === undefined ? {} : { required: schema.required }),
    ...(items === undefined ? {} : { items: closed(items, options) }),
    ...(inner.length === 0
      ? {}
      : {
          properties: Object.fromEntries(
            inner.map(([name, each]) => [name, orNull(name, closed(each, options))]),
          ),
          additionalProperties: schema.additionalProperties ?? false,
        }),
  };
}
