/** What each door's role may do, read from the synthesized policies, in the words of docs/security.md. */
import type { Template } from 'aws-cdk-lib/assertions';
import type { DoorName } from '#lambda/environment';

interface Statement {
  Action: string | string[];
  Condition?: unknown;
  Effect: string;
  Resource: unknown;
}
export interface LambdaProperties {
  Environment: { Variables: Record<string, unknown> };
  Role: { 'Fn::GetAtt': [string, string] };
  [property: string]: unknown;
}

export function lambdaIn(template: Template, door: DoorName): { id: string; properties: LambdaProperties } {
  for (const [id, { Properties }] of Object.entries(template.findResources('AWS::Lambda::Function'))) {
    const properties = Properties as LambdaProperties;
    if (properties.Environment.Variables.POWERTOOLS_SERVICE_NAME === door) return { id, properties };
  }
  throw new Error(`no function for ${door}`);
}

export interface Grant {
  /** Such as `GetItem`; `Deny GetItem` where it takes away. */
  readonly may: string;
  /** With the condition that the grant hangs on. */
  readonly on: string;
}

/** Every grant of the door's role, also of policies that are written into the role itself. */
export function grantsOf(template: Template, door: DoorName): Grant[] {
  const [role] = lambdaIn(template, door).properties.Role['Fn::GetAtt'];
  const own = (template.findResources('AWS::IAM::Role')[role]?.Properties.Policies ?? []) as {
    PolicyDocument: { Statement: Statement[] };
  }[];
  const attached = Object.values(template.findResources('AWS::IAM::Policy'))
    .map(({ Properties }) => Properties)
    .filter(({ Roles }) => (Roles as { Ref: string }[]).some(({ Ref }) => Ref === role));
  return [...own, ...attached]
    .flatMap(({ PolicyDocument }) => (PolicyDocument as { Statement: Statement[] }).Statement)
    .flatMap(({ Action, Condition, Effect, Resource }) =>
      [Action].flat().flatMap((action) =>
        [Resource].flat().map((resource) => ({
          may: `${Effect === 'Allow' ? '' : `${Effect} `}${action.slice(action.indexOf(':') + 1)}`,
          on: under(wordsOf(resource), Condition),
        })),
      ),
    );
}

function wordsOf(resource: unknown): string {
  return JSON.stringify(resource)
    .replace(/.*ImportValue.*Table\w*Arn\w*".*\/index\/([a-z-]+)".*/u, 'index $1')
    .replace(/.*ImportValue.*Table\w*Arn\w*".*/u, 'table')
    .replace(/.*ImportValue.*RefCallers.*/u, 'secret of the callers')
    .replace(/.*ImportValue.*RefHandOffKey.*/u, 'secret of the links')
    .replace(/.*ImportValue.*GetAttKey\w*Arn.*/u, 'key')
    .replace(/.*ImportValue.*Bus\w*Arn.*/u, 'bus')
    .replace(/.*secretsmanager.*:secret:addigy-autotask\/prod\/connections\/\*.*/u, 'secrets of connections')
    .replace(/.*secretsmanager.*:secret:addigy-autotask\/prod\/intake\/\*.*/u, 'intake secrets')
    .replace(/.*"(\w+)QueueRequests\w+","Arn".*/u, '$1 queue')
    .replace(/.*Logs\w+","Arn".*/u, 'own logs')
    .replace(/.*"openhandoffFunction\w+","Arn".*/u, 'open-hand-off')
    .replaceAll('"', '');
}

const tag = 'aws:(Resource|Request)Tag/addigy-autotask:stage';
const conditions: readonly (readonly [RegExp, (on: string, found: RegExpExecArray) => string])[] = [
  [/^\{"StringEquals":\{"kms:ViaService":.*"dynamodb\.".*\}\}$/u, (on) => `${on}, through DynamoDB`],
  [
    /^\{"StringEquals":\{"kms:ViaService":.*"secretsmanager\.".*\}\}$/u,
    (on) => `${on}, through Secrets Manager`,
  ],
  [
    new RegExp(`^\\{"StringEquals":\\{"${tag}":"prod"\\}\\}$`, 'u'),
    (on, [, kind]) => (kind === 'Resource' ? `tagged ${on}` : `${on}, giving the tag`),
  ],
  [
    new RegExp(
      `^\\{"StringEquals":\\{"${tag}":"prod"\\},"Bool":\\{"secretsmanager:BlockPublicPolicy":"true"\\}\\}$`,
      'u',
    ),
    (on) => `tagged ${on}, nothing public`,
  ],
];

/** A condition that is not known here is told as it is. */
function under(on: string, condition: unknown): string {
  if (condition === undefined) return on;
  const text = JSON.stringify(condition);
  for (const [pattern, tell] of conditions) {
    const found = pattern.exec(text);
    if (found !== null) return tell(on, found);
  }
  return `${on} if ${text}`;
}
