import { parse } from 'yaml';
import * as z from 'zod';
import { AwsError } from '../local/aws-endpoint.ts';
import type { Template } from '../local/synthesized-stack.ts';
import { flag, listOf, QueryEndpoint, queryOperation } from './query-endpoint.ts';
import { settleTemplate } from './settle-template.ts';
import { type Deployer, StackBook } from './stack-book.ts';
import { tellChangeSet, tellEvents, tellStack } from './tell-stack.ts';

const text = z.string().min(1);
/** As opposed to `EXPRESS`, which waits for less. */
const plain = z.strictObject({ Mode: z.literal('STANDARD') });
const tag = z.strictObject({ Key: text, Value: z.string() });
const parameter = z.strictObject({
  ParameterKey: text,
  ParameterValue: z.string().optional(),
  UsePreviousValue: flag.optional(),
});

export interface CloudFormationSurroundings extends Deployer {
  /** The template that lies at an address of S3; null where there is none. */
  readonly templateAt: (url: string) => string | null;
  /** What the parameter store holds under a name; null where it holds nothing. */
  readonly stored: (name: string) => string | null;
}

/** CloudFormation as the CDK deploys by it: change sets, made, looked at and executed. Everything else is refused. */
export function cloudFormation(surroundings: CloudFormationSurroundings): QueryEndpoint {
  const book = new StackBook(surroundings);
  const bodyOf = (body: string | undefined, url: string | undefined): string => {
    const found = body ?? (url === undefined ? null : surroundings.templateAt(url));
    if (found !== null) return found;
    throw new AwsError('ValidationError', `there is no template at ${url ?? 'no address'}`);
  };

  return new QueryEndpoint({
    version: '2010-05-15',
    namespace: 'http://cloudformation.amazonaws.com/doc/2010-05-15/',
    operations: {
      CreateChangeSet: queryOperation(
        {
          StackName: text,
          ChangeSetName: text,
          ChangeSetType: z.enum(['CREATE', 'UPDATE']).default('UPDATE'),
          TemplateBody: text.optional(),
          TemplateURL: text.optional(),
          Parameters: listOf(parameter),
          Capabilities: listOf(text),
          Tags: listOf(tag),
          NotificationARNs: listOf(text),
          Description: z.string().optional(),
          ClientToken: z.string().optional(),
          RoleARN: z.string().optional(),
          IncludeNestedStacks: flag.optional(),
          // Of resources that stand beside any stack: here are none.
          ImportExistingResources: flag.optional(),
          DeploymentConfig: plain.optional(),
        },
        ({
          StackName,
          ChangeSetName,
          ChangeSetType,
          TemplateBody,
          TemplateURL,
          Parameters,
          Capabilities,
          Tags,
        }) => {
          const body = bodyOf(TemplateBody, TemplateURL);
          const previous = book.all.find(({ name }) => name === StackName)?.deployed?.parameters ?? {};
          const parameters = Object.fromEntries(
            Parameters.flatMap(({ ParameterKey, ParameterValue, UsePreviousValue }) => {
              const value = UsePreviousValue ? previous[ParameterKey] : ParameterValue;
              return value === undefined ? [] : [[ParameterKey, value]];
            }),
          );
          const sent = (body.startsWith('{') ? JSON.parse(body) : parse(body)) as Template;
          const template = settleTemplate(sent, new Map(Object.entries(parameters)), surroundings.stored);
          requireCapabilities(template, Capabilities);
          const draft = { body, template, parameters, tags: Tags };
          const { stack, changeSet } = book.review(
            StackName,
            ChangeSetName,
            ChangeSetType === 'CREATE',
            draft,
          );
          return { Id: changeSet.id, StackId: stack.id };
        },
      ),
      DescribeChangeSet: queryOperation(
        {
          ChangeSetName: text,
          StackName: text.optional(),
          NextToken: text.optional(),
          IncludePropertyValues: flag.optional(),
        },
        ({ ChangeSetName, StackName }) => tellChangeSet(book.changeSet(ChangeSetName, StackName)),
      ),
      DeleteChangeSet: queryOperation({ ChangeSetName: text, StackName: text.optional() }, (asked) => {
        book.discard(asked.ChangeSetName, asked.StackName);
      }),
      ExecuteChangeSet: queryOperation(
        {
          ChangeSetName: text,
          StackName: text.optional(),
          ClientRequestToken: z.string().optional(),
          DisableRollback: z.literal('false').optional(),
        },
        ({ ChangeSetName, StackName }) => book.execute(book.changeSet(ChangeSetName, StackName)),
      ),
      DescribeStacks: queryOperation(
        { StackName: text.optional(), NextToken: text.optional() },
        ({ StackName }) => ({
          Stacks: (StackName === undefined ? book.all : [book.find(StackName)]).map(tellStack),
        }),
      ),
      DescribeStackEvents: queryOperation(
        { StackName: text, NextToken: text.optional() },
        ({ StackName }) => {
          const stack = book.all.find(({ name, id }) => name === StackName || id === StackName);
          if (stack === undefined)
            throw new AwsError('ValidationError', `Stack [${StackName}] does not exist`);
          return { StackEvents: tellEvents(stack) };
        },
      ),
      GetTemplate: queryOperation(
        { StackName: text, TemplateStage: z.enum(['Original', 'Processed']).optional() },
        // Empty as long as it is reviewed.
        ({ StackName }) => ({ TemplateBody: book.find(StackName).deployed?.body ?? '' }),
      ),
      UpdateTerminationProtection: queryOperation(
        { StackName: text, EnableTerminationProtection: flag },
        ({ StackName, EnableTerminationProtection }) => {
          const stack = book.find(StackName);
          stack.isProtected = EnableTerminationProtection;
          return { StackId: stack.id };
        },
      ),
      DeleteStack: queryOperation(
        {
          StackName: text,
          RoleARN: z.string().optional(),
          ClientRequestToken: z.string().optional(),
          DeploymentConfig: plain.optional(),
        },
        ({ StackName }) => book.delete(StackName),
      ),
    },
  });
}

function requireCapabilities({ Resources }: Template, given: readonly string[]): void {
  const roles = Object.values(Resources).filter(({ Type }) => /^AWS::IAM::/u.test(Type));
  const areNamed = roles.some(({ Properties = {} }) => 'RoleName' in Properties);
  const needed = areNamed ? ['CAPABILITY_NAMED_IAM'] : ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM'];
  if (roles.length === 0 || needed.some((each) => given.includes(each))) return;
  throw new AwsError('InsufficientCapabilitiesException', `Requires capabilities : [${needed[0]}]`);
}
