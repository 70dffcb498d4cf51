/** Who asks. It cannot be told from the answer which of the three values is wrong. */
import type { VendorAnswer, VendorRequest } from '../vendor-server.ts';
import type { ApiUser } from './api-users.ts';
import type { AutotaskQuirks } from './quirks.ts';
import { invalid, Refusal } from './refusal.ts';
import type { AutotaskWorld } from './world.ts';

const empty = (status: number): Refusal =>
  new Refusal({ status, flags: ['unauthenticated'] } satisfies VendorAnswer);

export function authenticate(request: VendorRequest, world: AutotaskWorld, quirks: AutotaskQuirks): ApiUser {
  const { username, secret, apiintegrationcode: identifier } = request.headers;
  if (!username || !secret || !identifier) throw empty(401);
  const user = world.user(username);
  if (!user) throw empty(quirks.unknownUser === '500-empty' ? 500 : 401);
  if (user.secret !== secret) {
    user.failures += 1;
    if (user.failures >= quirks.lockAfter) user.locked = true;
    throw empty(401);
  }
  if (user.locked && quirks.lockedUser !== '401-empty') {
    const body = { errors: ['The user account has been locked.'] };
    const status = quirks.lockedUser === '401-message' ? 401 : 500;
    throw new Refusal({ status, body, flags: ['unauthenticated'] } satisfies VendorAnswer);
  }
  // Inactive and not ready yet are unconfirmed, and assumed to look the same.
  if (user.locked || !world.isActive(user) || world.now() < user.usableFrom) throw empty(401);
  if (user.trackingIdentifier !== identifier) {
    if (quirks.wrongTrackingIdentifier === '500-message') throw invalid('IntegrationCode is invalid');
    throw empty(401);
  }
  user.failures = 0;
  return user;
}
