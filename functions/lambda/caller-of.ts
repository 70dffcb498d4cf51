/** Who asks, as API Gateway tells it. */
import { z } from 'zod';

const letIn = z.object({
  requestContext: z.object({ authorizer: z.object({ lambda: z.object({ caller: z.string() }) }) }),
});

/** Null where nobody was let in by name. */
export function callerOf(event: unknown): string | null {
  const parsed = letIn.safeParse(event);
  return parsed.success ? parsed.data.requestContext.authorizer.lambda.caller : null;
}
