import { CfnOutput, Duration, Stack, Validations } from 'aws-cdk-lib';
import { type EventBus, type EventPattern, Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { DoorName } from '#lambda/environment';
import { mostReceipts } from '#lambda/receipts';
import type { Door } from './door.ts';

export interface EventQueueProps {
  readonly description: string;
  readonly bus: EventBus;
  /** Which events of the bus go to the queue. */
  readonly pattern: EventPattern;
  readonly consumer: Door<DoorName>;
  /** Messages that are worked on at once. Lambda's event source mapping knows 2 to 1000. */
  readonly atOnce: number;
}

/** Carries events from the bus to the door that works on them, one at a time, with a place for what fails. */
export class EventQueue extends Construct {
  readonly deadLetters: Queue;
  readonly requests: Queue;

  constructor(scope: Construct, id: string, props: EventQueueProps) {
    super(scope, id);
    const { description, bus, pattern, consumer, atOnce } = props;
    this.deadLetters = new Queue(this, 'DeadLetters', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    this.requests = new Queue(this, 'Requests', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(4),
      // Past the door's deadline by a minute, so that no message comes back while it is being worked on.
      // AWS advises six times the timeout for throttled pollers; ours are bounded by maxConcurrency instead.
      visibilityTimeout: consumer.timeout.plus(Duration.minutes(1)),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: mostReceipts },
    });
    new Rule(this, 'Requested', {
      description,
      eventBus: bus,
      eventPattern: pattern,
      // What the bus could not deliver within a day ends where the messages end that nobody could work on.
      targets: [new SqsQueue(this.requests, { deadLetterQueue: this.deadLetters })],
    });
    consumer.function.addEventSource(
      new SqsEventSource(this.requests, {
        // One message may take the whole of the door's time.
        batchSize: 1,
        reportBatchItemFailures: true,
        maxConcurrency: atOnce,
      }),
    );
    // docs/runbooks/DeadLetters.md sends them back by it.
    new CfnOutput(Stack.of(this), `${id}DeadLettersArn`, { value: this.deadLetters.queueArn });
    Validations.of(this.deadLetters).acknowledge({
      id: 'Serverless-SQSRedrivePolicy',
      reason: 'This is where dead letters end: a person reads them, and sends them back or not.',
    });
    Validations.of(consumer).acknowledge({
      id: 'Serverless-LambdaEventSourceMappingDestination',
      reason: 'Lambda knows no destination for what fails from a queue; the queue itself has one.',
    });
  }
}
