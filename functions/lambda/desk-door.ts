/** The door behind the hand-off page: invoked by it and by nobody else. */
import type { Context } from 'aws-lambda';
import type { HandOffAnswer, HandOffDesk } from '#onboarding/hand-off';
import { askDesk, deskRequestSchema } from '#onboarding/hand-off-wire';
import { correlated, firstCorrelationId } from './correlation.ts';
import { deadlineOf } from './deadline.ts';
import { log, logFault, logInvocation } from './logger.ts';
import { traced } from './tracer.ts';

/** What an act gives while there is still time to tidy up. Milliseconds. */
const tidyMs = 3_000;

/** Rejects, for Lambda to count, with nothing that the page's door needs not know. */
export const deskDoor =
  (desk: HandOffDesk) =>
  (payload: unknown, context: Context): Promise<HandOffAnswer> =>
    correlated(firstCorrelationId(toldBy(context), context.awsRequestId), async () => {
      logInvocation(context);
      const request = deskRequestSchema.safeParse(payload);
      if (!request.success) {
        const where = request.error.issues.map(({ path }) => path.join('.') || 'the whole').join(', ');
        throw new Error(`this is no request of the hand-off page (${where})`);
      }
      const deadline = deadlineOf(context, tidyMs);
      try {
        const answer = await traced('act', {}, () => askDesk(desk, request.data, deadline.signal));
        log.info('an act of a hand-off was answered', { status: answer.kind });
        return answer;
      } catch (error) {
        logFault('an act of a hand-off failed', error, context.awsRequestId);
        throw new Error('an act of a hand-off failed; the log has more');
      } finally {
        deadline.clear();
      }
    });

/** What the page's door goes by, beside its request. Of anybody else who invokes this, it can be anything. */
function toldBy({ clientContext }: Context): unknown {
  const told: { readonly custom?: { readonly correlationId?: unknown } | null } | undefined = clientContext;
  return told?.custom?.correlationId;
}
