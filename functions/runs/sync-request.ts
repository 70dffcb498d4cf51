/** The message that makes a run, or a further leg of one, happen. */
import * as z from 'zod';
import { connectionIdSchema } from '#onboarding/connection';
import { correlationIdPattern, runIdPattern, runPurposes } from './run-record.ts';

export const syncRequestSchema = z.strictObject({
  connectionId: connectionIdSchema,
  runId: z.string().regex(runIdPattern),
  trigger: z.enum(['schedule', 'request']),
  /** Absent in messages that were on their way before there was another. */
  purpose: z.enum(runPurposes).default('sync'),
  /** Absent from a schedule: the event's own id is as good. */
  correlationId: z.string().regex(correlationIdPattern).optional(),
  apply: z.boolean(),
  planId: z.string().min(1).max(200).nullable(),
  leg: z.int().min(1).max(10_000),
});
export type SyncRequest = z.infer<typeof syncRequestSchema>;

/** EventBridge puts the whole event in the queue; only these two of its fields are ours. */
export const syncRequestedEventSchema = z.object({
  'detail-type': z.literal('Device Sync Requested'),
  detail: syncRequestSchema,
});
