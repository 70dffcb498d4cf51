import { setMaxListeners } from 'node:events';
import { type Attempt, attempt } from './attempt.ts';
import { createLane, type Lane, wait } from './lane.ts';
import { redact } from './redact.ts';
import { type Outcome, pauseMs, readRetryAfter, waitBeforeRetry } from './retry.ts';
import { systemTiming } from './timing.ts';
import {
  type HttpAnswer,
  type HttpRequest,
  NoAnswerError,
  type Transport,
  type TransportOptions,
} from './transport.ts';

/**
 * The transport, on the platform's own fetch. Resolves with the last answer, whatever its status;
 * rejects with `NoAnswerError`, or with what `beforeAttempt` threw. Lanes live as long as the transport does.
 */
export function createTransport(options: TransportOptions): Transport {
  const timing = options.timing ?? systemTiming;
  const lanes = new Map<string, Lane>();
  function laneOf(name: string): Lane {
    const known = lanes.get(name);
    if (known !== undefined) return known;
    const lane = createLane(options.laneOf(name), timing);
    lanes.set(name, lane);
    return lane;
  }

  return {
    async send(request) {
      // One signal stops a whole run: more than ten requests that wait on it are no leak.
      setMaxListeners(0, request.signal);
      const lane = laneOf(request.lane);
      for (let attempts = 1; ; attempts++) {
        const made = await lane.run(async () => {
          options.beforeAttempt(request);
          const result = await watched(request, options);
          const judged = judge(options, result);
          // Inside the lane's turn, so that the request that waits behind this one is held back too.
          if (judged.outcome === 'pause') lane.pause(pauseMs({ ...judged, attempts, ...options }) ?? 0);
          return { result, ...judged };
        }, request.signal);

        const ms = waitBeforeRetry({
          outcome: made.outcome,
          idempotent: request.idempotent,
          attempts,
          retries: options.retries,
          retryAfterMs: made.retryAfterMs,
          random: options.random,
        });
        if (ms === null) return settle(made.result, request, options.secrets);
        // A paused lane waits by itself.
        if (made.outcome !== 'pause') await wait(ms, request.signal, timing);
      }
    },
  };
}

async function watched(
  request: HttpRequest,
  { watch, timeoutMs, timing = systemTiming }: TransportOptions,
): Promise<Attempt> {
  const operation = `${request.method} ${request.operation ?? request.lane}`;
  const ended = watch?.(new URL(request.url).hostname, operation);
  const result = await attempt(request, timeoutMs, timing);
  ended?.('answer' in result ? result.answer.status : null);
  return result;
}

function judge(
  options: TransportOptions,
  result: Attempt,
): { outcome: Outcome; retryAfterMs: number | null } {
  if ('answer' in result) {
    const verdict = options.judge(result.answer);
    return {
      outcome: verdict === 'done' ? 'final' : verdict,
      retryAfterMs: readRetryAfter(result.answer.headers.get('retry-after'), options.now()),
    };
  }
  switch (result.unanswered.why) {
    case 'timeout':
    case 'network':
      // Stryker disable next-line ObjectLiteral,StringLiteral: what is no refusal, not unsent and not final is tried again where that does no harm, by whatever name
      return { outcome: 'unanswered', retryAfterMs: null };
    case 'unsent':
      return { outcome: 'unsent', retryAfterMs: null };
    case 'too-large':
    case 'stopped':
      return { outcome: 'final', retryAfterMs: null };
  }
}

function settle(result: Attempt, request: HttpRequest, secrets: readonly string[]): HttpAnswer {
  if ('answer' in result) return result.answer;
  const { why, detail } = result.unanswered;
  // Without the query: it may name a user.
  const [where] = request.url.split('?', 1);
  throw new NoAnswerError(
    why === 'timeout' || why === 'stopped' ? why : 'network',
    redact(`${request.method} ${where}: ${detail}`, secrets),
    redact(detail, secrets),
  );
}
