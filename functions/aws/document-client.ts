/**
 * Each AWS client in a file of its own, so that no door bundles and loads another's, and made when it is first
 * needed. Region, credentials and endpoints come from the environment, which the SDK reads itself.
 */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { patience } from './patience.ts';
import type { SingleTable } from './single-table.ts';

let documents: DynamoDBDocumentClient | undefined;

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
