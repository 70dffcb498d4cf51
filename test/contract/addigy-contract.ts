/** Addigy's specification as a judge of journaled calls. It is Swagger 2.0, whose definitions are JSON Schema but for what is said below. */
import { Ajv, type ValidateFunction } from 'ajv';
import type { JournalEntry } from '../simulators/journal.ts';

type Json = Record<string, unknown>;

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'body';
  readonly required?: boolean;
  readonly schema?: Json;
}

interface Operation {
  readonly parameters?: readonly Parameter[];
  readonly responses: Readonly<Record<string, { readonly schema?: Json }>>;
}

interface Specification {
  readonly basePath: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly definitions: Readonly<Record<string, Json>>;
}

export interface AddigyContract {
  /** Sentences; none where the request is as specified. */
  faultsOfRequest(entry: JournalEntry): string[];
  faultsOfAnswer(entry: JournalEntry): string[];
}

/** Swagger 2.0 cannot say "or null". These are null on the wire, as clients found. */
const nullable: ReadonlyArray<readonly [definition: string, property: string]> = [
  ['device_entities.DeviceAuditResponse', 'items'],
  ['Policy', 'parent'],
  ['Policy', 'autotask_account_id'],
];
/** The preface declares these for every `/oa/` path; the operations do not. */
const prefaced = ['multitenancy', 'child-organizations'];
/** Documented for the whole API outside the specification, with its error body. */
const refusals = [401, 403, 429];

export function readAddigyContract(document: unknown): AddigyContract {
  const { basePath, paths, definitions } = strict(document) as Specification;
  for (const [definition, property] of nullable) {
    const properties = definitions[definition]?.properties as Record<string, Json>;
    properties[property] = { anyOf: [{ type: 'null' }, properties[property]] };
  }
  const ajv = new Ajv({ strict: false, allErrors: true });
  ajv.addSchema({ $id: 'addigy', definitions });

  const templates = Object.entries(paths).map(([template, operations]) => ({
    template,
    operations,
    pattern: new RegExp(`^${basePath}${template.replaceAll(/\{[^}]+\}/gu, '[^/]+')}$`, 'u'),
  }));
  const compiled = new Map<string, ValidateFunction>();
  const faultsOf = (schema: Json, value: unknown, what: string): string[] => {
    const absolute = JSON.parse(
      JSON.stringify(schema).replaceAll('"#/definitions/', '"addigy#/definitions/'),
    ) as Json;
    const key = JSON.stringify(absolute);
    const validate = compiled.get(key) ?? ajv.compile(absolute);
    compiled.set(key, validate);
    if (validate(value)) return [];
    return (validate.errors ?? []).map(
      (error) => `${what}${error.instancePath} ${error.message ?? ''} ${JSON.stringify(error.params)}`,
    );
  };
  const operationOf = (entry: JournalEntry): Operation | undefined => {
    const path = entry.path.split('?')[0]!;
    // The most specific template: the one with the fewest placeholders.
    const fitting = templates.filter(({ pattern }) => pattern.test(path));
    fitting.sort((one, other) => one.template.split('{').length - other.template.split('{').length);
    return fitting[0]?.operations[entry.method.toLowerCase()];
  };

  return {
    faultsOfRequest(entry) {
      const operation = operationOf(entry);
      if (operation === undefined) return [`${entry.method} ${entry.path} is not in the specification`];
      const faults: string[] = [];
      if (!entry.headers['x-api-key']) faults.push('no x-api-key');
      const parameters = operation.parameters ?? [];
      const known = parameters.filter((one) => one.in === 'query').map((one) => one.name);
      if (entry.path.startsWith(`${basePath}/oa/`)) known.push(...prefaced);
      for (const name of new URL(entry.path, 'http://addigy').searchParams.keys()) {
        if (!known.includes(name)) faults.push(`undeclared query parameter ${name}`);
      }
      const body = parameters.find((one) => one.in === 'body');
      if (body?.schema === undefined) {
        if (entry.body !== null) faults.push('a body where none is declared');
      } else {
        faults.push(...faultsOf(body.schema, entry.body, 'request'));
      }
      return faults;
    },

    faultsOfAnswer(entry) {
      const operation = operationOf(entry);
      if (operation === undefined) return [`${entry.method} ${entry.path} is not in the specification`];
      if (refusals.includes(entry.status)) return faultsOf(errorResponse, entry.answer, `${entry.status}`);
      const response = operation.responses[String(entry.status)];
      if (response === undefined) {
        // 500 is documented for the API as a whole.
        return entry.status === 500
          ? faultsOf(errorResponse, entry.answer, '500')
          : [`${entry.method} ${entry.path} does not answer ${entry.status}`];
      }
      if (response.schema === undefined)
        return entry.answer === null ? [] : ['a body where none is declared'];
      return faultsOf(response.schema, entry.answer, `${entry.status}`);
    },
  };
}

const errorResponse: Json = { $ref: '#/definitions/response_entities.ErrorResponse' };

/** A copy in which no object may have a property that is not declared: the specification leaves them open by silence. */
function strict(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(strict);
  if (typeof value !== 'object' || value === null) return value;
  const copy: Json = Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, strict(inner)]));
  const isObjectSchema = copy.type === 'object' && typeof copy.properties === 'object';
  if (isObjectSchema && !('additionalProperties' in copy)) copy.additionalProperties = false;
  return copy;
}
