/** The routes of a connection: declared, looked at, removed, and given credentials. */
import * as z from 'zod/mini';
import { addigyKeySchema, connectionIdSchema, connectionSchema } from '#connections/connection';
import {
  type ConnectionRecord,
  type ConnectionStore,
  type Declared,
  type Expected,
  versionOf,
} from '#connections/connection-record';
import { tellUnexpected } from '#connections/unexpected';
import { provisionAll, tellWithLink, wishedPurposes } from '#onboarding/onboard';
import type { CreatingWorld } from '#onboarding/provision-api-user';
import { type AddigyKeyWorld, takeAddigyKey } from '#onboarding/take-addigy-key';
import type { Verdict } from '#onboarding/trust-credentials';
import { type OffboardingWorld, offboardConnection } from '#runs/offboard-connection';
import { cursorOf, readCursor } from './cursor.ts';
import type { HttpCall, Routes } from './http-door.ts';
import { etagOf, readExpected } from './precondition.ts';
import { invalid, Problem } from './problem.ts';
import { parseAs } from './read-json.ts';
import { connectionView } from './views.ts';

export interface ConnectionWorld extends OffboardingWorld, AddigyKeyWorld, CreatingWorld {
  readonly connections: ConnectionStore;
  readonly linkOf: (token: string) => string;
}

/** The body of `PUT /connections/{id}`: its settings, and what it wishes to have made. A wish is not a setting: it is not stored. */
export const declarationSchema = z.extend(connectionSchema, { provision: z._default(wishedPurposes, []) });

const numeral = (pattern: RegExp, message: string) =>
  z.pipe(z.string().check(z.regex(pattern, message)), z.transform(Number));

const pageSchema = z.strictObject({
  limit: z._default(numeral(/^(?:[1-9]\d?|100)$/u, 'must be a number from 1 to 100'), 50),
  cursor: z.optional(z.string().check(z.maxLength(1_000))),
});

/** Of DELETE. Without anything, what is ours is looked for and nothing is written. */
const offboardingSchema = z
  .strictObject({
    apply: z.pipe(
      z._default(z.enum(['true', 'false']), 'false'),
      z.transform((text) => text === 'true'),
    ),
    planId: z._default(z.nullable(z.string().check(z.minLength(1), z.maxLength(200))), null),
    limit: z._default(z.nullable(numeral(/^(?:\d{1,2}|100)$/u, 'must be a percentage from 0 to 100')), null),
    items: z.optional(z.literal('keep')),
  })
  .check(
    z.refine((wish) => wish.planId === null || wish.apply, {
      path: ['planId'],
      error: 'is of a plan to apply: add apply=true',
    }),
    z.refine((wish) => wish.items === undefined || (!wish.apply && wish.limit === null), {
      path: ['items'],
      error: 'keeps what is there: leave apply, planId and limit out',
    }),
  );

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
      const { provision, ...settings } = parseAs(declarationSchema, call.body(), 'body');
      const expected = readExpected(call);
      const declared = await connections.declare(id, settings, world.now(), {
        expected,
        by: call.asker?.name ?? null,
      });
      const record = written(id, declared, expected);
      await provisionAll(record, provision, world, call.signal);
      const users = provision.length === 0 ? [] : await world.apiUsers.list(id);
      const apiUsers = await Promise.all(users.map((user) => tellWithLink(user, world)));
      const body = { ...connectionView(record), ...(provision.length === 0 ? {} : { apiUsers }) };
      return { status: declared.kind === 'created' ? 201 : 200, body, headers: tagOf(record) };
    },

    'GET /connections/{connectionId}': async (call) => {
      const record = await theConnection(connections, readConnectionId(call));
      return { status: 200, body: connectionView(record), headers: tagOf(record) };
    },

    'DELETE /connections/{connectionId}': async (call) => {
      const id = readConnectionId(call);
      const { items, ...wish } = parseAs(offboardingSchema, call.query, 'query');
      const answer = await offboardConnection(id, { ...wish, keepItems: items === 'keep' }, world);
      switch (answer.kind) {
        case 'unknown':
          throw unknownConnection(id);
        case 'run-in-progress': {
          const { runId } = answer;
          throw new Problem(answer.kind, 'Offboard the connection when its run has ended.', { runId });
        }
        case 'credentials-missing':
          throw new Problem(
            answer.kind,
            'Runs have written to Autotask, and no API user works to find out what: provision one first, or offboard with items=keep and leave in Autotask what is there.',
          );
        case 'offboarding': {
          const { runId } = answer.run;
          const location = `/connections/${id}/runs/${runId}`;
          return { status: 202, body: { state: answer.kind, runId }, headers: { location } };
        }
        case 'offboarded':
          return { status: 200, body: { state: answer.kind, deactivate: answer.deactivate } };
      }
    },

    'PUT /connections/{connectionId}/addigy-key': async (call) => {
      const id = readConnectionId(call);
      const value = parseAs(addigyKeySchema, call.body(), 'body');
      const connection = await theConnection(connections, id);
      refuseOffboarding(connection);
      const { organizationId, gone } = evidenceOf(await takeAddigyKey(connection, value, world, call.signal));
      if (gone) {
        // Removed while its key was proved: put out of use again.
        await world.forgetSecrets(id);
        throw unknownConnection(id);
      }
      return { status: 200, body: { state: 'trusted', organizationId } };
    },
  };
}

const tagOf = (record: ConnectionRecord) => ({ etag: etagOf(versionOf(record)) });

function written(id: string, declared: Declared, expected: Expected): ConnectionRecord {
  switch (declared.kind) {
    case 'offboarding':
      throw new Problem(
        'offboarding-in-progress',
        'The connection is on its way out; declare it again when that is done.',
      );
    case 'unexpected': {
      const { code, says } = tellUnexpected(id, declared.record, expected);
      const advice =
        declared.record === null
          ? 'Leave If-Match out to create it.'
          : 'GET it, then send its ETag as If-Match, or If-Match: * to overwrite whatever is there.';
      throw new Problem(code, `${says} ${advice}`, { connectionId: id });
    }
    default:
      return declared.record;
  }
}

function evidenceOf<Evidence>(verdict: Verdict<Evidence>): Evidence {
  if (verdict.kind === 'trusted') return verdict.evidence;
  if (verdict.kind === 'refused') throw new Problem('addigy-key-refused', verdict.detail);
  throw new Problem('vendor-unavailable', verdict.detail);
}

export function refuseOffboarding({ id, offboarding }: ConnectionRecord): void {
  if (offboarding === null) return;
  throw new Problem('offboarding-in-progress', `The connection ${id} is offboarded, or about to be.`);
}
