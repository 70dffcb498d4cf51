import type { DeployedResource, Deployment } from './deployment.ts';
import { HttpApi, type RouteTarget } from './http-api.ts';
import type { Route } from './http-routes.ts';
import { account, region } from './identities.ts';
import type { Doors } from './open-doors.ts';
import { requireApiPermission } from './resource-grants.ts';

interface ApiSurroundings {
  readonly deployment: Deployment;
  readonly doors: Doors;
  readonly log: (line: string) => void;
  readonly port: number;
}

/** The HTTP API of a deployment, listening. There is exactly one. */
export async function openHttpApis({ deployment, doors, log, port }: ApiSurroundings): Promise<HttpApi> {
  const [found, ...others] = deployment.all('AWS::ApiGatewayV2::Api');
  if (found === undefined || others.length > 0)
    throw new Error('the local host runs stacks with exactly one HTTP API');
  const stage = deployment
    .all('AWS::ApiGatewayV2::Stage')
    .find(({ properties }) => properties.ApiId === found.ref);
  if (stage === undefined) throw new Error(`${found.logicalId} has no stage, so nobody could call it`);
  const { AccessLogSettings, DefaultRouteSettings } = stage.properties;
  const api = new HttpApi({
    apiId: found.ref,
    routes: deployment.all('AWS::ApiGatewayV2::Route').map((route) => ({
      key: route.properties.RouteKey,
      target: targetOf(route, deployment, doors),
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
  await api.listen(port);
  return api;
}

function targetOf(
  { logicalId, properties }: DeployedResource<'AWS::ApiGatewayV2::Route'>,
  deployment: Deployment,
  doors: Doors,
): RouteTarget {
  const { ApiId, AuthorizationType, AuthorizerId, RouteKey, Target } = properties;
  const api = `arn:aws:execute-api:${region}:${account}:${ApiId}`;
  const integration = deployment.find(
    'AWS::ApiGatewayV2::Integration',
    Target.replace(/^integrations\//u, ''),
  );
  const functionArn = integration.properties.IntegrationUri;
  const [method, path] = RouteKey.split(' ', 2);
  requireApiPermission(deployment, functionArn, `${api}/$default/${method}${path}`);
  const door = doors.at(functionArn);
  const target = {
    invoke: (event: unknown) => door.invoke(event),
    timeoutMs: integration.properties.TimeoutInMillis,
  };
  if (AuthorizationType === 'NONE') return { ...target, authorizer: null };
  if (AuthorizerId === undefined) throw new Error(`${logicalId} is CUSTOM, but names no authorizer`);
  const authorizer = deployment.find('AWS::ApiGatewayV2::Authorizer', AuthorizerId);
  const authorizerArn =
    /\/functions\/(.+)\/invocations$/u.exec(authorizer.properties.AuthorizerUri)?.[1] ?? '';
  requireApiPermission(deployment, authorizerArn, `${api}/authorizers/${AuthorizerId}`);
  const asked = doors.at(authorizerArn);
  return {
    ...target,
    authorizer: {
      invoke: (event) => asked.invoke(event),
      identityHeaders: authorizer.properties.IdentitySource.map((source) =>
        source.replace('$request.header.', '').toLowerCase(),
      ),
    },
  };
}
