import { Validations } from 'aws-cdk-lib';
import { HttpApi, HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { addApiDomain, onlyByItsName } from './api-domain.ts';
import { addApiStage } from './api-stage.ts';
import { apiTimeout } from './connections-api.ts';
import type { Context } from './context.ts';

const { GET, POST } = HttpMethod;
const routes: readonly { readonly path: string; readonly methods: HttpMethod[] }[] = [
  { path: '/hand-offs/open/{token}', methods: [GET] },
  { path: '/hand-offs/{handOffId}', methods: [GET] },
  { path: '/hand-offs/{handOffId}/{action}', methods: [GET, POST] },
];

export interface HandOffApiProps {
  readonly context: Context;
  readonly receiver: IFunction;
}

/** The hand-off pages, open to whoever has a link: an API of its own, so that no route of the other is left open by mistake. */
export class HandOffApi extends Construct {
  /** Without a trailing slash. */
  readonly url: string;
  readonly api: HttpApi;

  constructor(scope: Construct, id: string, { context, receiver }: HandOffApiProps) {
    super(scope, id);
    const api = new HttpApi(this, 'Api', {
      apiName: `addigy-autotask-${context.stage}-hand-off`,
      createDefaultStage: false,
      ...onlyByItsName(context, context.handOffDomainName),
    });
    this.api = api;
    const integration = new HttpLambdaIntegration('Receiver', receiver, {
      timeout: apiTimeout,
      scopePermissionToRoute: false,
    });
    for (const { path, methods } of routes) api.addRoutes({ path, methods, integration });
    const stage = addApiStage(this, {
      context,
      api,
      throttle: { rateLimit: context.handOffRate, burstLimit: context.handOffBurst },
    });
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-APIG4',
      reason:
        "The link's token is the credential: 256 bits, checked by the door on every route, and it expires.",
    });
    this.url = addApiDomain(this, {
      ...{ context, api, stage },
      domainName: context.handOffDomainName,
      certificateArn: context.handOffCertificateArn,
    });
  }
}
