/** A tick of the schedule: asks for a look at every API user on which something is due. */
import type { Context } from 'aws-lambda';
import { createStores } from '#aws/stores';
import { deadlineOf } from '#lambda/deadline';
import { readEnvironment } from '#lambda/environment';
import { log, logInvocation } from '#lambda/logger';
import { scheduleValidations } from '#onboarding/schedule-validations';

const { apiUsers, bus } = createStores(readEnvironment('schedule-validations', process.env));
const world = { apiUsers, announce: bus.publish.bind(bus), now: Date.now };

/** Whatever the tick's own time: what is due is due by now. */
export async function handler(_tick: unknown, context: Context): Promise<{ requested: number }> {
  logInvocation(context);
  const deadline = deadlineOf(context, 5_000);
  try {
    const { requested } = await scheduleValidations(world, deadline.signal);
    log.info('the API users that are due were served', { count: requested });
    return { requested };
  } finally {
    deadline.clear();
  }
}
