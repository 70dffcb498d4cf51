/** A request for an onboarding that came by the bus, or by an invocation. */
import type { Context } from 'aws-lambda';
import * as z from 'zod/mini';
import { connectionIdSchema } from '#connections/connection';
import {
  type OnboardingAnswer,
  OnboardingError,
  type OnboardingWorld,
  onboard,
  readOnboardingRequest,
} from '#onboarding/onboard';
import { deadlineOf } from './deadline.ts';
import { log, logInvocation } from './logger.ts';

/** EventBridge puts the whole event in the queue; only these two of its fields are ours. */
const requestedSchema = z.object({ 'detail-type': z.literal('Onboarding Requested'), detail: z.unknown() });

/**
 * One message. What can never be carried out is answered by an event, and is over; what may go well another time
 * rejects, and comes again.
 */
export const onboardByEvent =
  (world: OnboardingWorld) =>
  async (message: unknown, signal: AbortSignal): Promise<void> => {
    const { detail } = requestedSchema.parse(message);
    try {
      await onboard(readOnboardingRequest(detail), world, signal);
    } catch (error) {
      if (!(error instanceof OnboardingError)) throw error;
      const refusal = { connectionId: namedIn(detail), code: error.code, detail: error.message };
      log.warn('an onboarding was refused', { connectionId: refusal.connectionId, reason: error.code });
      await world.announce([{ type: 'Onboarding Refused', detail: refusal }]);
    }
  };

export type InvokeAnswer =
  | ({ readonly ok: true } & OnboardingAnswer)
  | { readonly ok: false; readonly code: string; readonly detail: string };

/** What an invocation gives while there is still time to tidy up. Milliseconds. */
const tidyMs = 3_000;

export const onboardByInvoke =
  (world: OnboardingWorld) =>
  async (payload: unknown, context: Context): Promise<InvokeAnswer> => {
    logInvocation(context);
    const deadline = deadlineOf(context, tidyMs);
    try {
      return { ok: true, ...(await onboard(readOnboardingRequest(payload), world, deadline.signal)) };
    } catch (error) {
      if (!(error instanceof OnboardingError)) throw error;
      return { ok: false, code: error.code, detail: error.message };
    } finally {
      deadline.clear();
    }
  };

/** '' where the request names no id that could be one: what else stands there is not repeated. */
function namedIn(detail: unknown): string {
  const named = z.object({ connectionId: connectionIdSchema }).safeParse(detail);
  return named.success ? named.data.connectionId : '';
}
