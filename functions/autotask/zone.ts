/** Which Autotask host a database lives on. Asked without credentials: the secret goes nowhere before its host is known. */
import { createTransport } from '#http/fetch-transport';
import type { Timing } from '#http/timing';
import { NoAnswerError, type WatchAttempt } from '#http/transport';
import { AutotaskError } from './errors.ts';
import { judgeAnswer, readAnswer } from './read-answer.ts';

export interface Zone {
  readonly name: string;
  /** Ends in `/ATServicesRest/`. */
  readonly url: string;
  /** The user interface; '' where Autotask does not tell. */
  readonly webUrl: string;
}

export interface ZoneOptions {
  /** Where zones are asked for, e.g. `https://webservices.autotask.net`. */
  readonly baseUrl: string;
  readonly timeoutMs?: number;
  readonly watch?: WatchAttempt;
  readonly random: () => number;
  readonly now: () => number;
  readonly timing?: Timing;
}

/** Autotask delays answers by a second when its hourly allowance is half used; queries may take longer. */
export const defaultTimeoutMs = 60_000;

/** Rejects with an `AutotaskError`: `unknown-user`, `untrusted-zone`, or as any read does. `onRequest` is called for each request sent. */
export async function discoverZone(
  options: ZoneOptions,
  username: string,
  signal: AbortSignal,
  onRequest: () => void = () => {},
): Promise<Zone> {
  const transport = createTransport({
    laneOf: () => ({ concurrency: 1 }),
    timeoutMs: options.timeoutMs ?? defaultTimeoutMs,
    retries: 2,
    judge: judgeAnswer,
    secrets: [username],
    beforeAttempt: onRequest,
    random: options.random,
    now: options.now,
    ...(options.watch === undefined ? {} : { watch: options.watch }),
    ...(options.timing === undefined ? {} : { timing: options.timing }),
  });
  const call = { name: 'GET zoneInformation', purpose: 'read', secrets: [username] } as const;
  const base = restUrl(options.baseUrl);
  if (base === null) throw new AutotaskError('untrusted-zone', 'the address of Autotask is not a URL');
  const url = `${base.href}V1.0/zoneInformation?user=${encodeURIComponent(username)}`;
  const answer = await transport
    .send({ method: 'GET', url, headers: {}, lane: 'zoneInformation', idempotent: true, signal })
    .catch((error: unknown) => {
      if (!(error instanceof NoAnswerError)) throw error;
      throw new AutotaskError(error.why === 'stopped' ? 'stopped' : 'no-answer', error.message);
    });
  // No credentials were sent, so none can have been refused.
  if (answer.status === 401) {
    throw new AutotaskError('unreadable', 'Autotask asks for credentials before it tells the zone', {
      status: 401,
    });
  }
  const body = readAnswer(answer, call);
  const zone = typeof body.url === 'string' ? restUrl(body.url) : null;
  if (zone === null) throw new AutotaskError('unreadable', 'Autotask told no address of a zone');
  if (!isTrusted(zone, base)) {
    throw new AutotaskError(
      'untrusted-zone',
      `the zone's address, ${zone.origin}, is not one of Autotask's: nothing was sent there`,
    );
  }
  return { name: text(body.zoneName), url: zone.href, webUrl: text(body.webUrl) };
}

/**
 * The address of the REST API with its slash, however it was written: zones are reported with and
 * without the slash, the path in any case. Null where it is not an http address.
 */
export function restUrl(address: string): URL | null {
  if (!URL.canParse(address)) return null;
  const url = new URL(address);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return null;
  const path = url.pathname
    .replace(/\/+$/u, '')
    .replace(/\/v1\.0$/iu, '')
    .replace(/\/atservicesrest$/iu, '');
  url.pathname = `${path}/ATServicesRest/`;
  url.search = '';
  url.hash = '';
  return url;
}

/** The number of zones grows, so hosts are not listed; but the secret goes to Autotask's domain alone. */
function isTrusted(zone: URL, base: URL): boolean {
  if (zone.username !== '' || zone.password !== '') return false;
  if (zone.origin === base.origin) return true;
  if (isLoopback(zone.hostname) && isLoopback(base.hostname)) return true;
  return zone.protocol === 'https:' && zone.port === '' && zone.hostname.endsWith('.autotask.net');
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/u.test(hostname);
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
