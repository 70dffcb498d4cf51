/** Who asks, as API Gateway tells it of its authorizer. */
import * as z from 'zod';
import { type Scope, scopes } from '#callers/scope';

export interface Asker {
  /** The name of the key. */
  readonly name: string;
  readonly scopes: readonly Scope[];
}

const letIn = z.object({
  requestContext: z.object({
    authorizer: z.object({ lambda: z.object({ caller: z.string(), scopes: z.string() }) }),
  }),
});

/** Null where nobody was let in by name. */
export function askerOf(event: unknown): Asker | null {
  const parsed = letIn.safeParse(event);
  if (!parsed.success) return null;
  const { caller, scopes: told } = parsed.data.requestContext.authorizer.lambda;
  const held = told.split(' ');
  return { name: caller, scopes: scopes.filter((scope) => held.includes(scope)) };
}
