/**
 * The bootstrap stack. What it makes is here what the CDK asks for later: a bucket to put assets in, roles to take,
 * and the number of its version.
 */
import { AwsError } from '../local/aws-endpoint.ts';
import { account, type Identity, identityOf, isKnownType, region } from '../local/identities.ts';
import { resolve } from '../local/intrinsics.ts';
import { StackScope } from '../local/stack-scope.ts';
import type { Template } from '../local/synthesized-stack.ts';

interface ToolkitType {
  readonly nameProperty?: string;
  identify(name: string): Identity;
}

/** What `cdk bootstrap` makes, beside types that our own templates have too. */
const toolkitTypes: Readonly<Record<string, ToolkitType>> = {
  // Nothing of ours is an image, so that nobody asks for it again.
  'AWS::ECR::Repository': {
    nameProperty: 'RepositoryName',
    identify: (name) => ({
      ref: name,
      attributes: { Arn: `arn:aws:ecr:${region}:${account}:repository/${name}` },
    }),
  },
  'AWS::S3::Bucket': {
    nameProperty: 'BucketName',
    identify: (name) => ({
      ref: name,
      attributes: {
        Arn: `arn:aws:s3:::${name}`,
        RegionalDomainName: `${name}.s3.${region}.amazonaws.com`,
      },
    }),
  },
  'AWS::S3::BucketPolicy': { identify: (name) => ({ ref: name, attributes: {} }) },
  'AWS::SSM::Parameter': { nameProperty: 'Name', identify: (name) => ({ ref: name, attributes: {} }) },
};

const identify: typeof identityOf = (type, logicalId, property) => {
  const known = toolkitTypes[type];
  if (known === undefined) return identityOf(type, logicalId, property);
  const given = known.nameProperty === undefined ? undefined : property(known.nameProperty);
  return known.identify(given ?? logicalId);
};

/** Whether a template makes what only a bootstrap stack does. */
export const isToolkit = (template: Template): boolean =>
  Object.values(template.Resources).some(({ Type }) => Object.hasOwn(toolkitTypes, Type));

/** @throws AwsError where it has a resource of a type that is not known */
export function checkToolkit({ Resources }: Template): void {
  const strange = Object.entries(Resources).filter(
    ([, { Type }]) => !Object.hasOwn(toolkitTypes, Type) && !isKnownType(Type),
  );
  if (strange.length === 0) return;
  const named = strange.map(([logicalId, { Type }]) => `${Type} (${logicalId})`);
  throw new AwsError('ValidationError', `the local AWS does not know ${named.join(', ')}`);
}

/** What bootstrap stacks have made. */
export class Toolkits {
  readonly buckets = new Set<string>();
  /** Of Systems Manager's parameter store, by name. */
  readonly parameters = new Map<string, string>();
  /** By ARN. */
  readonly roles = new Set<string>();

  /** @returns the stack's outputs */
  deploy(name: string, template: Template): Record<string, string> {
    const scope = new StackScope({ name, template }, new Map(), identify);
    for (const [logicalId, { Type, Properties = {} }] of Object.entries(template.Resources)) {
      const { ref, attributes } = scope.identity(logicalId);
      if (Type === 'AWS::S3::Bucket') this.buckets.add(ref);
      if (Type === 'AWS::IAM::Role') this.roles.add(attributes.Arn ?? '');
      if (Type === 'AWS::SSM::Parameter') this.parameters.set(ref, String(resolve(Properties.Value, scope)));
    }
    return Object.fromEntries(
      Object.entries(template.Outputs ?? {}).map(([output, { Value }]) => [
        output,
        String(resolve(Value, scope)),
      ]),
    );
  }
}
