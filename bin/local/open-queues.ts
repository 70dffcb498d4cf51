import type { Clock } from './clock.ts';
import type { DeployedResource, Deployment } from './deployment.ts';
import type { DoorPool } from './door-pool.ts';
import type { BusEvent } from './event-bus.ts';
import { matches } from './event-pattern.ts';
import type { Grants } from './grants.ts';
import { Queue } from './queue.ts';
import { QueuePoller } from './queue-poller.ts';
import { requireQueueAccess } from './resource-grants.ts';

/** What Lambda's service does with a queue in the name of the function. */
const pollerActions = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];

export interface QueueSurroundings {
  readonly deployment: Deployment;
  readonly grants: Grants;
  readonly doors: { at(arn: string): Pick<DoorPool, 'invoke'>; standAside(): Promise<void> };
  readonly clock: Clock;
  readonly log: (line: string) => void;
}

/** The queues of a deployment, the rules that fill them, and the event source mappings that empty them. */
export class Queues {
  readonly #queues = new Map<string, Queue>();
  readonly #deadLetterArns = new Set<string>();
  readonly #rules: readonly DeployedResource<'AWS::Events::Rule'>[];
  readonly #pollers: readonly QueuePoller[];

  constructor(surroundings: QueueSurroundings) {
    const { deployment, clock } = surroundings;
    for (const { attributes } of deployment.all('AWS::SQS::Queue'))
      this.#open(deployment, attributes.Arn ?? '', clock);
    this.#rules = deployment
      .all('AWS::Events::Rule')
      .filter(({ properties }) => properties.State === 'ENABLED');
    for (const { attributes, properties } of this.#rules) {
      const sentTo = properties.Targets.flatMap(({ Arn, DeadLetterConfig }) => [Arn, DeadLetterConfig?.Arn]);
      for (const arn of sentTo) {
        if (arn !== undefined) requireQueueAccess(deployment, arn, attributes.Arn ?? '');
      }
    }
    this.#pollers = deployment
      .all('AWS::Lambda::EventSourceMapping')
      .filter(({ properties }) => properties.Enabled)
      .map((mapping) => this.#poller(mapping, surroundings));
  }

  /** Visible and hidden messages, by the queue's name. */
  get depths(): Record<string, { readonly visible: number; readonly hidden: number }> {
    return Object.fromEntries([...this.#queues.values()].map(({ name, depth }) => [name, depth]));
  }

  get deadLetters(): string[] {
    return [...this.#queues].flatMap(([arn, { bodies }]) => (this.#deadLetterArns.has(arn) ? bodies : []));
  }

  start(): void {
    for (const poller of this.#pollers) poller.start();
  }

  deliver(bus: string, event: BusEvent): void {
    for (const { properties } of this.#rules) {
      if (properties.EventBusName !== bus || !matches(properties.EventPattern, event)) continue;
      for (const { Arn } of properties.Targets) this.#at(Arn).send(JSON.stringify(event));
    }
  }

  close(): void {
    for (const poller of this.#pollers) poller.close();
    for (const queue of this.#queues.values()) queue.close();
  }

  #at(arn: string): Queue {
    const queue = this.#queues.get(arn);
    if (queue === undefined) throw new Error(`no queue has the ARN ${arn}`);
    return queue;
  }

  /** A queue's dead-letter queue is opened before it. */
  #open(deployment: Deployment, arn: string, clock: Clock): Queue {
    const known = this.#queues.get(arn);
    if (known !== undefined) return known;
    const { properties, attributes, ref } = deployment.find('AWS::SQS::Queue', arn);
    const { RedrivePolicy } = properties;
    if (RedrivePolicy !== undefined) this.#deadLetterArns.add(RedrivePolicy.deadLetterTargetArn);
    const queue = new Queue({
      name: attributes.QueueName ?? ref,
      arn,
      visibilitySeconds: properties.VisibilityTimeout,
      redrive:
        RedrivePolicy === undefined
          ? null
          : {
              maxReceiveCount: RedrivePolicy.maxReceiveCount,
              deadLetters: this.#open(deployment, RedrivePolicy.deadLetterTargetArn, clock),
            },
      clock,
    });
    this.#queues.set(arn, queue);
    return queue;
  }

  #poller(
    { properties, logicalId }: DeployedResource<'AWS::Lambda::EventSourceMapping'>,
    { deployment, grants, doors, clock, log }: QueueSurroundings,
  ): QueuePoller {
    const queue = this.#at(properties.EventSourceArn);
    const lambda = deployment.find('AWS::Lambda::Function', properties.FunctionName);
    // Lambda refuses both at deployment.
    if (queue.visibilitySeconds < lambda.properties.Timeout) {
      throw new Error(
        `${logicalId}: the queue's visibility timeout (${queue.visibilitySeconds} s) is less than the function's timeout (${lambda.properties.Timeout} s)`,
      );
    }
    const missing = pollerActions.filter(
      (action) => !grants.allow(lambda.properties.Role, action, queue.arn),
    );
    if (missing.length > 0) throw new Error(`${logicalId}: the function's role lacks ${missing.join(', ')}`);
    const door = doors.at(lambda.attributes.Arn ?? '');
    return new QueuePoller({
      queue,
      invoke: async (event) => {
        await doors.standAside();
        return door.invoke(event);
      },
      batchSize: properties.BatchSize,
      // Without a limit Lambda goes up to 1250; the door itself waits its turn on this machine.
      maximumConcurrency: properties.ScalingConfig?.MaximumConcurrency ?? 1250,
      reportsItemFailures: properties.FunctionResponseTypes.includes('ReportBatchItemFailures'),
      clock,
      log,
    });
  }
}
