/** The event of a run's end, as listeners get it. */
import * as z from 'zod';
import { connectionIdSchema } from '#onboarding/connection';
import { correlationIdPattern, runPurposes, runStatuses } from './run-record.ts';

const count = z.int().nonnegative();

export const runFinishedSchema = z.strictObject({
  connectionId: connectionIdSchema,
  runId: z.string(),
  correlationId: z.string().regex(correlationIdPattern).optional().describe('Of what asked for the run.'),
  purpose: z.enum(runPurposes),
  status: z.enum(runStatuses),
  reason: z.string().nullable().describe('Why the whole run was held, stopped or failed.'),
  counts: z.strictObject({
    create: count,
    update: count,
    reactivate: count,
    deactivate: count,
    adopted: count,
    applied: count,
    failed: count,
    pending: count,
    unchanged: count,
    held: z.record(z.string(), count).describe('By reason.'),
  }),
  calls: z.strictObject({ addigy: count, autotask: count }),
  planId: z.string(),
});
