import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { LambdaClient } from '@aws-sdk/client-lambda';
import type { S3Client } from '@aws-sdk/client-s3';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { SSMClient } from '@aws-sdk/client-ssm';
import type { STSClient } from '@aws-sdk/client-sts';
import type { TestAPI } from 'vitest';

export interface Aws {
  readonly secrets: SecretsManagerClient;
  readonly events: EventBridgeClient;
  readonly tables: DynamoDBClient;
  readonly lambdas: LambdaClient;
  readonly stacks: CloudFormationClient;
  readonly objects: S3Client;
  readonly parameters: SSMClient;
  readonly tokens: STSClient;
  close(): Promise<void>;
}

/** One side, and how its cases are written down. */
export interface AwsCases {
  /** Once a case runs. */
  readonly aws: () => Aws;
  readonly isHere: boolean;
  /** A case that both sides pass; skipped where the side is not here. */
  readonly test: TestAPI;
  /** A case in which moto is known not to be as AWS is: skipped there, and its title says what moto does. */
  readonly differs: (title: string, moto: string, body: () => Promise<void>) => void;
}

export const errorOf = async (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'no error',
    (error: unknown) => (error instanceof Error ? error.name : String(error)),
  );
