import { CfnOutput, Stack, Validations } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { ArnPrincipal, CompositePrincipal, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { routesOpenTo, type Scope, scopes } from '#callers/scope';
import type { Context } from './context.ts';

/** Beside the doors' path and never under it: whatever is under that may see the secrets of connections. */
export const callerRolesPath = (stage: string): string => `/addigy-autotask-callers/${stage}/`;

/** What a scope is in IAM's words, of the one stage. IAM's `*` goes past slashes: a test holds that no other route is meant. */
const invokedBy = (scope: Scope): string[] =>
  routesOpenTo(scope).map((routeKey) => {
    const [method, path = ''] = routeKey.split(' ');
    return `$default/${method}${path.replaceAll(/\{\w+\}/gu, '*')}`;
  });

/** A role for each scope that has callers, which they take to sign with it. Their own principals get no grant. */
export class CallerRoles extends Construct {
  readonly #roles: readonly { readonly scope: Scope; readonly role: Role }[];

  constructor(scope: Construct, id: string, { stage, allowedCallers }: Context) {
    super(scope, id);
    this.#roles = scopes.flatMap((each) => {
      const [first, ...others] = (allowedCallers[each] ?? []).map((arn) => new ArnPrincipal(arn));
      if (first === undefined) return [];
      const role = new Role(this, titleOf(each), {
        // No external id: each caller is named, and none of them acts for strangers.
        assumedBy: new CompositePrincipal(first, ...others),
        path: callerRolesPath(stage),
        description: `Calls the API of stage ${stage} with scope ${each}`,
      });
      return [{ scope: each, role }];
    });
  }

  get isNobody(): boolean {
    return this.#roles.length === 0;
  }

  /** For the doors: `onboard=AROA… read=AROA…`, by what IAM tells of who signed. */
  get told(): string {
    if (this.isNobody) return 'none';
    return this.#roles.map(({ scope, role }) => `${scope}=${role.roleId}`).join(' ');
  }

  /** Each role may call the routes of its scope. */
  open(api: HttpApi): void {
    for (const { scope, role } of this.#roles) {
      const routes = invokedBy(scope);
      role.addToPolicy(
        new PolicyStatement({
          actions: ['execute-api:Invoke'],
          resources: routes.map((route) =>
            Stack.of(this).formatArn({ service: 'execute-api', resource: api.apiId, resourceName: route }),
          ),
        }),
      );
      Validations.of(role).acknowledge(
        ...routes
          .filter((route) => route.includes('*'))
          .map((route) => ({
            id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:execute-api:<AWS::Region>:<AWS::AccountId>:<${Stack.of(this).getLogicalId(api.node.defaultChild as never)}>/${route}]`,
            reason: 'Stands for the ids in the path of one route: a scope is for all connections.',
          })),
      );
      new CfnOutput(Stack.of(this), `${titleOf(scope)}CallerRoleArn`, { value: role.roleArn });
    }
  }
}

const titleOf = (scope: Scope): string => `${scope.charAt(0).toUpperCase()}${scope.slice(1)}`;
