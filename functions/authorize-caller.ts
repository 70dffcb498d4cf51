/** Lets a caller in who bears a key whose scopes open the route: simple responses, payload format 2.0. */
import type { APIGatewayRequestSimpleAuthorizerHandlerV2WithContext } from 'aws-lambda';
import { CallerKeys } from '#aws/caller-keys';
import { secretsClient } from '#aws/secrets-client';
import { mayCall } from '#callers/scope';
import { readEnvironment } from '#lambda/environment';

const environment = readEnvironment('authorize-caller', process.env);
const callers = new CallerKeys(secretsClient, environment.CALLERS_SECRET_ID, Date.now);

export const handler = (async (event) => {
  const caller = await callers.callerOf(event.headers?.authorization);
  // Exactly this word makes API Gateway answer 401; `isAuthorized: false` is a 403.
  if (caller === null) throw new Error('Unauthorized');
  if (!mayCall(caller.scopes, event.routeKey)) return { isAuthorized: false };
  return { isAuthorized: true, context: { caller: caller.name, scopes: caller.scopes.join(' ') } };
}) satisfies AsyncAuthorizer;

type Authorizer = APIGatewayRequestSimpleAuthorizerHandlerV2WithContext<{ caller: string; scopes: string }>;
type AsyncAuthorizer = (event: Parameters<Authorizer>[0]) => Promise<unknown>;
