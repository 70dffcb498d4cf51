/** How AWS answers the CDK, which deploys: CloudFormation's change sets, and what goes with them. */
import {
  CreateChangeSetCommand,
  type CreateChangeSetCommandInput,
  DeleteChangeSetCommand,
  DeleteStackCommand,
  DescribeChangeSetCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  ExecuteChangeSetCommand,
  GetTemplateCommand,
  UpdateTerminationProtectionCommand,
} from '@aws-sdk/client-cloudformation';
import {
  GetBucketEncryptionCommand,
  GetBucketLocationCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { GetParameterCommand } from '@aws-sdk/client-ssm';
import { AssumeRoleCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { expect, vi } from 'vitest';
import { type AwsCases, errorOf } from './aws-cases.ts';

/** With what the CDK's own bootstrap stack has: parameters, conditions, a bucket, a role, and its version. */
const bootstrap = {
  Parameters: {
    Prefix: { Type: 'String', Default: 'cases' },
    Versioned: { Type: 'String', Default: 'yes', AllowedValues: ['yes', 'no'] },
    Trusted: { Type: 'CommaDelimitedList', Default: '' },
  },
  Conditions: {
    HasVersion: { 'Fn::Equals': ['yes', { Ref: 'Versioned' }] },
    TrustsSomebody: { 'Fn::Not': [{ 'Fn::Equals': ['', { 'Fn::Join': ['', { Ref: 'Trusted' }] }] }] },
  },
  Resources: {
    Bucket: {
      Type: 'AWS::S3::Bucket',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's own
      Properties: { BucketName: { 'Fn::Sub': '${Prefix}-assets-${AWS::Region}' } },
    },
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        RoleName: { 'Fn::Join': ['-', [{ Ref: 'Prefix' }, 'role']] },
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Action: 'sts:AssumeRole',
              Principal: {
                AWS: { 'Fn::If': ['TrustsSomebody', { Ref: 'Trusted' }, { Ref: 'AWS::AccountId' }] },
              },
            },
          ],
        },
      },
    },
    Version: {
      Type: 'AWS::SSM::Parameter',
      Condition: 'HasVersion',
      Properties: { Type: 'String', Name: '/cases/version', Value: '7' },
    },
  },
  Outputs: {
    BucketName: { Value: { Ref: 'Bucket' } },
    Told: { Condition: 'HasVersion', Value: 'yes' },
    Untold: { Condition: 'TrustsSomebody', Value: 'no' },
  },
};
const busOf = (name: string) => ({
  Resources: { Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: name } } },
});

