/** Callers by IAM: the API that they sign for, the roles that they sign as, and what each role may call. */
import { beforeAll, describe, expect, it } from 'vitest';
import { routeScopes, routesOpenTo, type Scope, scopes } from '#callers/scope';
import { matchesPattern } from '../../bin/local/conditions.ts';
import { Deployment } from '../../bin/local/deployment.ts';
import { Grants } from '../../bin/local/grants.ts';
import { account, region } from '../../bin/local/identities.ts';
import type { Template } from '../../bin/local/synthesized-stack.ts';
import { doorRolesPath } from '../../lib/door-roles.ts';
import { synthesize } from './synthesize.ts';

const pipeline = 'arn:aws:iam::123456789012:role/ci/pipeline';
const engineer = 'arn:aws:iam::210987654321:user/engineer';

function deployed(allowedCallers: string): Deployment {
  const { stateful, stateless } = synthesize({ stage: 'test', allowedCallers });
  return new Deployment(
    Object.entries({ stateful, stateless }).map(([name, template]) => ({
      name,
      template: template.toJSON() as Template,
      assetFolder: () => null,
    })),
  );
}

const rolesIn = (deployment: Deployment) =>
  deployment
    .all('AWS::IAM::Role')
    .filter(({ properties }) => properties.Path?.startsWith('/addigy-autotask-callers/'));
const routesAt = (deployment: Deployment, output: string) => {
  const api = deployment
    .all('AWS::ApiGatewayV2::Api')
    .find(({ attributes }) => deployment.outputs[output]?.startsWith(attributes.ApiEndpoint ?? '?'));
  const routes = deployment
    .all('AWS::ApiGatewayV2::Route')
    .filter(({ properties }) => properties.ApiId === api?.ref)
    .map(({ properties }) => {
      const integration = deployment.find(
        'AWS::ApiGatewayV2::Integration',
        properties.Target.split('/')[1] ?? '',
      );
      return [properties.RouteKey, integration.properties.IntegrationUri] as const;
    });
  return { api: api?.ref ?? '', routes: Object.fromEntries(routes) };
};
const toldTo = (deployment: Deployment) =>
  new Set(
    deployment
      .all('AWS::Lambda::Function')
      .map(({ properties }) => properties.Environment.Variables.CALLER_ROLES)
      .filter((told) => told !== undefined),
  );

let everyone: Deployment;
beforeAll(() => {
  everyone = deployed(`onboard=${pipeline} sync=${pipeline} sync=${engineer} read=${engineer}`);
});

describe('where no callers are named', () => {
  it('there is no second way in', () => {
    const deployment = deployed('');
    expect(deployment.outputs).not.toHaveProperty('IamApiUrl');
    expect(deployment.all('AWS::ApiGatewayV2::Api')).toHaveLength(2);
    expect(rolesIn(deployment)).toEqual([]);
    expect([...toldTo(deployment)]).toEqual(['none']);
  });
});

describe('where callers are named', () => {
  it('of one scope, there is that one role', () => {
    const deployment = deployed(`read=${engineer}`);
    const [role, ...others] = rolesIn(deployment);
    expect(others).toEqual([]);
    expect([...toldTo(deployment)]).toEqual([`read=${role?.attributes.RoleId}`]);
    expect(deployment.outputs.ReadCallerRoleArn).toBe(role?.attributes.Arn);
    expect(deployment.outputs).not.toHaveProperty('OnboardCallerRoleArn');
  });

  it('each role trusts those of its scope, and nobody else', () => {
    const trusted = rolesIn(everyone).map(({ properties }) => [
      properties.Description?.split(' ').at(-1),
      properties.AssumeRolePolicyDocument.Statement.map(({ Effect, Action, Principal }) => [
        ...[Effect, ...Action],
        Principal,
      ]),
    ]);
    const allow = (...callers: string[]) => [['Allow', 'sts:AssumeRole', { AWS: callers }]];
    expect(Object.fromEntries(trusted)).toEqual({
      onboard: allow(pipeline),
      sync: allow(pipeline, engineer),
      read: allow(engineer),
    });
  });

  it('no role of theirs is one that may see a connection’s secrets', () => {
    for (const { attributes } of rolesIn(everyone))
      expect(matchesPattern(`arn:aws:iam::*:role${doorRolesPath('test')}*`, attributes.Arn ?? '')).toBe(
        false,
      );
  });

  it('every route is there behind the same door, and asks for a signature', () => {
    const { api, routes } = routesAt(everyone, 'IamApiUrl');
    expect(routes).toEqual(routesAt(everyone, 'ApiUrl').routes);
    expect(Object.keys(routes)).toHaveLength(Object.keys(routeScopes).length);
    for (const { properties } of everyone
      .all('AWS::ApiGatewayV2::Route')
      .filter((each) => each.properties.ApiId === api))
      expect(properties.AuthorizationType).toBe('AWS_IAM');
  });

  it('it is throttled as the other API is, and logs who signed', () => {
    const { api } = routesAt(everyone, 'IamApiUrl');
    const stage = everyone.all('AWS::ApiGatewayV2::Stage').find(({ properties }) => properties.ApiId === api);
    expect(stage?.properties.DefaultRouteSettings).toEqual({
      ThrottlingBurstLimit: 100,
      ThrottlingRateLimit: 50,
    });
    expect(stage?.properties.AccessLogSettings?.Format).toContain('$context.identity.userArn');
  });
});

describe('what a role may call', () => {
  /** What stands in a path: an id, and such as look like the rest of another path. */
  const ids = ['acme', 'runs', 'x/api-users/y/validations', 'x/runs', 'api-users/device-sync/rotations'];
  const concrete = (routeKey: string) => {
    const [method = '', path = ''] = routeKey.split(' ');
    return ids.flatMap((one) =>
      ids.map((other) => `${method}${path.replace(/\{\w+\}/u, one).replace(/\{\w+\}/u, other)}`),
    );
  };
  const table = scopes.flatMap((scope) =>
    Object.keys(routeScopes).map((routeKey) => ({
      scope,
      routeKey,
      open: routesOpenTo(scope).includes(routeKey),
    })),
  );

  it.each(table)('$scope, $routeKey: $open', ({ scope, routeKey, open }) => {
    const grants = new Grants(everyone);
    const role = everyone.outputs[`${scope[0]?.toUpperCase()}${scope.slice(1)}CallerRoleArn`] ?? '';
    const { api } = routesAt(everyone, 'IamApiUrl');
    const may = (rest: string) =>
      grants.allow(role, 'execute-api:Invoke', `arn:aws:execute-api:${region}:${account}:${rest}`);
    for (const asked of concrete(routeKey))
      expect([asked, may(`${api}/$default/${asked}`)]).toEqual([asked, open]);
    const [method, path] = routeKey.split(' ');
    expect(may(`${routesAt(everyone, 'ApiUrl').api}/$default/${method}${path}`)).toBe(false);
    expect(may(`${api}/other/${method}${path}`)).toBe(false);
  });

  it.each<Scope>(['onboard', 'sync', 'read'])('%s: nothing else of AWS', (scope) => {
    const role = rolesIn(everyone).find(({ properties }) => properties.Description?.endsWith(` ${scope}`));
    const actions = everyone
      .all('AWS::IAM::Policy')
      .filter(({ properties }) => properties.Roles.includes(role?.ref ?? ''))
      .flatMap(({ properties }) => properties.PolicyDocument.Statement.flatMap(({ Action }) => Action));
    expect(actions).toEqual(['execute-api:Invoke']);
  });
});
