import { EventEmitter } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { root } from './access-keys.ts';
import { type Authorize, AwsError, accessKeyOf } from './aws-endpoint.ts';
import type { Deployment } from './deployment.ts';
import { account, region } from './identities.ts';
import { deleteTable, keepTable } from './keep-table.ts';
import { nothingKept } from './kept.ts';
import { readBody } from './loopback.ts';
import { ServiceEndpoint } from './service-endpoint.ts';

/** DynamoDB's own limit on a request. Bytes. */
const mostBytes = 16 * 1024 * 1024;
/** Of what DynamoDB asks KMS for. */
const context = { 'kms:ViaService': `dynamodb.${region}.amazonaws.com` };

/**
 * DynamoDB, by dynalite, with the tables of the template in it. Stands in front of dynalite to ask IAM, and
 * because dynalite throws where nobody can catch it when a caller dies in the middle of a request.
 */
export class TableEndpoint extends ServiceEndpoint {
  /** Units of capacity that were used, over all tables and their indexes; counted where it was asked for. */
  readonly used = { read: 0, write: 0 };
  readonly #authorize: Authorize;
  readonly #isMetered: boolean;
  readonly #dynalite: Server;
  /** The keys that encrypt, by the ARN of their table. */
  readonly #keys = new Map<string, string>();

  constructor(authorize: Authorize, { isMetered = false, tables = nothingKept().tables } = {}) {
    super();
    this.#authorize = authorize;
    this.#isMetered = isMetered;
    this.#dynalite = tables;
  }

  /**
   * Makes the template's tables, those that are not there yet.
   *
   * @param credentials of someone who may do anything
   * @throws where one is there with other keys or indexes
   */
  async createTables(
    deployment: Deployment,
    credentials: { readonly accessKeyId: string; readonly secretAccessKey: string },
  ): Promise<void> {
    const client = new DynamoDBClient({ endpoint: this.url, region, credentials });
    try {
      for (const { ref, attributes, properties } of deployment.all('AWS::DynamoDB::Table')) {
        const key = properties.SSESpecification?.KMSMasterKeyId;
        if (key !== undefined) this.#keys.set(attributes.Arn ?? '', key);
        await keepTable(client, ref, properties);
      }
    } finally {
      client.destroy();
    }
  }

  /** Those of these names that are there. */
  async deleteTables(names: readonly string[]): Promise<void> {
    const client = new DynamoDBClient({ endpoint: this.url, region, credentials: root });
    try {
      for (const name of names) await deleteTable(client, name);
    } finally {
      client.destroy();
    }
  }

  protected override async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request, mostBytes);
    const [, name = ''] = String(request.headers['x-amz-target'] ?? '').split('.');
    const fault = this.faults.take(name);
    if (fault?.kind === 'lose-request') return void response.destroy();
    try {
      if (fault?.kind === 'error') throw new AwsError(fault.code, fault.message, fault.status);
      for (const resource of resourcesOf(body)) {
        this.#authorize(accessKeyOf(request), `dynamodb:${name}`, resource);
        // To read or write, DynamoDB has KMS decrypt the table's own key, in the caller's name.
        const key = this.#keys.get(resource.replace(/\/index\/.*/u, ''));
        if (key !== undefined) this.#authorize(accessKeyOf(request), 'kms:Decrypt', key, { context });
      }
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      response.writeHead(error.status, { 'content-type': 'application/x-amz-json-1.0' });
      const namespace =
        error.code === 'AccessDeniedException'
          ? 'com.amazon.coral.service'
          : 'com.amazonaws.dynamodb.v20120810';
      return void response.end(
        JSON.stringify({ __type: `${namespace}#${error.code}`, message: error.message }),
      );
    }
    if (fault?.kind === 'lose-answer') {
      response.end = () => response.destroy();
    }
    const { method, url, headers } = request;
    const kind = meteredOperations[name];
    const sent = this.#isMetered && kind !== undefined ? withCapacity(body) : body;
    if (sent !== body && kind !== undefined) this.#meter(response, kind);
    // As much of a request as dynalite looks at: it listens for the body as soon as it has it.
    const replay = Object.assign(new EventEmitter(), {
      ...{ method, url, headers: { ...headers, 'content-length': String(sent.byteLength) } },
    });
    this.#dynalite.emit('request', replay, response);
    if (sent.byteLength > 0) replay.emit('data', sent);
    replay.emit('end');
  }

  #meter(response: ServerResponse, kind: 'read' | 'write'): void {
    const end = response.end.bind(response) as (body: string) => ServerResponse;
    response.end = ((answer: string) => {
      const { ConsumedCapacity } = JSON.parse(answer || '{}') as {
        ConsumedCapacity?: { CapacityUnits: number };
      };
      // A read of nothing costs half a unit, and a condition that did not hold a write.
      this.used[kind] += Math.max(kind === 'read' ? 0.5 : 1, ConsumedCapacity?.CapacityUnits ?? 0);
      return end(answer);
    }) as typeof response.end;
  }
}

/** Of our doors' operations, which kind of capacity they use. */
const meteredOperations: Readonly<Record<string, 'read' | 'write'>> = {
  DeleteItem: 'write',
  GetItem: 'read',
  PutItem: 'write',
  Query: 'read',
  UpdateItem: 'write',
};

const withCapacity = (body: Buffer): Buffer =>
  Buffer.from(JSON.stringify({ ...JSON.parse(body.toString('utf8')), ReturnConsumedCapacity: 'TOTAL' }));

interface TableRequest {
  TableName?: string;
  IndexName?: string;
  RequestItems?: Record<string, unknown>;
}

function resourcesOf(body: Buffer): string[] {
  const { TableName, IndexName, RequestItems } = JSON.parse(body.toString('utf8') || '{}') as TableRequest;
  const tables = TableName === undefined ? Object.keys(RequestItems ?? {}) : [TableName];
  const index = IndexName === undefined ? '' : `/index/${IndexName}`;
  return tables.map((table) => `arn:aws:dynamodb:${region}:${account}:table/${table}${index}`);
}
