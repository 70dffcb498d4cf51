/** The routes of a connection: declared, looked at, removed, and given credentials. */
import { z } from 'zod';
import {
  type AddigyKey,
  type ApiUserCredentials,
  addigyKeySchema,
  apiUserSchema,
  connectionIdSchema,
  connectionSchema,
  purposes,
} from '#onboarding/connection';
import type {
  ConnectionRecord,
  ConnectionStore,
  CredentialName,
  LearntFromProof,
} from '#onboarding/connection-record';
import { type Proof, trustCredentials, type Vault, type Verdict } from '#onboarding/trust-credentials';
import { type RemovalWorld, removeConnection } from '#runs/remove-connection';
import { cursorOf, readCursor } from './cursor.ts';
import type { HttpCall, Routes } from './http-door.ts';
import { invalid, Problem, type ProblemCode } from './problem.ts';
import { parseAs } from './read-json.ts';
import { connectionView } from './views.ts';

export interface ConnectionWorld extends RemovalWorld {
  readonly connections: ConnectionStore;
  readonly deviceSyncVault: (connectionId: string) => Vault<ApiUserCredentials>;
  readonly addigyKeyVault: (connectionId: string) => Vault<AddigyKey>;
  readonly proveDeviceSync: Proof<ApiUserCredentials, { readonly name: string; readonly url: string }>;
  readonly proveAddigyKey: Proof<AddigyKey, { readonly organizationId: string | null }>;
  /** A version's name: unguessable, 32 to 64 characters. */
  readonly version: () => string;
}

const pageSchema = z.strictObject({
  limit: z
    .string()
    .regex(/^(?:[1-9]\d?|100)$/u, 'must be a number from 1 to 100')
    .transform(Number)
    .default(50),
  cursor: z.string().max(1_000).optional(),
});

export const readPage = (call: HttpCall) => parseAs(pageSchema, call.query, 'query');

export function readConnectionId(call: HttpCall): string {
  const parsed = connectionIdSchema.safeParse(call.path.connectionId);
  if (parsed.success) return parsed.data;
  throw invalid([{ field: 'connectionId', message: parsed.error.issues[0]?.message ?? 'is not an id' }]);
}

export const unknownConnection = (id: string): Problem =>
  new Problem('not-found', `There is no connection ${id}.`, { connectionId: id });

export async function theConnection(connections: ConnectionStore, id: string): Promise<ConnectionRecord> {
  const record = await connections.get(id);
  if (record === null) throw unknownConnection(id);
  return record;
}

export function connectionRoutes(world: ConnectionWorld): Routes {
  const { connections } = world;
  return {
    'GET /connections': async (call) => {
      const page = readPage(call);
      const after = page.cursor === undefined ? null : readCursor('connections', page.cursor)[1];
      const found = await connections.list({ limit: page.limit, after });
      const next = found.next === null ? null : cursorOf(['connections', found.next]);
      return { status: 200, body: { connections: found.connections.map(connectionView), next } };
    },

    'PUT /connections/{connectionId}': async (call) => {
      const id = readConnectionId(call);
      const settings = parseAs(connectionSchema, call.body(), 'body');
      const { record, created } = await connections.declare(id, settings, world.now());
      return { status: created ? 201 : 200, body: connectionView(record) };
    },

    'GET /connections/{connectionId}': async (call) => {
      const record = await theConnection(connections, readConnectionId(call));
      return { status: 200, body: connectionView(record) };
    },

    'DELETE /connections/{connectionId}': async (call) => {
      const id = readConnectionId(call);
      const answer = await removeConnection(id, world);
      if (answer.kind === 'unknown') throw unknownConnection(id);
      if (answer.kind === 'run-in-progress') {
        throw new Problem('run-in-progress', 'Remove the connection when its run has ended.', {
          runId: answer.runId,
        });
      }
      return { status: 204 };
    },

    'PUT /connections/{connectionId}/api-users/{purpose}': async (call) => {
      const id = readConnectionId(call);
      const { purpose } = parseAs(z.object({ purpose: z.enum(purposes) }), call.path, 'purpose');
      const value = parseAs(apiUserSchema, call.body(), 'body');
      const record = await theConnection(connections, id);
      if (purpose === 'addigy') {
        throw new Problem(
          'purpose-not-supported',
          "Only Addigy can log in with an API user bound to Addigy's tracking identifier; enter it in Addigy.",
          { purpose },
        );
      }
      const vault = world.deviceSyncVault(id);
      const version = world.version();
      const prove = world.proveDeviceSync;
      const verdict = await trustCredentials({ vault, value, version, prove, signal: call.signal });
      const { name, url } = evidenceOf(verdict, 'credentials-refused');
      const zone = { name, url, foundAt: world.now() };
      await remember(world, record.id, 'deviceSync', { version, zone });
      return { status: 200, body: { purpose, state: 'trusted', zone: { name, url } } };
    },

    'PUT /connections/{connectionId}/addigy-key': async (call) => {
      const id = readConnectionId(call);
      const value = parseAs(addigyKeySchema, call.body(), 'body');
      const record = await theConnection(connections, id);
      const vault = world.addigyKeyVault(id);
      const version = world.version();
      const prove = world.proveAddigyKey;
      const verdict = await trustCredentials({ vault, value, version, prove, signal: call.signal });
      const proved = evidenceOf(verdict, 'addigy-key-refused');
      const organizationId = record.settings.addigy.organizationId ?? proved.organizationId;
      await remember(world, id, 'addigyKey', {
        version,
        ...(organizationId === null ? {} : { organizationId }),
      });
      return { status: 200, body: { state: 'trusted', organizationId } };
    },
  };
}

function evidenceOf<Evidence>(verdict: Verdict<Evidence>, refusal: ProblemCode): Evidence {
  if (verdict.kind === 'trusted') return verdict.evidence;
  if (verdict.kind === 'refused') throw new Problem(refusal, verdict.detail);
  throw new Problem('vendor-unavailable', verdict.detail);
}

/** Where the connection was removed while its credentials were proved, they are put out of use again. */
async function remember(
  world: ConnectionWorld,
  id: string,
  credential: CredentialName,
  learnt: LearntFromProof,
): Promise<void> {
  if (await world.connections.trust(id, credential, learnt, world.now())) return;
  await world.forgetSecrets(id);
  throw unknownConnection(id);
}
