/** Who asks, as API Gateway tells it: of its authorizer for bearer keys, or of the role that signed. */
import * as z from 'zod/mini';
import { type CallerRoles, roleCallerOf } from '#callers/caller-role';
import { type Scope, scopes } from '#callers/scope';

export interface Asker {
  /** The name of the key; `iam:<scope>/<session>` of a role; the ARN of whoever is let in by IAM alone. */
  readonly name: string;
  /** None: opens nothing. */
  readonly scopes: readonly Scope[];
}

const byKey = z.object({ lambda: z.object({ caller: z.string(), scopes: z.string() }) });
/** `callerId` and `userArn` are IAM's, made from the signature: nothing of it is what the request says. */
const byIam = z.object({ iam: z.object({ callerId: z.string(), userArn: z.string() }) });
const letIn = z.object({ requestContext: z.object({ authorizer: z.union([byKey, byIam]) }) });

/** Null where nobody was let in by name. */
export function askerOf(event: unknown, roles: CallerRoles): Asker | null {
  const parsed = letIn.safeParse(event);
  if (!parsed.success) return null;
  const { authorizer } = parsed.data.requestContext;
  if ('iam' in authorizer) {
    const { callerId, userArn } = authorizer.iam;
    const role = roleCallerOf(roles, callerId);
    // Another principal of the account, let in by a policy of its own: ours say nothing of it.
    if (role === null) return { name: userArn, scopes: [] };
    return { name: `iam:${role.scope}/${role.session}`, scopes: [role.scope] };
  }
  const { caller, scopes: told } = authorizer.lambda;
  const held = told.split(' ');
  return { name: caller, scopes: scopes.filter((scope) => held.includes(scope)) };
}
