/** Calls to one Autotask database as one API user: headers, lanes, allowance, and the reading of errors. */
import { createTransport } from '#http/fetch-transport';
import type { Timing } from '#http/timing';
import { type HttpRequest, NoAnswerError, type WatchAttempt } from '#http/transport';
import { type AllowanceUse, createAllowance } from './allowance.ts';
import { AutotaskError, type Purpose } from './errors.ts';
import { type JsonObject, judgeAnswer, readAnswer } from './read-answer.ts';
import { refuseWrites } from './refuse-writes.ts';
import { defaultTimeoutMs, restUrl } from './zone.ts';

export interface AutotaskCredentials {
  readonly username: string;
  readonly secret: string;
  readonly trackingIdentifier: string;
}

export interface AutotaskOptions {
  /** As zone discovery told it. */
  readonly zoneUrl: string;
  readonly credentials: AutotaskCredentials;
  /** Nothing but reads leaves the transport: a write throws `ReadOnlyError` before it is sent. */
  readonly readOnly: boolean;
  /** Of the database's hourly allowance, what all integrations use included; 0.5 by default, where Autotask begins to delay answers. */
  readonly budgetShare?: number;
  /** Is told what Autotask says of the allowance, before the first call. */
  readonly allowanceTold?: (use: AllowanceUse) => void;
  /** One attempt's limit. */
  readonly timeoutMs?: number;
  readonly watch?: WatchAttempt;
  readonly random: () => number;
  readonly now: () => number;
  readonly timing?: Timing;
}

export interface AutotaskClient {
  /** `path` without the version, e.g. `ConfigurationItems/7`. */
  get(path: string, signal: AbortSignal): Promise<JsonObject>;
  /** A query: a POST that reads, and may be repeated. */
  ask(path: string, body: unknown, signal: AbortSignal): Promise<JsonObject>;
  /**
   * To the collection's own address: Autotask answers 405 to a PATCH of `/{id}`. Where the signal fires, an
   * attempt under way is waited for and none is begun: `stopped` means that nothing was written.
   */
  write(method: 'POST' | 'PATCH', entity: string, body: unknown, signal: AbortSignal): Promise<JsonObject>;
  /** Requests sent so far, repeated ones included. */
  calls(): number;
}

/** Autotask allows 3 threads per tracking identifier and endpoint; an entity's information shares its bucket. */
const threadsPerEndpoint = 3;
const thresholdPath = 'ThresholdInformation';

/** `counted: false` leaves ThresholdInformation alone, for a single call. */
export function createAutotaskClient(options: AutotaskOptions, counted = true): AutotaskClient {
  const { username, secret, trackingIdentifier } = options.credentials;
  const secrets = [username, secret, trackingIdentifier];
  const base = restUrl(options.zoneUrl);
  if (base === null) throw new TypeError('the address of the zone is not a URL');
  const headers = { ApiIntegrationCode: trackingIdentifier, UserName: username, Secret: secret };
  const allowance = createAllowance(options.budgetShare ?? 0.5);
  let calls = 0;

  const transport = createTransport({
    laneOf: () => ({ concurrency: threadsPerEndpoint }),
    timeoutMs: options.timeoutMs ?? defaultTimeoutMs,
    retries: 3,
    judge: judgeAnswer,
    secrets,
    beforeAttempt: (request) => {
      if (options.readOnly) refuseWrites(request);
      if (counted && request.lane !== thresholdPath) allowance.spend();
      calls += 1;
    },
    random: options.random,
    now: options.now,
    ...(options.watch === undefined ? {} : { watch: options.watch }),
    ...(options.timing === undefined ? {} : { timing: options.timing }),
  });

  async function send(
    method: HttpRequest['method'],
    path: string,
    purpose: Purpose,
    signal: AbortSignal,
    body?: unknown,
  ): Promise<JsonObject> {
    const name = `${method} ${path}`;
    const answer = await transport
      .send({
        method,
        url: `${base}V1.0/${path}`,
        headers,
        ...(body === undefined ? {} : { body }),
        lane: path.split('/', 1)[0] ?? path,
        idempotent: purpose === 'read',
        finishes: purpose === 'write',
        signal,
      })
      .catch((error: unknown) => {
        if (!(error instanceof NoAnswerError)) throw error;
        const kind = error.why === 'stopped' ? 'stopped' : 'no-answer';
        throw new AutotaskError(kind, `Autotask gave no answer (${error.message})`, { purpose });
      });
    return readAnswer(answer, { name, purpose, secrets });
  }

  /** One for all: the first calls of a run may come at once. */
  let budgeted: Promise<void> | null = null;
  async function readBudget(signal: AbortSignal): Promise<void> {
    try {
      const use = allowance.learn(await send('GET', thresholdPath, 'read', signal));
      if (use !== null) options.allowanceTold?.(use);
    } catch (error) {
      // Without the number the usual allowance is taken; but not on bad credentials, nor from a vendor that is down.
      if (!(error instanceof AutotaskError) || !tellsNothing(error)) throw error;
    }
  }
  async function ready(signal: AbortSignal): Promise<void> {
    if (!counted) return;
    budgeted ??= readBudget(signal).catch((error: unknown) => {
      budgeted = null;
      throw error;
    });
    await budgeted;
  }

  return {
    async get(path, signal) {
      await ready(signal);
      return send('GET', path, 'read', signal);
    },
    async ask(path, body, signal) {
      await ready(signal);
      return send('POST', path, 'read', signal, body);
    },
    async write(method, entity, body, signal) {
      await ready(signal);
      return send(method, entity, 'write', signal, body);
    },
    calls: () => calls,
  };
}

function tellsNothing(error: AutotaskError): boolean {
  return error.failure === 'refused' || error.failure === 'unreadable' || error.kind === 'server';
}
