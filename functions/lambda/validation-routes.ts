/** `POST …/validations`: the trusted user is validated now, and its report is the answer. */
import type { ConnectionStore } from '#connections/connection-record';
import { type Measure, validateApiUser } from '#onboarding/look-again';
import type { TestingWorld } from '#onboarding/prove-api-user';
import { type ApiUserTeller, readPurpose, tellTheUser } from './api-user-routes.ts';
import type { OnceWorld } from './carry-out-once.ts';
import { readConnectionId, theConnection } from './connection-routes.ts';
import type { Routes } from './http-door.ts';
import { once } from './once.ts';
import { Problem } from './problem.ts';

export type ValidationWorld = TestingWorld &
  Measure &
  ApiUserTeller &
  OnceWorld & { readonly connections: ConnectionStore };

export function validationRoutes(world: ValidationWorld): Routes {
  return {
    'POST /connections/{connectionId}/api-users/{purpose}/validations': once(
      {
        carryOut: async (call) => {
          const purpose = readPurpose(call);
          const connection = await theConnection(world.connections, readConnectionId(call));
          const validated = await validateApiUser(connection, purpose, world, call.signal);
          switch (validated.kind) {
            case 'validated':
              return {};
            case 'not-trusted':
              throw new Problem(
                'not-trusted',
                'There is no trusted API user to validate: provision one first.',
                { purpose },
              );
            case 'unavailable':
              throw new Problem('vendor-unavailable', validated.detail);
          }
        },
        tell: async (_, call) => ({ status: 200, body: await tellTheUser(call, world) }),
      },
      world,
    ),
  };
}
