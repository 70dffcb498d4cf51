import * as z from 'zod';
import { type Scope, scopes } from '#callers/scope';

/** By scope: ARNs of the roles and users that may take that scope's role. */
export type AllowedCallers = Readonly<Partial<Record<Scope, readonly string[]>>>;

/**
 * One role or one user. Not an account, whose every administrator could let in whom they like; no wildcard, which
 * trust policies do not take here; no session, which is over in hours.
 */
const callerWord = new RegExp(
  `^(${scopes.join('|')})=(arn:aws[\\w-]*:iam::\\d{12}:(?:role|user)/[\\w+=,.@/-]+)$`,
  'u',
);

/** `onboard=arn:aws:iam::123456789012:role/pipeline read=arn:…`. Apart by spaces: a role's name may hold `,` and `=`. */
export const allowedCallersSchema = z.string().transform((text, refusal): AllowedCallers => {
  const allowed: Partial<Record<Scope, readonly string[]>> = {};
  for (const word of text.split(/\s+/u).filter((part) => part !== '')) {
    const [, scope, arn] = callerWord.exec(word) ?? [];
    if (scope === undefined || arn === undefined) {
      const form = `<${scopes.join('|')}>=<ARN of one role or user>, apart by spaces`;
      refusal.addIssue({ code: 'custom', message: `must be ${form}, or '', which ${word} is not` });
      return z.NEVER;
    }
    const callers = allowed[scope as Scope] ?? [];
    allowed[scope as Scope] = callers.includes(arn) ? callers : [...callers, arn];
  }
  return allowed;
});
