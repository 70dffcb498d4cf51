import { Duration } from 'aws-cdk-lib';
import { type EventBus, Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Context } from './context.ts';

export interface SyncQueueProps {
  readonly context: Context;
  readonly bus: EventBus;
  readonly consumer: IFunction;
}

/** Carries each requested sync from the bus to the door that runs it, one at a time, with a place for what fails. */
export class SyncQueue extends Construct {
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, { context, bus, consumer }: SyncQueueProps) {
    super(scope, id);
    this.deadLetters = new Queue(this, 'DeadLetters', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    const queue = new Queue(this, 'Requests', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(4),
      // Past the door's deadline by a minute, so that no message comes back while it is being worked on.
      // AWS advises six times the timeout for throttled pollers; ours are bounded by maxConcurrency instead.
      visibilityTimeout: Duration.seconds(context.syncTimeoutSeconds + 60),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: 5 },
    });
    new Rule(this, 'Requested', {
      description: 'Every requested device sync goes to the queue',
      eventBus: bus,
      eventPattern: { source: ['addigy-autotask'], detailType: ['Device Sync Requested'] },
      targets: [new SqsQueue(queue)],
    });
    consumer.addEventSource(
      new SqsEventSource(queue, {
        // One message is one run, which may take the whole of the door's time.
        batchSize: 1,
        reportBatchItemFailures: true,
        maxConcurrency: context.maxConcurrentSyncs,
      }),
    );
  }
}
