/** `POST …/validations`: the trusted user is validated now, and its report is the answer. */
import type { ConnectionStore } from '#onboarding/connection-record';
import { type Measure, validateApiUser } from '#onboarding/look-again';
import { tellWithLink } from '#onboarding/onboard';
import type { TestingWorld } from '#onboarding/prove-api-user';
import { readPurpose } from './api-user-routes.ts';
import { readConnectionId, theConnection } from './connection-routes.ts';
import type { Routes } from './http-door.ts';
import { Problem } from './problem.ts';

export type ValidationWorld = TestingWorld &
  Measure &
  Parameters<typeof tellWithLink>[1] & { readonly connections: ConnectionStore };

export function validationRoutes(world: ValidationWorld): Routes {
  return {
    'POST /connections/{connectionId}/api-users/{purpose}/validations': async (call) => {
      const purpose = readPurpose(call);
      const connection = await theConnection(world.connections, readConnectionId(call));
      const validated = await validateApiUser(connection, purpose, world, call.signal);
      switch (validated.kind) {
        case 'validated':
          return { status: 200, body: await tellWithLink(validated.record, world) };
        case 'not-trusted':
          throw new Problem('not-trusted', 'There is no trusted API user to validate: provision one first.', {
            purpose,
          });
        case 'unavailable':
          throw new Problem('vendor-unavailable', validated.detail);
      }
    },
  };
}
