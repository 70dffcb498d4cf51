import { describe, expect, it } from 'vitest';
import { synthesize } from './synthesize.ts';

const kept = synthesize().stateful;
const thrownAway = synthesize({ retain: false }).stateful;

describe('the table', () => {
  it('has the keys, the index and the expiry that the doors rely on', () => {
    kept.hasResourceProperties('AWS::DynamoDB::Table', {
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
        { AttributeName: 'kind', AttributeType: 'S' },
        { AttributeName: 'dueAt', AttributeType: 'N' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'by-due',
          KeySchema: [
            { AttributeName: 'kind', KeyType: 'HASH' },
            { AttributeName: 'dueAt', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
      BillingMode: 'PAY_PER_REQUEST',
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

  it('outlives its stack, unless it is told not to', () => {
    kept.hasResource('AWS::SecretsManager::Secret', { DeletionPolicy: 'Retain' });
    thrownAway.hasResource('AWS::SecretsManager::Secret', { DeletionPolicy: 'Delete' });
  });
});

it('holds nothing else', () => {
  expect(
    Object.values(kept.toJSON().Resources as Record<string, { Type: string }>)
      .map(({ Type }) => Type)
      .sort(),
  ).toEqual(['AWS::DynamoDB::Table', 'AWS::SecretsManager::Secret']);
});
