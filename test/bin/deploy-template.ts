/** Deploys as the CDK does, without the CDK: by one change set. */
import {
  type CloudFormationClient,
  CreateChangeSetCommand,
  DescribeStacksCommand,
  ExecuteChangeSetCommand,
} from '@aws-sdk/client-cloudformation';
import { vi } from 'vitest';
import type { Template } from '../../bin/local/synthesized-stack.ts';

export type Deploy = (
  stackName: string,
  template: Pick<Template, 'Resources'>,
  kind?: 'CREATE' | 'UPDATE',
) => Promise<Record<string, string>>;

export const describeStack = async (stacks: CloudFormationClient, StackName: string) =>
  (await stacks.send(new DescribeStacksCommand({ StackName }))).Stacks?.[0];

/** Gives the stack's outputs; rejects with what CloudFormation says where it does not come about. */
export const deployer =
  (stacks: CloudFormationClient): Deploy =>
  async (StackName, template, ChangeSetType = 'CREATE') => {
    const change = { StackName, ChangeSetName: 'next' };
    await stacks.send(
      new CreateChangeSetCommand({
        ...{ ...change, ChangeSetType, TemplateBody: JSON.stringify(template) },
        Capabilities: ['CAPABILITY_NAMED_IAM'],
      }),
    );
    await stacks.send(new ExecuteChangeSetCommand(change));
    const settled = async () => {
      const stack = await describeStack(stacks, StackName);
      return stack?.StackStatus?.endsWith('COMPLETE') ? stack : null;
    };
    const done = await vi.waitUntil(settled, { timeout: 10_000, interval: 20 });
    const { StackStatus = '', StackStatusReason = '', Outputs = [] } = done;
    if (StackStatus.includes('ROLLBACK')) throw new Error(`${StackStatus}: ${StackStatusReason}`);
    return Object.fromEntries(
      Outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]),
    );
  };
