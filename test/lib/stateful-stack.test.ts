import { describe, expect, it } from 'vitest';
import { tableShape } from '../aws/table-shape.ts';
import { synthesize } from './synthesize.ts';

const kept = synthesize().stateful;
const thrownAway = synthesize({ retain: false }).stateful;

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
    'AWS::SecretsManager::Secret',
    'AWS::SecretsManager::Secret',
  ]);
});
