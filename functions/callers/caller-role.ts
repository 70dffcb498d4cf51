/** Callers that sign as an IAM role (SigV4), where the others bear a key. The role says what they may do. */
import * as z from 'zod/mini';
import { type Scope, scopes } from './scope.ts';

/** By the role's unique id, `AROA…`: IAM gives it once, and no role that is made later has it, whatever its name. */
export type CallerRoles = Readonly<Record<string, Scope>>;

const roleWord = new RegExp(`^(${scopes.join('|')})=(\\w+)$`, 'u');

/** As the stack tells the doors: `onboard=AROA… read=AROA…`, or `none`. */
export const callerRolesSchema = z.pipe(
  z.string(),
  z.transform((text, refusal): CallerRoles => {
    if (text === 'none') return {};
    const roles: Record<string, Scope> = {};
    for (const word of text.split(' ')) {
      const [, scope, id] = roleWord.exec(word) ?? [];
      if (scope === undefined || id === undefined) {
        refusal.issues.push({
          code: 'custom',
          message: 'must be <scope>=<role id>, apart by spaces, or none',
          input: text,
        });
        return z.NEVER;
      }
      roles[id] = scope as Scope;
    }
    return roles;
  }),
);

export interface RoleCaller {
  readonly scope: Scope;
  /** The session's, which whoever takes the role chooses: it says who calls, and opens nothing. */
  readonly session: string;
}

/**
 * @param callerId as IAM tells who signed: `<unique id of the role>:<session>` of a role, the unique id alone of a user
 * @returns null of whoever is none of these roles, whatever else their own policies let them do
 */
export function roleCallerOf(roles: CallerRoles, callerId: string): RoleCaller | null {
  const [id = '', session = ''] = callerId.split(':', 2);
  const scope = Object.hasOwn(roles, id) ? roles[id] : undefined;
  return scope === undefined || session === '' ? null : { scope, session };
}