export function deploymentCases({ aws, test, differs }: AwsCases): void {
  const review = (StackName: string, template: object, more: Partial<CreateChangeSetCommandInput> = {}) =>
    aws().stacks.send(
      new CreateChangeSetCommand({
        ...{
          StackName,
          ChangeSetName: 'first',
          ChangeSetType: 'CREATE',
          Capabilities: ['CAPABILITY_NAMED_IAM'],
        },
        TemplateBody: JSON.stringify(template),
        ...more,
      }),
    );
  const changeSet = (StackName: string, ChangeSetName = 'first') =>
    aws().stacks.send(new DescribeChangeSetCommand({ StackName, ChangeSetName }));
  const stack = async (StackName: string) =>
    (await aws().stacks.send(new DescribeStacksCommand({ StackName }))).Stacks?.[0];
  const execute = async (StackName: string, ChangeSetName = 'first') => {
    await aws().stacks.send(new ExecuteChangeSetCommand({ StackName, ChangeSetName }));
    const settled = async () => {
      const found = await stack(StackName);
      return found?.StackStatus?.endsWith('_COMPLETE') ? found : null;
    };
    return vi.waitUntil(settled, { timeout: 10_000, interval: 20 });
  };
  const saidOf = (call: Promise<unknown>): Promise<string> =>
    call.then(
      () => 'no error',
      (error: Error) => `${error.name}: ${error.message}`,
    );

  test('has no stack but those that were made', async () => {
    expect(await saidOf(stack('nobody'))).toBe('ValidationError: Stack with id nobody does not exist');
  });

  test('says what a change set would add, and makes nothing', async () => {
    await review('reviewed', busOf('reviewed'));
    const { Status, ExecutionStatus, Changes = [] } = await changeSet('reviewed');
    expect([Status, ExecutionStatus]).toEqual(['CREATE_COMPLETE', 'AVAILABLE']);
    expect(Changes.map(({ ResourceChange }) => ResourceChange)).toEqual([
      expect.objectContaining({
        Action: 'Add',
        LogicalResourceId: 'Bus',
        ResourceType: 'AWS::Events::EventBus',
      }),
    ]);
    expect((await stack('reviewed'))?.StackStatus).toBe('REVIEW_IN_PROGRESS');
    await aws().stacks.send(new DeleteChangeSetCommand({ StackName: 'reviewed', ChangeSetName: 'first' }));
    expect(await errorOf(changeSet('reviewed'))).not.toBe('no error');
  });

  differs('keeps the stack of a change set that was discarded', 'discards it, too', async () => {
    expect(await errorOf(changeSet('reviewed'))).toBe('ChangeSetNotFoundException');
    expect((await stack('reviewed'))?.StackStatus).toBe('REVIEW_IN_PROGRESS');
  });

  test('makes a bootstrap stack, by its conditions and the parameters that it is given', async () => {
    await review('toolkit', bootstrap, { Parameters: [{ ParameterKey: 'Prefix', ParameterValue: 'given' }] });
    expect((await execute('toolkit'))?.StackStatus).toBe('CREATE_COMPLETE');
    const { Parameter } = await aws().parameters.send(new GetParameterCommand({ Name: '/cases/version' }));
    expect(Parameter?.Value).toBe('7');
    const { TemplateBody = '' } = await aws().stacks.send(
      new GetTemplateCommand({ StackName: 'toolkit', TemplateStage: 'Original' }),
    );
    expect(JSON.parse(TemplateBody)).toEqual(bootstrap);
  });

  differs(
    'tells the outputs whose conditions hold',
    'has none of a stack that a change set made',
    async () => {
      const { Outputs = [] } = (await stack('toolkit')) ?? {};
      expect(Outputs.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue])).toEqual([
        ['BucketName', 'given-assets-us-east-1'],
        ['Told', 'yes'],
      ]);
    },
  );

  test('tells what happened to a stack, the newest first', async () => {
    const { StackEvents = [] } = await aws().stacks.send(
      new DescribeStackEventsCommand({ StackName: 'toolkit' }),
    );
    const ofStack = StackEvents.filter(({ ResourceType }) => ResourceType === 'AWS::CloudFormation::Stack');
    expect(ofStack[0]).toMatchObject({ StackName: 'toolkit', ResourceStatus: 'CREATE_COMPLETE' });
    expect(ofStack.map(({ ResourceStatus }) => ResourceStatus)).toContain('CREATE_IN_PROGRESS');
    const times = ofStack.map(({ Timestamp }) => Timestamp?.getTime() ?? 0);
    expect(times.toSorted((one, other) => other - one)).toEqual(times);
  });

  test('has no parameter but those that were made', async () => {
    expect(await errorOf(aws().parameters.send(new GetParameterCommand({ Name: '/nobody' })))).toBe(
      'ParameterNotFound',
    );
  });

  test('keeps whole objects, and finds them by how their keys begin', async () => {
    const Bucket = 'given-assets-us-east-1';
    for (const Key of ['one/a.json', 'two/b & c.json'])
      await aws().objects.send(new PutObjectCommand({ Bucket, Key, Body: `{"key":"${Key}"}` }));
    const listed = async (Prefix: string) => {
      const { Contents = [] } = await aws().objects.send(
        new ListObjectsV2Command({ Bucket, Prefix, MaxKeys: 1 }),
      );
      return Contents.map(({ Key, Size }) => [Key, Size]);
    };
    expect(await listed('two/')).toEqual([['two/b & c.json', 24]]);
    expect(await listed('three/')).toEqual([]);
    const { LocationConstraint } = await aws().objects.send(new GetBucketLocationCommand({ Bucket }));
    // Of us-east-1 there is none.
    expect(LocationConstraint ?? '').toBe('');
    const nobody = new GetBucketLocationCommand({ Bucket: 'nobody' });
    expect(await errorOf(aws().objects.send(nobody))).toBe('NoSuchBucket');
  });

  differs('encrypts a bucket by itself', 'says that it does not', async () => {
    const asked = new GetBucketEncryptionCommand({ Bucket: 'given-assets-us-east-1' });
    const { ServerSideEncryptionConfiguration } = await aws().objects.send(asked);
    expect(ServerSideEncryptionConfiguration?.Rules).toHaveLength(1);
  });

  test('lends a role', async () => {
    const { Account, Arn } = await aws().tokens.send(new GetCallerIdentityCommand({}));
    expect([Account, Arn]).toEqual([expect.stringMatching(/^\d{12}$/u), expect.stringMatching(/^arn:aws:/u)]);
    const { Credentials, AssumedRoleUser } = await aws().tokens.send(
      new AssumeRoleCommand({
        RoleArn: `arn:aws:iam::${Account}:role/given-role`,
        RoleSessionName: 'cases',
      }),
    );
    expect(AssumedRoleUser?.Arn).toBe(`arn:aws:sts::${Account}:assumed-role/given-role/cases`);
    expect(Credentials?.Expiration?.getTime()).toBeGreaterThan(Date.now());
  });

  differs('lends no role that is not there', 'lends any', async () => {
    const RoleArn = 'arn:aws:iam::000000000000:role/nobody';
    expect(
      await saidOf(aws().tokens.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'cases' }))),
    ).toMatch(/^AccessDenied: User: .* is not authorized to perform: sts:AssumeRole on resource: .*nobody$/u);
  });

  test('has nothing to execute where nothing is changed', async () => {
    await review('toolkit', bootstrap, {
      ChangeSetName: 'same',
      ChangeSetType: 'UPDATE',
      Parameters: [{ ParameterKey: 'Prefix', UsePreviousValue: true }],
    });
    const { Status, StatusReason } = await changeSet('toolkit', 'same');
    expect(Status).toBe('FAILED');
    expect(StatusReason).toContain("didn't contain changes");
  });

  test('refuses an update of a stack that is not there', async () => {
    const refused = review('other', bootstrap, { ChangeSetType: 'UPDATE' });
    expect(await saidOf(refused)).toMatch(/^ValidationError: Stack .* does not exist$/u);
  });

  differs('refuses to make a stack that is there', 'reviews it', async () => {
    const refused = await saidOf(review('toolkit', bootstrap, { ChangeSetName: 'again' }));
    expect(refused).toMatch(/^ValidationError: Stack \[toolkit\] already exists/u);
  });

  differs('deletes no stack that is protected, before it is not', 'has no protection', async () => {
    await review('kept', busOf('kept'));
    await execute('kept');
    const protect = (EnableTerminationProtection: boolean) =>
      aws().stacks.send(
        new UpdateTerminationProtectionCommand({ StackName: 'kept', EnableTerminationProtection }),
      );
    await protect(true);
    expect(await saidOf(aws().stacks.send(new DeleteStackCommand({ StackName: 'kept' })))).toBe(
      'ValidationError: Stack [kept] cannot be deleted while TerminationProtection is enabled',
    );
    expect(await stack('kept')).toMatchObject({
      StackStatus: 'CREATE_COMPLETE',
      EnableTerminationProtection: true,
    });
    await protect(false);
    await aws().stacks.send(new DeleteStackCommand({ StackName: 'kept' }));
  });

  differs('makes no roles that nobody has agreed to', 'asks nobody', async () => {
    expect(await errorOf(review('roles', bootstrap, { Capabilities: ['CAPABILITY_IAM'] }))).toBe(
      'InsufficientCapabilitiesException',
    );
  });

  test('deletes a stack', async () => {
    await review('short', busOf('short'));
    await execute('short');
    await aws().stacks.send(new DeleteStackCommand({ StackName: 'short' }));
    await vi.waitUntil(async () => (await errorOf(stack('short'))) === 'ValidationError', {
      timeout: 10_000,
    });
    // Nor does it matter.
    await aws().stacks.send(new DeleteStackCommand({ StackName: 'short' }));
  });
}
