/**
 * POSTs are repeated by callers who lost the answer. With an `Idempotency-Key` a repeat within a day is answered
 * like the first, and nothing is done again:
 *
 * | the same key, route and caller     | answer                                                   |
 * |------------------------------------|----------------------------------------------------------|
 * | carried out                        | told anew, with `idempotency-replayed: true`             |
 * | refused, or failed                 | as if it were the first: of those nothing is kept        |
 * | being carried out                  | 409 `request-in-progress`                                |
 * | cut off by the end of its Lambda   | as if it were the first, as soon as that end is reached  |
 * | sent with another body or query    | 422 `idempotency-key-reused`                             |
 */
import type { Deed, OnceWorld } from './carry-out-once.ts';
import type { Route } from './http-door.ts';
import { invalid } from './problem.ts';

const printable = /^[\x20-\x7e]{1,255}$/u;

/** Without the header, a POST like any other. */
export const once =
  <Kept extends Readonly<Record<string, string>>>(deed: Deed<Kept>, world: OnceWorld): Route =>
  async (call) => {
    const key = call.headers['idempotency-key'];
    if (key === undefined) return deed.tell(await deed.carryOut(call), call);
    if (!printable.test(key)) {
      throw invalid([{ field: 'idempotency-key', message: 'must be 1 to 255 printable ASCII characters' }]);
    }
    const { carryOutOnce } = await import('./carry-out-once.ts');
    const { kept, isRepeat } = await carryOutOnce(deed, call, key, world);
    const answer = await deed.tell(kept, call);
    return isRepeat ? { ...answer, headers: { ...answer.headers, 'idempotency-replayed': 'true' } } : answer;
  };
