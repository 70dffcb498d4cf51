import type { Outcome } from './door-process.ts';
import { ownAnswer, readVerdict, type Verdict } from './http-answer.ts';
import type { AskedRoute, Authorizer } from './http-api.ts';
import { authorizerEvent } from './http-event.ts';
import { region } from './identities.ts';

export interface LambdaAuthorizerOptions {
  readonly invoke: (event: unknown) => Promise<Outcome>;
  /** As the template has them: `$request.header.Authorization`, `$context.routeKey`. */
  readonly identitySource: readonly string[];
  /** How long an answer stands for whoever asks with the same identity; 0 is never. */
  readonly rememberedMs: number;
  /** AWS's time. Milliseconds since 1970. */
  readonly now: () => number;
}

/** From so many on, those that are over are forgotten. */
const manyAnswers = 1000;

/**
 * A REQUEST authorizer with simple responses. Without all of its identity sources the answer is 401, and nobody is asked.
 * What it answers, yes or no, stands for all that share the values of these, on whatever route, unless the route is one
 * of them. An error is no answer and is not remembered; that AWS asks again after one is UNCONFIRMED.
 */
export function lambdaAuthorizer(options: LambdaAuthorizerOptions): Authorizer {
  const { invoke, rememberedMs, now } = options;
  const sources = options.identitySource.map(readerOf);
  const answers = new Map<string, { readonly verdict: Verdict; readonly until: number }>();
  return async (asked) => {
    const { call, routeKey, pathParameters } = asked;
    const identity = sources.map((read) => read(asked));
    if (identity.includes('')) return { isAuthorized: false, answer: ownAnswer(401, 'Unauthorized') };
    const key = JSON.stringify(identity);
    const known = answers.get(key);
    if (known !== undefined && now() < known.until) return known.verdict;
    const outcome = await invoke(authorizerEvent(call, routeKey, pathParameters, identity, region));
    const verdict = readVerdict(outcome);
    if (outcome.ok && rememberedMs > 0) {
      if (answers.size >= manyAnswers) {
        for (const [old, { until }] of answers) if (until <= now()) answers.delete(old);
      }
      answers.set(key, { verdict, until: now() + rememberedMs });
    }
    return verdict;
  };
}

function readerOf(source: string): (asked: AskedRoute) => string {
  if (source === '$context.routeKey') return ({ routeKey }) => routeKey;
  const name = source.replace('$request.header.', '').toLowerCase();
  return ({ call }) => call.headers[name] ?? '';
}
