/** Where it is kept which requests were carried out: the table's shape, as Powertools' persistence layer asks for it. */
import { tableNamed } from './document-client.ts';
import { requestsPartition, type SingleTable } from './single-table.ts';

export const requestRecordsIn =
  ({ tableName, client }: SingleTable) =>
  (connectionId: string) => ({
    tableName,
    awsSdkV3Client: client,
    keyAttr: 'pk',
    staticPkValue: requestsPartition(connectionId),
    sortKeyAttr: 'sk',
    expiryAttr: 'expiresAt',
    inProgressExpiryAttr: 'inProgressUntil',
    statusAttr: 'status',
    dataAttr: 'kept',
    validationKeyAttr: 'asked',
  });

/** Nothing is made before the first request with a key. */
export const createRequestRecords = ({ TABLE_NAME }: { readonly TABLE_NAME: string }) => ({
  requestRecords: (connectionId: string) => requestRecordsIn(tableNamed(TABLE_NAME))(connectionId),
});
