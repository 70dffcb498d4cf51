/**
 * Imported, it holds whatever this process asks of the HTTP API, and hears, to docs/openapi.yaml: a fault rejects the
 * call. Which operation was answered with which status is kept in `.local/operations`, for `npm test` to tell.
 */
import { appendFileSync, mkdirSync } from 'node:fs';
import { answerFaults, requestFaults, routeKeyOf } from '../lambda/openapi.ts';
import { operationsFolder } from './tell-operations.ts';

const seen = new Set<string>();

function keep(line: string): void {
  if (seen.has(line)) return;
  seen.add(line);
  mkdirSync(operationsFolder, { recursive: true });
  appendFileSync(`${operationsFolder}/${process.pid}`, `${line}\n`);
}

const parsed = (text: string): unknown => (text === '' ? undefined : JSON.parse(text));
const unwatched = globalThis.fetch;

globalThis.fetch = async (input, init) => {
  const response = await unwatched(input, init);
  const authorization = new Headers(init?.headers).get('authorization') ?? '';
  const { pathname } = new URL(String(input));
  if (!authorization.startsWith('Bearer aak_') || !pathname.startsWith('/connections')) return response;
  const method = init?.method ?? 'GET';
  const key = routeKeyOf(method, decodeURIComponent(pathname));
  if (key === undefined) throw new Error(`${method} ${pathname} is not in docs/openapi.yaml`);
  const { status } = response;
  const text = await response.clone().text();
  const type = response.headers.get('content-type') ?? undefined;
  const sent = typeof init?.body === 'string' ? init.body : '';
  const fault = [
    answerFaults(key, status, type, parsed(text)),
    // What is refused may be as wrong as it was meant to be.
    status < 300 && sent !== '' ? requestFaults(key, parsed(sent)) : '',
  ].filter((one) => one !== '');
  keep(fault.length === 0 ? `${key} ${status}` : `FAULT ${key} ${status}: ${fault.join('; ')}`);
  if (fault.length > 0)
    throw new Error(`${key} ${status} is not as docs/openapi.yaml says: ${fault.join('; ')}`);
  return response;
};
