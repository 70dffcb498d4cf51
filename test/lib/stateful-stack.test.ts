import { describe, expect, it } from 'vitest';
import { tableShape } from '../aws/table-shape.ts';
import { synthesize } from './synthesize.ts';

const kept = synthesize().stateful;
const thrownAway = synthesize({ retain: false }).stateful;

const rolesOf = (stage: string) => ({
  'Fn::Join': [
    '',
    [
      'arn:',
      { Ref: 'AWS::Partition' },
      ':iam::',
      { Ref: 'AWS::AccountId' },
      `:role/addigy-autotask/${stage}/*`,
    ],
  ],
});

describe('the table', () => {
  it('has the keys, the index and the expiry that the doors rely on', () => {
    kept.hasResourceProperties('AWS::DynamoDB::Table', {
      ...tableShape,
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    });
  });

  it('outlives its stack, unless it is told not to', () => {
    kept.hasResource('AWS::DynamoDB::Table', {
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: { DeletionProtectionEnabled: true },
    });
    thrownAway.hasResource('AWS::DynamoDB::Table', {
      DeletionPolicy: 'Delete',
      Properties: { DeletionProtectionEnabled: false },
    });
  });
});

describe('the key', () => {
  const [key = ''] = Object.keys(kept.findResources('AWS::KMS::Key'));
  const arn = { 'Fn::GetAtt': [key, 'Arn'] };

  it('is ours, has a name of its stage, and is rotated', () => {
    kept.hasResourceProperties('AWS::KMS::Key', { EnableKeyRotation: true });
    kept.hasResourceProperties('AWS::KMS::Alias', {
      AliasName: 'alias/addigy-autotask-prod',
      TargetKeyId: arn,
    });
  });

  it('encrypts the table and every secret', () => {
    kept.allResourcesProperties('AWS::DynamoDB::Table', {
      SSESpecification: { SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: arn },
    });
    kept.allResourcesProperties('AWS::SecretsManager::Secret', { KmsKeyId: arn });
  });

  it('outlives its stack, unless it is told not to: without it nothing that was kept can be read', () => {
    kept.allResources('AWS::KMS::Key', { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    thrownAway.allResources('AWS::KMS::Key', { DeletionPolicy: 'Delete' });
  });
});

describe('the bus', () => {
  it('keeps every event for as long as the context says, to be replayed to rules that were away', () => {
    const [bus = ''] = Object.keys(kept.findResources('AWS::Events::EventBus'));
    const archiveOf = (template: typeof kept) =>
      Object.values(template.findResources('AWS::Events::Archive')).map(({ Properties }) => Properties);
    expect(archiveOf(kept)).toMatchObject([{ SourceArn: { 'Fn::GetAtt': [bus, 'Arn'] }, RetentionDays: 30 }]);
    for (const archive of archiveOf(kept)) expect(archive).not.toHaveProperty('EventPattern');
    expect(archiveOf(synthesize({ eventRetentionDays: 7 }).stateful)).toMatchObject([{ RetentionDays: 7 }]);
  });

  it.each(['AWS::Events::EventBus', 'AWS::Events::Archive'])(
    '%s outlives its stack, unless told not to',
    (type) => {
      kept.allResources(type, { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
      thrownAway.allResources(type, { DeletionPolicy: 'Delete' });
    },
  );
});

describe('the callers’ secret', () => {
  it('lets nobody in at first, and no deployment changes that text', () => {
    kept.hasResourceProperties('AWS::SecretsManager::Secret', {
      Name: 'addigy-autotask/prod/callers',
      SecretString: '{"keys":[]}',
    });
    expect(synthesize({ leaseSeconds: 5 }).stateful.findResources('AWS::SecretsManager::Secret')).toEqual(
      kept.findResources('AWS::SecretsManager::Secret'),
    );
  });
});

describe('the key of the hand-off links', () => {
  it('is made by Secrets Manager, as text that no template holds', () => {
    kept.hasResourceProperties('AWS::SecretsManager::Secret', {
      Name: 'addigy-autotask/prod/hand-off-key',
      GenerateSecretString: { ExcludePunctuation: true, PasswordLength: 64 },
    });
  });

  it('can be seen by the doors of its stage and nobody else, and changed by whoever deploys', () => {
    const [secret] = Object.keys(
      kept.findResources('AWS::SecretsManager::Secret', {
        Properties: { Name: 'addigy-autotask/prod/hand-off-key' },
      }),
    );
    const policies = Object.values(kept.findResources('AWS::SecretsManager::ResourcePolicy'));
    expect(policies.map(({ Properties }) => Properties)).toEqual([
      {
        SecretId: { Ref: secret },
        BlockPublicPolicy: true,
        ResourcePolicy: {
          Version: '2012-10-17',
          Statement: [
            {
              Sid: 'OnlyTheDoors',
              Effect: 'Deny',
              Principal: '*',
              Action: ['secretsmanager:GetSecretValue'],
              Resource: '*',
              Condition: { ArnNotLike: { 'aws:PrincipalArn': rolesOf('prod') } },
            },
          ],
        },
      },
    ]);
  });
});

it('each secret outlives its stack, unless it is told not to', () => {
  kept.allResources('AWS::SecretsManager::Secret', { DeletionPolicy: 'Retain' });
  thrownAway.allResources('AWS::SecretsManager::Secret', { DeletionPolicy: 'Delete' });
});

it('holds nothing else', () => {
  expect(
    Object.values(kept.toJSON().Resources as Record<string, { Type: string }>)
      .map(({ Type }) => Type)
      .sort(),
  ).toEqual([
    'AWS::DynamoDB::Table',
    'AWS::Events::Archive',
    'AWS::Events::EventBus',
    'AWS::KMS::Alias',
    'AWS::KMS::Key',
    'AWS::SecretsManager::ResourcePolicy',
    'AWS::SecretsManager::Secret',
    'AWS::SecretsManager::Secret',
  ]);
});
