import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { HttpApi, HttpMethod, HttpStage, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaAuthorizer, HttpLambdaResponseType } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Context } from './context.ts';

const { GET, PUT, POST, DELETE } = HttpMethod;
const routes: readonly { readonly path: string; readonly methods: HttpMethod[] }[] = [
  { path: '/connections', methods: [GET] },
  { path: '/connections/{connectionId}', methods: [GET, PUT, DELETE] },
  { path: '/connections/{connectionId}/api-users/{purpose}', methods: [PUT] },
  { path: '/connections/{connectionId}/addigy-key', methods: [PUT] },
  { path: '/connections/{connectionId}/runs', methods: [GET, POST] },
  { path: '/connections/{connectionId}/runs/{runId}', methods: [GET] },
];

/** API Gateway answers 503 when an integration takes longer; its own limit is 30 s. */
export const apiTimeout = Duration.seconds(29);

export interface ConnectionsApiProps {
  readonly context: Context;
  readonly authorizer: IFunction;
  readonly manager: IFunction;
}

/** The HTTP API: every route behind the authorizer, one door behind them all. */
export class ConnectionsApi extends Construct {
  readonly url: string;

  constructor(scope: Construct, id: string, { context, authorizer, manager }: ConnectionsApiProps) {
    super(scope, id);
    const api = new HttpApi(this, 'Api', {
      apiName: `addigy-autotask-${context.stage}`,
      createDefaultStage: false,
      defaultAuthorizer: new HttpLambdaAuthorizer('Callers', authorizer, {
        responseTypes: [HttpLambdaResponseType.SIMPLE],
        identitySource: ['$request.header.Authorization'],
        // A key that was taken away must stop working now, not when a cache forgets it.
        resultsCacheTtl: Duration.seconds(0),
      }),
    });
    const integration = new HttpLambdaIntegration('Manager', manager, {
      timeout: apiTimeout,
      // One permission for the API, instead of one for each route.
      scopePermissionToRoute: false,
    });
    for (const { path, methods } of routes) api.addRoutes({ path, methods, integration });

    const accessLog = new LogGroup(this, 'AccessLog', {
      retention: context.logRetentionDays,
      removalPolicy: context.retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    const stage = new HttpStage(this, 'Stage', {
      httpApi: api,
      stageName: '$default',
      autoDeploy: true,
      // Enough for pipelines and people, too little to run up a bill.
      throttle: { rateLimit: 50, burstLimit: 100 },
      accessLogSettings: {
        destination: new LogGroupLogDestination(accessLog),
        format: AccessLogFormat.custom(
          JSON.stringify({
            requestId: '$context.requestId',
            time: '$context.requestTime',
            ip: '$context.identity.sourceIp',
            route: '$context.routeKey',
            path: '$context.path',
            status: '$context.status',
            bytes: '$context.responseLength',
            ms: '$context.responseLatency',
            authorizerError: '$context.authorizer.error',
            integrationError: '$context.integrationErrorMessage',
          }),
        ),
      },
    });
    this.url = stage.url;
  }
}
