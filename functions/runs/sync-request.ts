/** The message that makes a run, or a further leg of one, happen. */
import * as z from 'zod/mini';
import { connectionIdSchema } from '#connections/connection';
import { correlationIdPattern, runIdPattern, runPurposes } from './run-record.ts';

export const syncRequestSchema = z.strictObject({
  connectionId: connectionIdSchema,
  runId: z.string().check(z.regex(runIdPattern)),
  trigger: z.enum(['schedule', 'request']),
  /** Absent in messages that were on their way before there was another. */
  purpose: z._default(z.enum(runPurposes), 'sync'),
  /** Absent from a schedule: the event's own id is as good. */
  correlationId: z.optional(z.string().check(z.regex(correlationIdPattern))),
  apply: z.boolean(),
  planId: z.nullable(z.string().check(z.minLength(1), z.maxLength(200))),
  leg: z.int().check(z.gte(1), z.lte(10_000)),
});
export type SyncRequest = z.infer<typeof syncRequestSchema>;

/** EventBridge puts the whole event in the queue; only these two of its fields are ours. */
export const syncRequestedEventSchema = z.object({
  'detail-type': z.literal('Device Sync Requested'),
  detail: syncRequestSchema,
});
