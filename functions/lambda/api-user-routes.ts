/** The routes of a connection's API users: told, given, asked for anew, rotated. */
import * as z from 'zod/mini';
import { apiUserSchema, type Purpose, purposes } from '#connections/connection';
import type { ConnectionRecord, ConnectionStore } from '#connections/connection-record';
import type { ApiUserRecord, ApiUserStore } from '#onboarding/api-user';
import { isUnderWay } from '#onboarding/api-user-state';
import { tellWithLink } from '#onboarding/onboard';
import type { TestingWorld } from '#onboarding/prove-api-user';
import { type CreatingWorld, createApiUser, renewDoneLink } from '#onboarding/provision-api-user';
import { takeCredentials } from '#onboarding/take-credentials';
import { type ToldApiUser, tellReport } from '#onboarding/tell-api-user';
import type { Tested } from '#permissions/test-api-user';
import type { OnceWorld } from './carry-out-once.ts';
import { readConnectionId, refuseOffboarding, theConnection } from './connection-routes.ts';
import type { HttpCall, Routes } from './http-door.ts';
import { once } from './once.ts';
import { Problem } from './problem.ts';
import { parseAs } from './read-json.ts';

export interface ApiUserTeller {
  readonly apiUsers: Pick<ApiUserStore, 'get'>;
  readonly tokenOf: CreatingWorld['tokenOf'];
  readonly linkOf: (token: string) => string;
  readonly now: () => number;
}

/** As it is now: a link is stored nowhere, so a repeat of what has made one gets it from here too. */
export async function tellTheUser(call: HttpCall, world: ApiUserTeller): Promise<ToldApiUser> {
  const id = readConnectionId(call);
  const purpose = readPurpose(call);
  const record = await world.apiUsers.get(id, purpose);
  if (record === null) throw unknownUser(id, purpose);
  return tellWithLink(record, world);
}

export interface ApiUserWorld extends CreatingWorld, TestingWorld, OnceWorld {
  readonly connections: ConnectionStore;
  readonly linkOf: (token: string) => string;
}

export const readPurpose = (call: HttpCall): Purpose =>
  parseAs(z.object({ purpose: z.enum(purposes) }), call.path, 'purpose').purpose;

export function apiUserRoutes(world: ApiUserWorld): Routes {
  const { connections, apiUsers } = world;
  /** A link is a key: whoever may only look does not see it. */
  const show = async (record: ApiUserRecord, { asker }: HttpCall) => {
    const told = await tellWithLink(record, world);
    return asker?.scopes.includes('onboard') ? told : { ...told, link: null };
  };

  async function theUser(call: HttpCall): Promise<[ConnectionRecord, Purpose, ApiUserRecord | null]> {
    const connection = await theConnection(connections, readConnectionId(call));
    const purpose = readPurpose(call);
    return [connection, purpose, await apiUsers.get(connection.id, purpose)];
  }

  return {
    'GET /connections/{connectionId}/api-users': async (call) => {
      const { id } = await theConnection(connections, readConnectionId(call));
      const shown = (await apiUsers.list(id)).map((record) => show(record, call));
      return { status: 200, body: { apiUsers: await Promise.all(shown) } };
    },

    'GET /connections/{connectionId}/api-users/{purpose}': async (call) => {
      const [connection, purpose, record] = await theUser(call);
      if (record === null) throw unknownUser(connection.id, purpose);
      return { status: 200, body: await show(record, call) };
    },

    'PUT /connections/{connectionId}/api-users/{purpose}': async (call) => {
      const purpose = readPurpose(call);
      const value = parseAs(apiUserSchema, call.body(), 'body');
      const connection = await theConnection(connections, readConnectionId(call));
      refuseOffboarding(connection);
      if (purpose === 'addigy') {
        throw new Problem(
          'purpose-not-supported',
          "Only Addigy can log in with an API user bound to Addigy's tracking identifier: provision it, and follow its page.",
          { purpose },
        );
      }
      const tested = await takeCredentials(connection, value, world, call.signal);
      return { status: 200, body: { purpose, state: 'trusted', ...evidenceOf(tested) } };
    },

    'POST /connections/{connectionId}/api-users/{purpose}/rotations': once(
      {
        carryOut: async (call) => {
          const [connection, purpose, record] = await theUser(call);
          refuseOffboarding(connection);
          if (record === null || record.trustedVersion === null || record.state === 'offboarded') {
            throw new Problem('not-trusted', 'Only a trusted API user is rotated: provision one first.', {
              purpose,
            });
          }
          const isIdle = (one: ApiUserRecord) => one.trustedVersion !== null && !isUnderWay(one.attempt);
          await createApiUser(connection, purpose, isIdle, world, call.signal);
          return {};
        },
        tell: async (_, call) => ({ status: 200, body: await tellTheUser(call, world) }),
      },
      world,
    ),

    'POST /connections/{connectionId}/api-users/{purpose}/hand-offs': once(
      {
        carryOut: async (call) => {
          const [connection, purpose, record] = await theUser(call);
          refuseOffboarding(connection);
          const isAtWork = record !== null && record.state !== 'offboarded' && record.trustedVersion !== null;
          if (isAtWork && !isUnderWay(record.attempt)) {
            // The last step of a rotation is a person's too.
            const left = record.replaced?.retiredAt === null && record.attempt !== null;
            const renewed = left ? await renewDoneLink(connection, purpose, world) : null;
            if (renewed !== null) return {};
            throw new Problem(
              'nothing-to-hand-off',
              'The API user is trusted: rotate it to have another made.',
              {
                purpose,
              },
            );
          }
          // Of two who ask at once, one makes the link and both get it.
          const seen = record?.attempt?.version;
          const isSeen = (one: ApiUserRecord) => one.attempt?.version === seen;
          await createApiUser(connection, purpose, isSeen, world, call.signal);
          return {};
        },
        tell: async (_, call) => ({ status: 201, body: await tellTheUser(call, world) }),
      },
      world,
    ),
  };
}

export const unknownUser = (connectionId: string, purpose: Purpose): Problem =>
  new Problem('not-found', `${connectionId} has no API user for ${purpose}: provision one.`, { purpose });

function evidenceOf(tested: Tested) {
  switch (tested.kind) {
    case 'passed': {
      const { name, url } = tested.zone;
      return { zone: { name, url }, report: tellReport(tested.report) };
    }
    case 'denied':
      throw new Problem(
        'permission-denied',
        'Autotask let the user in, and it lacks what the report names. Nothing was changed: give it those rights, then send it again.',
        { report: tellReport(tested.report) },
      );
    case 'login-refused':
      throw new Problem('credentials-refused', tested.detail, { report: tellReport(tested.report) });
    case 'unavailable':
      throw new Problem('vendor-unavailable', tested.detail);
  }
}
