/**
 * The AWS clients, made when they are first needed. Region, credentials and endpoints come from the
 * environment, which the SDK reads itself.
 */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { SingleTable } from './single-table.ts';

/** The SDK waits forever by default; a door has a deadline. Milliseconds. */
const patience = {
  maxAttempts: 4,
  // Without the last of these the SDK logs a warning when the time is over, and waits on.
  requestHandler: { connectionTimeout: 2_000, requestTimeout: 10_000, throwOnRequestTimeout: true },
};

let documents: DynamoDBDocumentClient | undefined;
let secrets: SecretsManagerClient | undefined;
let events: EventBridgeClient | undefined;

export function documentClient(): DynamoDBDocumentClient {
  documents ??= DynamoDBDocumentClient.from(new DynamoDBClient(patience), {
    marshallOptions: { removeUndefinedValues: true },
  });
  return documents;
}

/** The table of this name, spoken to through the one client. */
export function tableNamed(tableName: string): SingleTable {
  return {
    tableName,
    get client() {
      return documentClient();
    },
  };
}

export function secretsClient(): SecretsManagerClient {
  secrets ??= new SecretsManagerClient(patience);
  return secrets;
}

export function eventsClient(): EventBridgeClient {
  events ??= new EventBridgeClient(patience);
  return events;
}
