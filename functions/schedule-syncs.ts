/** The schedule's tick: asks for a run of every connection that is due, and measures how stale the stalest is. */
import type { Context } from 'aws-lambda';
import * as z from 'zod/mini';
import { createStores } from '#aws/stores';
import { digest } from '#lambda/chance';
import { deadlineOf } from '#lambda/deadline';
import { readEnvironment } from '#lambda/environment';
import { log, logInvocation } from '#lambda/logger';
import { measureStaleness, measureTick } from '#lambda/metrics';
import { scheduleDue } from '#runs/schedule-due';

const world = { ...createStores(readEnvironment('schedule-syncs', process.env)), digest, log };

/** `<aws.scheduler.scheduled-time>`, such as `2026-11-24T01:00:00Z`. */
const tickSchema = z.object({ scheduledTime: z.iso.datetime({ offset: true }) });

export async function handler(event: unknown, context: Context): Promise<{ requested: number }> {
  logInvocation(context);
  const scheduledAt = Date.parse(tickSchema.parse(event).scheduledTime);
  const deadline = deadlineOf(context, 5_000);
  try {
    const { requested } = await scheduleDue(scheduledAt, world, deadline.signal);
    measureTick(requested);
    log.info('the due connections were served', { count: requested });
    return { requested };
  } finally {
    deadline.clear();
    // Also where nothing could be asked for: then it matters most.
    measureStaleness(await world.connections.staleness(scheduledAt), scheduledAt);
  }
}
