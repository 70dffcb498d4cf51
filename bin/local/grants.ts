import { holds, matchesPattern, type RequestContext } from './conditions.ts';
import type { Deployment } from './deployment.ts';
import type { PropertiesOf } from './resource-shapes.ts';

type Statement = PropertiesOf<'AWS::IAM::Policy'>['PolicyDocument']['Statement'][number];

/** What the template's roles may do: the same answer that IAM would give, so that a missing grant fails here too. */
export class Grants {
  readonly #statements = new Map<string, Statement[]>();

  constructor(deployment: Deployment) {
    for (const role of deployment.all('AWS::IAM::Role')) {
      const own = role.properties.Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
      const attached = deployment
        .all('AWS::IAM::Policy')
        .filter(({ properties }) => properties.Roles.includes(role.ref))
        .flatMap(({ properties }) => properties.PolicyDocument.Statement);
      this.#statements.set(role.attributes.Arn ?? role.ref, [...own, ...attached]);
    }
  }

  /** @param context the condition keys of the request; a grant that asks for another is none */
  allow(roleArn: string, action: string, resource: string, context: RequestContext = {}): boolean {
    // Actions are case-insensitive in IAM, resources are not.
    const speaking = (this.#statements.get(roleArn) ?? []).filter(
      (statement) =>
        statement.Action.some((pattern) => matchesPattern(pattern.toLowerCase(), action.toLowerCase())) &&
        statement.Resource.some((pattern) => matchesPattern(pattern, resource)) &&
        holds(statement.Condition, context),
    );
    return (
      speaking.some(({ Effect }) => Effect === 'Allow') && !speaking.some(({ Effect }) => Effect === 'Deny')
    );
  }
}
