import type { AccessKeys } from './access-keys.ts';
import type { ApiNames } from './api-names.ts';
import type { Clock } from './clock.ts';
import type { DeployedResource, Deployment } from './deployment.ts';
import { type Authorizer, HttpApi, type RouteTarget } from './http-api.ts';
import type { Route } from './http-routes.ts';
import { iamAuthorizer } from './iam-authorizer.ts';
import { account, apiEndpoint, region } from './identities.ts';
import { lambdaAuthorizer } from './lambda-authorizer.ts';
import type { Doors } from './open-doors.ts';
import { requireApiPermission } from './resource-grants.ts';

type Api = DeployedResource<'AWS::ApiGatewayV2::Api'>;

interface ApiSurroundings {
  readonly deployment: Deployment;
  readonly doors: Doors;
  readonly keys: AccessKeys;
  readonly clock: Clock;
  /** Is told where each API listens. */
  readonly names: ApiNames;
  readonly log: (line: string) => void;
  /** Of the main API; each other takes a free one. */
  readonly port: number;
  /** By logical ids; these go before. */
  readonly ports: Readonly<Record<string, number>>;
}

export interface OpenHttpApis {
  /** Of the API that the output ApiUrl names, or of the only one. Without a trailing slash. */
  readonly url: string;
  /** Of every API, by its logical id. */
  readonly urls: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** The HTTP APIs of a deployment, listening. */
export async function openHttpApis(surroundings: ApiSurroundings): Promise<OpenHttpApis> {
  const { deployment, names, port, ports } = surroundings;
  const found = deployment.all('AWS::ApiGatewayV2::Api');
  const main = mainOf(found, deployment.outputs.ApiUrl);
  const urls: Record<string, string> = {};
  const open: HttpApi[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(open.map((api) => api.close()));
  };
  try {
    for (const each of found) {
      const api = httpApi(each, surroundings);
      await api.listen(ports[each.logicalId] ?? (each === main ? port : 0));
      open.push(api);
      urls[each.logicalId] = api.url;
      names.add(each.ref, api.url);
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { url: urls[main.logicalId] ?? '', urls, close };
}

function mainOf(found: readonly Api[], apiUrl: string | undefined): Api {
  const main =
    apiUrl === undefined && found.length === 1
      ? found[0]
      : found.find(({ ref }) => apiUrl?.startsWith(apiEndpoint(ref)));
  if (main !== undefined) return main;
  throw new Error('the local host needs one HTTP API, or an output ApiUrl that says which of them is meant');
}

function httpApi({ ref, logicalId }: Api, surroundings: ApiSurroundings): HttpApi {
  const { deployment, log } = surroundings;
  const stage = deployment.all('AWS::ApiGatewayV2::Stage').find(({ properties }) => properties.ApiId === ref);
  if (stage === undefined) throw new Error(`${logicalId} has no stage, so nobody could call it`);
  const { AccessLogSettings, DefaultRouteSettings } = stage.properties;
  const authorizers = new Map<string, Authorizer>();
  return new HttpApi({
    apiId: ref,
    routes: deployment
      .all('AWS::ApiGatewayV2::Route')
      .filter(({ properties }) => properties.ApiId === ref)
      .map((route) => ({
        key: route.properties.RouteKey,
        target: targetOf(route, authorizers, surroundings),
      })) satisfies Route<RouteTarget>[],
    throttle:
      DefaultRouteSettings === undefined
        ? null
        : {
            rate: DefaultRouteSettings.ThrottlingRateLimit,
            burst: DefaultRouteSettings.ThrottlingBurstLimit,
          },
    logFormat: AccessLogSettings?.Format ?? null,
    log,
  });
}

/** @param authorizers of this API, by their ids: its routes share them, and what each remembers */
function targetOf(
  { logicalId, properties }: DeployedResource<'AWS::ApiGatewayV2::Route'>,
  authorizers: Map<string, Authorizer>,
  surroundings: ApiSurroundings,
): RouteTarget {
  const { deployment, doors, keys } = surroundings;
  const { ApiId, AuthorizationType, AuthorizerId, RouteKey, Target } = properties;
  const integration = deployment.find(
    'AWS::ApiGatewayV2::Integration',
    Target.replace(/^integrations\//u, ''),
  );
  const functionArn = integration.properties.IntegrationUri;
  const [method, path] = RouteKey.split(' ', 2);
  requireApiPermission(deployment, functionArn, `${arnOf(ApiId)}/$default/${method}${path}`);
  const door = doors.at(functionArn);
  const target = {
    invoke: (event: unknown, givenUp: AbortSignal) => door.invoke(event, null, givenUp),
    timeoutMs: integration.properties.TimeoutInMillis,
  };
  if (AuthorizationType === 'NONE') return { ...target, authorizer: null };
  if (AuthorizationType === 'AWS_IAM') return { ...target, authorizer: iamAuthorizer(deployment, keys) };
  if (AuthorizerId === undefined) throw new Error(`${logicalId} is CUSTOM, but names no authorizer`);
  const authorizer = authorizers.get(AuthorizerId) ?? authorizerOf(ApiId, AuthorizerId, surroundings);
  authorizers.set(AuthorizerId, authorizer);
  return { ...target, authorizer };
}

function authorizerOf(
  apiId: string,
  authorizerId: string,
  { deployment, doors, clock }: ApiSurroundings,
): Authorizer {
  const { properties } = deployment.find('AWS::ApiGatewayV2::Authorizer', authorizerId);
  const functionArn = /\/functions\/(.+)\/invocations$/u.exec(properties.AuthorizerUri)?.[1] ?? '';
  requireApiPermission(deployment, functionArn, `${arnOf(apiId)}/authorizers/${authorizerId}`);
  const asked = doors.at(functionArn);
  return lambdaAuthorizer({
    invoke: (event) => asked.invoke(event),
    identitySource: properties.IdentitySource,
    rememberedMs: properties.AuthorizerResultTtlInSeconds * 1000,
    now: () => clock.now(),
  });
}

const arnOf = (apiId: string): string => `arn:aws:execute-api:${region}:${account}:${apiId}`;
