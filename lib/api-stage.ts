import { RemovalPolicy } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  type HttpApi,
  HttpStage,
  LogGroupLogDestination,
  type ThrottleSettings,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Context } from './context.ts';

export interface ApiStageProps {
  readonly context: Context;
  readonly api: HttpApi;
  readonly throttle: ThrottleSettings;
  /** What the access log tells beside what every API's does. A path may hold a secret, so it is not among that. */
  readonly alsoLogged?: Readonly<Record<string, string>>;
}

/** The one stage of an API: throttled and logged. */
export function addApiStage(
  scope: Construct,
  { context, api, throttle, alsoLogged = {} }: ApiStageProps,
): HttpStage {
  const accessLog = new LogGroup(scope, 'AccessLog', {
    retention: context.logRetentionDays,
    removalPolicy: context.retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
  });
  return new HttpStage(scope, 'Stage', {
    httpApi: api,
    stageName: '$default',
    autoDeploy: true,
    throttle,
    accessLogSettings: {
      destination: new LogGroupLogDestination(accessLog),
      format: AccessLogFormat.custom(
        JSON.stringify({
          requestId: '$context.requestId',
          time: '$context.requestTime',
          ip: '$context.identity.sourceIp',
          route: '$context.routeKey',
          status: '$context.status',
          bytes: '$context.responseLength',
          ms: '$context.responseLatency',
          integrationError: '$context.integrationErrorMessage',
          ...alsoLogged,
        }),
      ),
    },
  });
}
