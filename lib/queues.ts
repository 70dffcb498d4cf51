import type { Stack } from 'aws-cdk-lib';
import { type EventBus, Match } from 'aws-cdk-lib/aws-events';
import type { Context } from './context.ts';
import type { Doors } from './doors.ts';
import { EventQueue } from './event-queue.ts';

export interface QueuesProps {
  readonly context: Context;
  readonly bus: EventBus;
  readonly doors: Doors;
}

/** Which event of the bus goes to which queue, and from it to which door. In the stack itself, as the doors. */
export function makeQueues(stack: Stack, { context, bus, doors }: QueuesProps) {
  const ours = ['addigy-autotask'];
  const syncRequested = { source: ours, detailType: ['Device Sync Requested'] };
  const syncQueue = new EventQueue(stack, 'SyncQueue', {
    description: 'The first leg of every requested device sync goes to this queue',
    bus,
    // Without a leg it is a poison message: it must end among the dead letters, not nowhere.
    pattern: {
      ...syncRequested,
      detail: { leg: Match.anyOf(Match.lessThanOrEqual(1), Match.doesNotExist()) },
    },
    consumer: doors.syncDevices,
    atOnce: context.maxConcurrentSyncs,
  });
  const laterLegsQueue = new EventQueue(stack, 'LaterLegsQueue', {
    description:
      'What takes more than one leg goes on from a queue of its own, so that nobody waits behind it',
    bus,
    pattern: { ...syncRequested, detail: { leg: Match.greaterThan(1) } },
    consumer: doors.syncDevices,
    atOnce: context.maxConcurrentLaterLegs,
  });
  const onboardingQueue = new EventQueue(stack, 'OnboardingQueue', {
    description:
      "Every onboarding that is asked for goes to the queue, whatever the asking pipeline's source",
    bus,
    pattern: { detailType: ['Onboarding Requested'] },
    consumer: doors.provisionApiUser,
    atOnce: 2,
  });
  const validationQueue = new EventQueue(stack, 'ValidationQueue', {
    description: 'Every API user that is due goes to the queue',
    bus,
    pattern: { source: ours, detailType: ['Validation Requested'] },
    consumer: doors.validatePermissions,
    // A validation takes seconds: five at once look at some thousands of API users in an hour.
    atOnce: 5,
  });
  return [
    { name: 'SyncQueue', queue: syncQueue },
    { name: 'LaterLegsQueue', queue: laterLegsQueue },
    { name: 'OnboardingQueue', queue: onboardingQueue },
    { name: 'ValidationQueue', queue: validationQueue },
  ];
}
