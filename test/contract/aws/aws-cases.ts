import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { LambdaClient } from '@aws-sdk/client-lambda';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { TestAPI } from 'vitest';

export interface Aws {
  readonly secrets: SecretsManagerClient;
  readonly events: EventBridgeClient;
  readonly tables: DynamoDBClient;
  readonly lambdas: LambdaClient;
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
