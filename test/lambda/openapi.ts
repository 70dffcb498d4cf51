/** docs/openapi.yaml, as something that answers can be held to. */
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';

export interface Media {
  readonly schema: unknown;
  readonly examples?: Readonly<Record<string, { readonly value?: unknown; readonly $ref?: string }>>;
}
interface Answer {
  readonly $ref?: string;
  readonly content?: Readonly<Record<string, Media>>;
}
interface OperationObject {
  readonly requestBody?: { readonly content: Readonly<Record<string, Media>> };
  readonly responses: Readonly<Record<string, Answer>>;
}

export const document = parse(readFileSync('docs/openapi.yaml', 'utf8')) as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, OperationObject>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Record<string, unknown>>> };
};

const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats.default(ajv);
ajv.addSchema({ ...document, $id: 'openapi' });

export const at = (pointer: string): unknown =>
  pointer
    .replace(/^#\//u, '')
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>((value, part) => (value as Record<string, unknown>)[part], document);

const escaped = (part: string): string => part.replaceAll('~', '~0').replaceAll('/', '~1');

/** What is wrong with a value under the schema at this pointer; '' where nothing is. */
export function faults(pointer: string, value: unknown): string {
  const validate = ajv.getSchema(`openapi${pointer}`);
  if (validate === undefined) throw new Error(`no schema at ${pointer}`);
  return validate(value) ? '' : ajv.errorsText(validate.errors);
}

export const routeKeys: readonly string[] = Object.entries(document.paths).flatMap(([path, operations]) =>
  Object.keys(operations)
    .filter((method) => ['get', 'put', 'post', 'delete'].includes(method))
    .map((method) => `${method.toUpperCase()} ${path}`),
);

/** What is wrong with an answer of this route; '' where it is one that the document promises. */
export function answerFaults(
  routeKey: string,
  status: number,
  type: string | undefined,
  body: unknown,
): string {
  const [method = '', path = ''] = routeKey.split(' ');
  const base = `#/paths/${escaped(path)}/${method.toLowerCase()}/responses/${status}`;
  const answer = document.paths[path]?.[method.toLowerCase()]?.responses[status];
  if (answer === undefined) return `${routeKey} promises no ${status}`;
  const pointer = answer.$ref ?? base;
  const { content } = at(pointer) as Answer;
  if (content === undefined) return body === undefined ? '' : `${routeKey} ${status} has no body`;
  if (type === undefined || !(type in content)) return `${routeKey} ${status} is not ${type}`;
  return faults(`${pointer}/content/${escaped(type)}/schema`, body);
}

/** The operation that a path, without its query, belongs to; undefined where there is none. */
export function routeKeyOf(method: string, path: string): string | undefined {
  const parts = path.split('/');
  return routeKeys.find((key) => {
    const [routeMethod, template = ''] = key.split(' ');
    const wanted = template.split('/');
    return (
      routeMethod === method &&
      wanted.length === parts.length &&
      wanted.every((part, at) => (part.startsWith('{') ? parts[at] !== '' : part === parts[at]))
    );
  });
}

/** What is wrong with a request's body under the schema of this route; '' where nothing is. */
export function requestFaults(routeKey: string, body: unknown): string {
  const [method = '', path = ''] = routeKey.split(' ');
  const operation = document.paths[path]?.[method.toLowerCase()];
  if (operation?.requestBody === undefined) return '';
  const base = `#/paths/${escaped(path)}/${method.toLowerCase()}/requestBody/content`;
  return faults(`${base}/application~1json/schema`, body);
}

/** Every example with the pointer of the schema that it must obey. */
export function examples(): ReadonlyArray<{
  readonly where: string;
  readonly schema: string;
  readonly value: unknown;
}> {
  const found: Array<{ where: string; schema: string; value: unknown }> = [];
  const walk = (value: unknown, pointer: string): void => {
    if (typeof value !== 'object' || value === null) return;
    if ('schema' in value && 'examples' in value) {
      for (const [name, example] of Object.entries((value as Media).examples ?? {})) {
        const shown = example.$ref === undefined ? example : (at(example.$ref) as { value: unknown });
        found.push({ where: `${pointer}/${name}`, schema: `${pointer}/schema`, value: shown.value });
      }
    }
    for (const [key, inner] of Object.entries(value)) walk(inner, `${pointer}/${escaped(key)}`);
  };
  walk(document, '#');
  return found;
}
