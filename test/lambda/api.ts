/** The HTTP API without its wires: the real routes and tables, events as API Gateway makes them. */

import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { SecretVault } from '#aws/secret-vault';
import type { SingleTable } from '#aws/single-table';
import { token } from '#lambda/chance';
import { type ConnectionWorld, connectionRoutes } from '#lambda/connection-routes';
import { httpDoor } from '#lambda/http-door';
import { runRoutes } from '#lambda/run-routes';
import { addigyKeySchema, apiUserSchema } from '#onboarding/connection';
import { localClient } from '../aws/json-server.ts';
import { worldOn } from '../runs/world.ts';
import { answerFaults } from './openapi.ts';

export interface Asked {
  /** Sent as it is; anything but text is sent as JSON. */
  readonly body?: unknown;
  readonly query?: Readonly<Record<string, string>>;
  readonly contentType?: string;
  readonly base64?: boolean;
}

export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  // biome-ignore lint/suspicious/noExplicitAny: an answer is whatever came
  readonly body: any;
}

const templates = [
  '/connections',
  '/connections/{connectionId}',
  '/connections/{connectionId}/api-users/{purpose}',
  '/connections/{connectionId}/addigy-key',
  '/connections/{connectionId}/runs',
  '/connections/{connectionId}/runs/{runId}',
];

export function apiOn(table: SingleTable, secretsUrl: string) {
  const set = worldOn(table);
  const client = new SecretsManagerClient(localClient(secretsUrl));
  const vault = new SecretVault(() => client, `prefix-${table.tableName}`);
  const proofs: { -readonly [Name in 'proveDeviceSync' | 'proveAddigyKey']: ConnectionWorld[Name] } = {
    proveDeviceSync: async () => ({ kind: 'trusted', evidence: { name: 'Zone', url: 'https://zone.test/' } }),
    proveAddigyKey: async () => ({ kind: 'trusted', evidence: { organizationId: 'org-1' } }),
  };
  const world: ConnectionWorld & typeof set.world = {
    ...set.world,
    deviceSyncVault: (id) => vault.secret(id, 'device-sync', apiUserSchema),
    addigyKeyVault: (id) => vault.secret(id, 'addigy-key', addigyKeySchema),
    forgetSecrets: (id) => vault.scheduleDeletion(id),
    proveDeviceSync: (value, signal) => proofs.proveDeviceSync(value, signal),
    proveAddigyKey: (value, signal) => proofs.proveAddigyKey(value, signal),
    version: token,
  };
  const door = httpDoor({ ...connectionRoutes(world), ...runRoutes(world) });

  async function ask(method: string, path: string, asked: Asked = {}): Promise<Answered> {
    const parts = path.split('/');
    const template = templates.find((one) => {
      const wanted = one.split('/');
      return (
        wanted.length === parts.length && wanted.every((part, n) => part.startsWith('{') || part === parts[n])
      );
    });
    const pathParameters = Object.fromEntries(
      (template ?? '')
        .split('/')
        .flatMap((part, n) =>
          part.startsWith('{') ? [[part.slice(1, -1), decodeURIComponent(parts[n] ?? '')]] : [],
        ),
    );
    const text =
      asked.body === undefined || typeof asked.body === 'string' ? asked.body : JSON.stringify(asked.body);
    const event = {
      version: '2.0',
      routeKey: `${method} ${template}`,
      rawPath: path,
      headers: text === undefined ? {} : { 'content-type': asked.contentType ?? 'application/json' },
      queryStringParameters: asked.query,
      pathParameters,
      requestContext: { requestId: 'request-1', http: { method, path } },
      body: asked.base64 ? Buffer.from(text ?? '').toString('base64') : text,
      isBase64Encoded: asked.base64 ?? false,
    } as unknown as APIGatewayProxyEventV2;
    const context = { getRemainingTimeInMillis: () => 29_000, awsRequestId: 'a' } as unknown as Context;
    const answer = await door(event, context);
    const body: unknown = answer.body === undefined ? undefined : JSON.parse(answer.body);
    const headers = answer.headers ?? {};
    const status = answer.statusCode ?? 0;
    const fault = answerFaults(
      `${method} ${template}`,
      status,
      headers['content-type'] as string | undefined,
      body,
    );
    if (fault !== '') throw new Error(`${method} ${path} → ${status}: ${fault}`);
    return { status, headers, body };
  }

  return { ...set, world, proofs, vault, ask };
}
