import { Duration } from 'aws-cdk-lib';
import { HttpApi, HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaAuthorizer, HttpLambdaResponseType } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { addApiDomain, onlyByItsName } from './api-domain.ts';
import { addApiStage } from './api-stage.ts';
import type { Context } from './context.ts';

const { GET, PUT, POST, DELETE } = HttpMethod;
const connection = '/connections/{connectionId}';
const apiUser = `${connection}/api-users/{purpose}`;

/** By the door that answers. */
const routes = {
  manager: [
    { path: '/connections', methods: [GET] },
    { path: connection, methods: [GET, PUT, DELETE] },
    { path: `${connection}/api-users`, methods: [GET] },
    { path: apiUser, methods: [GET, PUT] },
    { path: `${apiUser}/rotations`, methods: [POST] },
    { path: `${apiUser}/hand-offs`, methods: [POST] },
    { path: `${connection}/addigy-key`, methods: [PUT] },
    { path: `${connection}/runs`, methods: [GET, POST] },
    { path: `${connection}/runs/{runId}`, methods: [GET] },
  ],
  validator: [{ path: `${apiUser}/validations`, methods: [POST] }],
  suggester: [{ path: `${connection}/companies/suggestions`, methods: [GET] }],
};

/** API Gateway answers 503 when an integration takes longer; its own limit is 30 s. */
export const apiTimeout = Duration.seconds(29);

/**
 * How long API Gateway takes the authorizer's word for a key and a route. With the 30 s for which the authorizer keeps
 * the hashes itself (#aws/caller-keys), a key that was taken away opens nothing after a minute.
 */
const rememberedFor = Duration.seconds(30);

/** The doors that answer. */
export type ConnectionDoors = Readonly<Record<keyof typeof routes, IFunction>>;

export interface ConnectionsApiProps {
  readonly context: Context;
  readonly authorizer: IFunction;
  readonly doors: ConnectionDoors;
}

/** The HTTP API for callers with a key: every route behind the authorizer. */
export class ConnectionsApi extends Construct {
  /** Without a trailing slash. */
  readonly url: string;
  readonly api: HttpApi;

  constructor(scope: Construct, id: string, { context, authorizer, doors }: ConnectionsApiProps) {
    super(scope, id);
    const api = new HttpApi(this, 'Api', {
      apiName: `addigy-autotask-${context.stage}`,
      createDefaultStage: false,
      ...onlyByItsName(context, context.apiDomainName),
      defaultAuthorizer: new HttpLambdaAuthorizer('Callers', authorizer, {
        responseTypes: [HttpLambdaResponseType.SIMPLE],
        // The route too: what a key may do depends on it, and a cached answer stands for all that share these.
        identitySource: ['$request.header.Authorization', '$context.routeKey'],
        resultsCacheTtl: rememberedFor,
      }),
    });
    this.api = api;
    addConnectionRoutes(api, doors);
    const stage = addApiStage(this, {
      context,
      api,
      throttle: { rateLimit: context.apiRate, burstLimit: context.apiBurst },
      alsoLogged: { path: '$context.path', authorizerError: '$context.authorizer.error' },
    });
    this.url = addApiDomain(this, {
      ...{ context, api, stage },
      domainName: context.apiDomainName,
      certificateArn: context.apiCertificateArn,
    });
  }
}

/** Every route of the API, behind the API's own authorizer. */
export function addConnectionRoutes(api: HttpApi, doors: ConnectionDoors): void {
  const answerWith = (name: string, door: keyof typeof routes): void => {
    const integration = new HttpLambdaIntegration(name, doors[door], {
      timeout: apiTimeout,
      // One permission for the API, instead of one for each route.
      scopePermissionToRoute: false,
    });
    for (const { path, methods } of routes[door]) api.addRoutes({ path, methods, integration });
  };
  answerWith('Manager', 'manager');
  answerWith('Validator', 'validator');
  answerWith('Suggester', 'suggester');
}
