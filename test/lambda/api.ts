/** The HTTP API without its wires: the real routes and tables, events as API Gateway makes them. */

import { createHmac } from 'node:crypto';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { ApiUserTable } from '#aws/api-user-table';
import { requestRecordsIn } from '#aws/request-records';
import { SecretVault } from '#aws/secret-vault';
import type { SingleTable } from '#aws/single-table';
import { addigyKeySchema } from '#connections/connection';
import { type ApiUserWorld, apiUserRoutes } from '#lambda/api-user-routes';
import { chance } from '#lambda/chance';
import { type ConnectionWorld, connectionRoutes } from '#lambda/connection-routes';
import { handOffLink } from '#lambda/hand-off-link';
import { httpDoor } from '#lambda/http-door';
import { runRoutes } from '#lambda/run-routes';
import { validationRoutes } from '#lambda/validation-routes';
import { guidedOperator } from '#onboarding/operator';
import { localClient } from '../aws/json-server.ts';
import { keeping } from '../aws/secret-keeping.ts';
import { inMemoryAutotask } from '../permissions/in-memory-access.ts';
import { worldOn } from '../runs/world.ts';
import { answerFaults } from './openapi.ts';

export interface Asked {
  /** Sent as it is; anything but text is sent as JSON. */
  readonly body?: unknown;
  readonly query?: Readonly<Record<string, string>>;
  readonly contentType?: string;
  /** Names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  /** By default one who may do everything. */
  readonly caller?: { readonly caller: string; readonly scopes: string };
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
  '/connections/{connectionId}/api-users',
  '/connections/{connectionId}/api-users/{purpose}',
  '/connections/{connectionId}/api-users/{purpose}/rotations',
  '/connections/{connectionId}/api-users/{purpose}/hand-offs',
  '/connections/{connectionId}/api-users/{purpose}/validations',
  '/connections/{connectionId}/addigy-key',
  '/connections/{connectionId}/runs',
  '/connections/{connectionId}/runs/{runId}',
];

export function apiOn(table: SingleTable, secretsUrl: string) {
  const set = worldOn(table);
  const client = new SecretsManagerClient(localClient(secretsUrl));
  const vault = new SecretVault(() => client, `prefix-${table.tableName}`, keeping);
  const autotask = inMemoryAutotask();
  const proofs: Pick<{ -readonly [Name in keyof ConnectionWorld]: ConnectionWorld[Name] }, 'proveAddigyKey'> =
    {
      proveAddigyKey: async () => ({ kind: 'trusted', evidence: { organizationId: 'org-1' } }),
    };
  const world: ConnectionWorld & ApiUserWorld & typeof set.world = {
    ...set.world,
    ...chance,
    now: () => set.control.now,
    apiUsers: new ApiUserTable(table),
    announce: (events) => set.world.bus.publish(events),
    apiUserVault: (id, purpose) => vault.apiUser(id, purpose),
    addigyKeyVault: (id) => vault.secret(id, 'addigy-key', addigyKeySchema),
    forgetSecrets: (id) => vault.scheduleDeletion(id),
    proveAddigyKey: (value, signal) => proofs.proveAddigyKey(value, signal),
    openAccess: autotask.openAccess,
    openReach: async () => null,
    operator: guidedOperator(autotask.openAccess),
    workingCredentials: async () => null,
    tokenOf: async (version, connectionId, purpose) =>
      createHmac('sha256', 'key').update(`${version} ${connectionId} ${purpose}`).digest('base64url'),
    linkOf: handOffLink('https://pages.test'),
    requestRecords: requestRecordsIn(table),
  };
  const door = httpDoor({
    ...connectionRoutes(world),
    ...apiUserRoutes(world),
    ...validationRoutes({ ...world, measure: () => {} }),
    ...runRoutes(world),
  });

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
      headers: {
        ...(text === undefined ? {} : { 'content-type': asked.contentType ?? 'application/json' }),
        ...asked.headers,
      },
      queryStringParameters: asked.query,
      pathParameters,
      requestContext: {
        requestId: 'request-1',
        http: { method, path },
        authorizer: { lambda: asked.caller ?? { caller: 'pipeline', scopes: 'onboard sync read' } },
      },
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

  return { ...set, world, proofs, autotask, vault, ask };
}
