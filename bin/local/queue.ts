import { createHash, randomUUID } from 'node:crypto';
import type { Clock } from './clock.ts';
import { account, region } from './identities.ts';

interface Message {
  readonly id: string;
  readonly body: string;
  readonly sentAt: number;
  firstReceivedAt: number | null;
  receiveCount: number;
  receipt: string | null;
  /** Calls off its return to the visible. */
  callOff: () => void;
}

/** A message as Lambda's event source mapping hands it to a function. */
export interface SqsRecord {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly messageAttributes: Readonly<Record<string, never>>;
  readonly md5OfBody: string;
  readonly eventSource: 'aws:sqs';
  readonly eventSourceARN: string;
  readonly awsRegion: string;
}

export interface QueueOptions {
  readonly name: string;
  readonly arn: string;
  readonly visibilitySeconds: number;
  readonly redrive: { readonly maxReceiveCount: number; readonly deadLetters: Queue } | null;
  readonly clock: Clock;
}

/** An SQS standard queue, in memory: what is received is hidden, and comes back unless it is deleted in time. */
export class Queue {
  readonly name: string;
  readonly arn: string;
  readonly visibilitySeconds: number;
  readonly #options: QueueOptions;
  readonly #visible: Message[] = [];
  readonly #hidden = new Map<string, Message>();
  readonly #watchers = new Set<() => void>();
  #closed = false;

  constructor(options: QueueOptions) {
    this.name = options.name;
    this.arn = options.arn;
    this.visibilitySeconds = options.visibilitySeconds;
    this.#options = options;
  }

  /** What can be received, and what has been and is not deleted. */
  get depth(): { readonly visible: number; readonly hidden: number } {
    return { visible: this.#visible.length, hidden: this.#hidden.size };
  }

  /** Bodies of what can be received. */
  get bodies(): string[] {
    return this.#visible.map(({ body }) => body);
  }

  /** Called whenever there may be something to receive. */
  watch(watcher: () => void): void {
    this.#watchers.add(watcher);
  }

  send(body: string): void {
    this.#visible.push({
      id: randomUUID(),
      body,
      sentAt: Date.now(),
      firstReceivedAt: null,
      receiveCount: 0,
      receipt: null,
      callOff: () => {},
    });
    this.#changed();
  }

  /**
   * Hides up to `most` messages. They stay hidden until `release` says that the work on them has ended, and
   * at least for the visibility timeout: AWS makes that longer than the function's own, so that no message
   * comes back while it is worked on, and a scaled clock must not undo this.
   */
  receive(most: number): SqsRecord[] {
    const records: SqsRecord[] = [];
    while (records.length < most) {
      const message = this.#visible.shift();
      if (message === undefined) break;
      const { redrive } = this.#options;
      if (redrive !== null && message.receiveCount >= redrive.maxReceiveCount) {
        redrive.deadLetters.#take(message);
        continue;
      }
      message.receiveCount += 1;
      message.firstReceivedAt ??= Date.now();
      message.receipt = randomUUID();
      this.#hidden.set(message.receipt, message);
      records.push(this.#record(message, message.receipt));
    }
    return records;
  }

  delete(receipt: string): void {
    this.#hidden.get(receipt)?.callOff();
    this.#hidden.delete(receipt);
  }

  /** The work on a message has ended without success: it comes back when its visibility timeout is over. */
  release(receipt: string, receivedAt: number): void {
    const message = this.#hidden.get(receipt);
    if (message === undefined || this.#closed) return;
    message.callOff = this.#options.clock.at(receivedAt + this.visibilitySeconds * 1000, () => {
      this.#hidden.delete(receipt);
      this.#visible.push(message);
      this.#changed();
    });
  }

  close(): void {
    this.#closed = true;
    for (const message of this.#hidden.values()) message.callOff();
    this.#watchers.clear();
  }

  /** A dead letter keeps its id and its age. */
  #take(message: Message): void {
    this.#visible.push({ ...message, receipt: null, receiveCount: 0, firstReceivedAt: null });
    this.#changed();
  }

  #changed(): void {
    for (const watcher of this.#watchers) watcher();
  }

  #record(message: Message, receipt: string): SqsRecord {
    return {
      messageId: message.id,
      receiptHandle: receipt,
      body: message.body,
      attributes: {
        ApproximateReceiveCount: String(message.receiveCount),
        SentTimestamp: String(message.sentAt),
        SenderId: account,
        ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
      },
      messageAttributes: {},
      md5OfBody: createHash('md5').update(message.body).digest('hex'),
      eventSource: 'aws:sqs',
      eventSourceARN: this.arn,
      awsRegion: region,
    };
  }
}
