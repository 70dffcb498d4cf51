/**
 * A real HTTP server with scripted answers, each held to docs/openapi.yaml as it is given, and each request as it
 * comes: the command line and the API cannot drift apart.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { answerFaults, at, document, faults } from '../../lambda/openapi.ts';

export interface ScriptedAnswer {
  readonly status?: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Not of this API: a gateway, or another service altogether. */
  readonly isForeign?: boolean;
  /** Never answers. */
  readonly isSilent?: boolean;
}

export interface ScriptedApi {
  readonly url: string;
  /** By `GET /connections/acme`, without query. The last one of several is given again and again. */
  script(answers: Readonly<Record<string, ScriptedAnswer | readonly ScriptedAnswer[]>>): void;
  /** `PUT /connections/acme?x=y`, with the body and the preconditions, in order. */
  readonly requests: Array<{ what: string; body: unknown; headers: NodeJS.Dict<string | string[]> }>;
  close(): Promise<void>;
}

export const key = 'aak_CANARYCANARYCANARYCANARYCANARYCANARYCANARYC';

const routes = Object.entries(document.paths).map(
  ([path, operations]) =>
    [new RegExp(`^${path.replace(/\{\w+\}/gu, '[^/]+')}$`, 'u'), path, operations] as const,
);

export async function startScriptedApi(): Promise<ScriptedApi> {
  let scripted = new Map<string, ScriptedAnswer[]>();
  const requests: ScriptedApi['requests'] = [];
  const faultsFound: string[] = [];
  const server = createServer(async (request, response) => {
    const [pathname = ''] = (request.url ?? '').split('?');
    const what = `${request.method} ${pathname}`;
    const raw = await text(request);
    const body: unknown = raw === '' ? undefined : JSON.parse(raw);
    requests.push({ what: `${request.method} ${request.url}`, body, headers: request.headers });
    const answers = scripted.get(what) ?? [{ status: 404, body: { message: 'Not Found' }, isForeign: true }];
    const answer = (answers.length > 1 ? answers.shift() : answers[0])!;
    if (answer.isSilent) return;
    const status = answer.status ?? 200;
    const type =
      status >= 400 && (answer.body as { code?: string })?.code !== undefined
        ? 'application/problem+json'
        : 'application/json';
    if (!answer.isForeign)
      faultsFound.push(...faultsOf(request.method ?? '', pathname, body, status, type, answer.body));
    response.writeHead(status, { 'content-type': type, ...answer.headers });
    response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body ?? null));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    script: (answers) => {
      if (faultsFound.length > 0) throw new Error(faultsFound.splice(0).join('\n'));
      requests.length = 0;
      scripted = new Map(
        Object.entries(answers).map(([what, given]) => [what, Array.isArray(given) ? [...given] : [given]]),
      );
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      if (faultsFound.length > 0) throw new Error(faultsFound.join('\n'));
    },
  };
}

function faultsOf(
  method: string,
  pathname: string,
  asked: unknown,
  status: number,
  type: string,
  body: unknown,
): string[] {
  const [, path] = routes.find(([pattern]) => pattern.test(pathname)) ?? [];
  const operation = path === undefined ? undefined : document.paths[path]?.[method.toLowerCase()];
  if (path === undefined || operation === undefined) return [`${method} ${pathname} is no route`];
  const pointer = `#/paths/${path.replaceAll('/', '~1')}/${method.toLowerCase()}/requestBody/content/application~1json/schema`;
  // A request that is answered 400 is meant to be wrong.
  const wrong = asked === undefined || status === 400 ? '' : faults(pointer, asked);
  const answered = answerFaults(`${method} ${path}`, status, type, body);
  return [wrong, answered]
    .filter((fault) => fault !== '')
    .map((fault) => `${method} ${pathname} ${status}: ${fault}`);
}

const example = <Value>(name: string): Value =>
  structuredClone(at(`#/components/examples/${name}/value`)) as Value;
export type Example = Record<string, unknown>;
export const connection = (changes: Example = {}): Example => ({
  ...example<Example>('connection'),
  ...changes,
});
export const run = (changes: Example = {}): Example => ({ ...example<Example>('run'), ...changes });
export const waitingUser = (changes: Example = {}): Example => ({
  ...example<Example>('waitingUser'),
  ...changes,
});
export const summary = (changes: Example = {}): Example => {
  const { notes, changes: lines, held, next, ...rest } = run();
  return { ...rest, ...changes };
};
export const problem = (status: number, code: string, extras: Example = {}): ScriptedAnswer => ({
  status,
  body: {
    type: `urn:addigy-autotask:problem:${code}`,
    title: 'In short',
    status,
    code,
    detail: 'What it is about.',
    ...extras,
  },
});
