/** A door behind a queue: each message succeeds or comes again by itself. */
import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { correlated, firstCorrelationId } from './correlation.ts';
import { deadlineOf } from './deadline.ts';
import { log, logInvocation } from './logger.ts';
import { mostReceipts } from './receipts.ts';
import { traced } from './tracer.ts';

/** What is under way is stopped and saved within this time. Milliseconds. */
const tidyMs = 20_000;

/** `isLast`: where it fails once more, the message is a dead letter. */
export interface Receipt {
  readonly isLast: boolean;
}

/**
 * `handle` gets a message's JSON. A message that it rejects, or that is not JSON, is left in the queue:
 * it comes again, and in the end goes to the dead-letter queue.
 */
export function queueDoor(
  handle: (message: unknown, signal: AbortSignal, receipt: Receipt) => Promise<void>,
): (event: SQSEvent, context: Context) => Promise<SQSBatchResponse> {
  return async (event, context) => {
    logInvocation(context);
    const deadline = deadlineOf(context, tidyMs);
    const processor = new BatchProcessor(EventType.SQS);
    const handleRecord = (record: SQSRecord): Promise<void> => {
      const { id, detail } = envelopeOf(record);
      return correlated(firstCorrelationId(detail.correlationId, id, record.messageId), async () => {
        try {
          const isLast = Number(record.attributes?.ApproximateReceiveCount) >= mostReceipts;
          await traced('message', detail, () => handle(JSON.parse(record.body), deadline.signal, { isLast }));
        } catch (error) {
          log.warn('a message failed and comes again', { error });
          throw error;
        }
      });
    };
    try {
      return await processPartialResponse(event, handleRecord, processor, {
        context,
        // The queue's own count of receipts decides; an error would count as a crash of the door.
        throwOnFullBatchFailure: false,
      });
    } finally {
      deadline.clear();
    }
  };
}

/** Of a message that nobody has checked yet: the event's id, and what it is about. */
function envelopeOf({ body }: SQSRecord): { readonly id: unknown; readonly detail: About } {
  try {
    const event = JSON.parse(body) as { id?: unknown; detail?: unknown } | null;
    const detail = typeof event?.detail === 'object' ? (event.detail as About | null) : null;
    return { id: event?.id, detail: detail ?? {} };
  } catch {
    return { id: undefined, detail: {} };
  }
}

type About = Readonly<Record<string, unknown>>;
