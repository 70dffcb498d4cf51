import type { Outcome } from './door-process.ts';
import { ownAnswer, readVerdict } from './http-answer.ts';
import type { Authorizer } from './http-api.ts';
import { authorizerEvent } from './http-event.ts';
import { region } from './identities.ts';

/**
 * A REQUEST authorizer with simple responses.
 *
 * @param identityHeaders in lower case: without all of them the answer is 401 and nobody is asked
 */
export const lambdaAuthorizer =
  (invoke: (event: unknown) => Promise<Outcome>, identityHeaders: readonly string[]): Authorizer =>
  async ({ call, routeKey, pathParameters }) => {
    const identity = identityHeaders.map((name) => call.headers[name] ?? '');
    if (identity.includes('')) return { isAuthorized: false, answer: ownAnswer(401, 'Unauthorized') };
    return readVerdict(await invoke(authorizerEvent(call, routeKey, pathParameters, identity, region)));
  };
