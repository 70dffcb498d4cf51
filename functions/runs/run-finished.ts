/** The event of a run's end, as listeners get it. */
import * as z from 'zod/mini';
import { connectionIdSchema } from '#connections/connection';
import { correlationIdPattern, runPurposes, runStatuses } from './run-record.ts';

const count = z.int().check(z.nonnegative());

export const runFinishedSchema = z.strictObject({
  connectionId: connectionIdSchema,
  runId: z.string(),
  correlationId: z.optional(
    z.string().check(z.regex(correlationIdPattern), z.describe('Of what asked for the run.')),
  ),
  purpose: z.enum(runPurposes),
  status: z.enum(runStatuses),
  reason: z.nullable(z.string()).check(z.describe('Why the whole run was held, stopped or failed.')),
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
    held: z.record(z.string(), count).check(z.describe('By reason.')),
  }),
  calls: z.strictObject({ addigy: count, autotask: count }),
  planId: z.string(),
});
