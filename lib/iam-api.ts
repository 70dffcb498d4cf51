import { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { Construct } from 'constructs';
import { addApiStage } from './api-stage.ts';
import type { CallerRoles } from './caller-roles.ts';
import { addConnectionRoutes, type ConnectionDoors } from './connections-api.ts';
import type { Context } from './context.ts';

export interface IamApiProps {
  readonly context: Context;
  readonly doors: ConnectionDoors;
  readonly callerRoles: CallerRoles;
}

/**
 * The same routes for callers that sign with SigV4. An API of its own, as a route has one authorizer; at AWS's
 * address alone, as AWS's tools sign for the host that they call and a name of one's own would add nothing.
 */
export class IamApi extends Construct {
  readonly api: HttpApi;

  constructor(scope: Construct, id: string, { context, doors, callerRoles }: IamApiProps) {
    super(scope, id);
    const api = new HttpApi(this, 'Api', {
      apiName: `addigy-autotask-${context.stage}-iam`,
      createDefaultStage: false,
      defaultAuthorizer: new HttpIamAuthorizer(),
    });
    this.api = api;
    addConnectionRoutes(api, doors);
    callerRoles.open(api);
    addApiStage(this, {
      context,
      api,
      throttle: { rateLimit: context.apiRate, burstLimit: context.apiBurst },
      // Who signed: an answer does not say whom API Gateway took the caller for.
      alsoLogged: {
        path: '$context.path',
        caller: '$context.identity.userArn',
        error: '$context.error.message',
      },
    });
  }
}
