import type { Context, SQSEvent } from 'aws-lambda';

const isFromQueue = (event: unknown): event is SQSEvent =>
  typeof event === 'object' && event !== null && 'Records' in event && Array.isArray(event.Records);

/** One door with two handles: messages of its queue, and whatever else invokes it. */
export const eitherDoor =
  <Event, Answer, Batch>(
    fromQueue: (event: SQSEvent, context: Context) => Promise<Batch>,
    otherwise: (event: Event, context: Context) => Promise<Answer>,
  ) =>
  (event: SQSEvent | Event, context: Context): Promise<Answer | Batch> =>
    isFromQueue(event) ? fromQueue(event, context) : otherwise(event as Event, context);
