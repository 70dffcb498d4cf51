import type { ApiUserCredentials } from '#connections/connection';
import type { ConnectionRecord } from '#connections/connection-record';
import type { Tested } from '#permissions/test-api-user';
import { beginVerifying } from './api-user-life.ts';
import { isUnderWay } from './api-user-state.ts';
import { changeApiUser } from './keep-api-user.ts';
import { type TestingWorld, testAndFinish } from './prove-api-user.ts';

/**
 * Credentials of a user that somebody has made already, by the API: *test* and *finish* without a hand-off. Where a
 * first user is waited for they count as typed on its page, which then tells what came of it. Otherwise credentials
 * that do not pass are taken back, and whatever was current stays; in a rotation they are the present user's, and the
 * rotation goes on.
 */
export async function takeCredentials(
  connection: ConnectionRecord,
  value: ApiUserCredentials,
  world: TestingWorld & { readonly version: () => string },
  signal: AbortSignal,
): Promise<Tested> {
  const { id } = connection;
  const vault = world.apiUserVault(id, 'device-sync');
  const version = world.version();
  const before = await world.apiUsers.get(id, 'device-sync');
  const joins = before !== null && isUnderWay(before.attempt) && before.trustedVersion === null;
  await vault.storePending(version, value);
  if (joins) {
    await changeApiUser(id, 'device-sync', (one) => one && beginVerifying(one, version, world.now()), world);
    return testAndFinish(connection, { version, value }, world, signal);
  }
  let isTrusted = false;
  try {
    const tested = await testAndFinish(connection, { version, value }, world, signal);
    isTrusted = tested.kind === 'passed';
    return tested;
  } finally {
    if (!isTrusted) await vault.discard(version);
  }
}
