/** Loaded by `once.ts` alone, and late: few requests bring a key, and every start would pay for Powertools' idempotency. */
import {
  IdempotencyAlreadyInProgressError,
  IdempotencyConfig,
  IdempotencyItemNotFoundError,
  IdempotencyPersistenceLayerError,
  IdempotencyValidationError,
  makeIdempotent,
} from '@aws-lambda-powertools/idempotency';
import { DynamoDBPersistenceLayer } from '@aws-lambda-powertools/idempotency/dynamodb';
import { readConnectionId } from './connection-routes.ts';
import type { HttpAnswer, HttpCall } from './http-door.ts';
import { log } from './logger.ts';
import { Problem } from './problem.ts';

/** A POST in two halves, of which a repeat needs only the second. */
export interface Deed<Kept extends Readonly<Record<string, string>>> {
  /** What it resolves with is stored for a day: nothing secret. */
  readonly carryOut: (call: HttpCall) => Promise<Kept>;
  readonly tell: (kept: Kept, call: HttpCall) => Promise<HttpAnswer>;
}

export interface OnceWorld {
  /** Of one connection. */
  readonly requestRecords: (
    connectionId: string,
  ) => ConstructorParameters<typeof DynamoDBPersistenceLayer>[0];
}

const keptSeconds = 24 * 60 * 60;

/** `isRepeat`: it was carried out before, and is not again. */
export async function carryOutOnce<Kept extends Readonly<Record<string, string>>>(
  { carryOut }: Deed<Kept>,
  call: HttpCall,
  key: string,
  { requestRecords }: OnceWorld,
): Promise<{ readonly kept: Kept; readonly isRepeat: boolean }> {
  const { asker, routeKey, path, query, rawBody, context } = call;
  const persistenceStore = new DynamoDBPersistenceLayer(requestRecords(readConnectionId(call)));
  const config = new IdempotencyConfig({
    eventKeyJmesPath: 'key',
    payloadValidationJmesPath: 'asked',
    expiresAfterSeconds: keptSeconds,
    hashFunction: 'sha256',
  });
  // Stored as hashes: of the key, for it may mean something to its caller; of the body, for it may hold anything.
  const request = { key: [asker?.name ?? null, routeKey, path, key], asked: { query, rawBody } };
  const here: { outcome?: PromiseSettledResult<Kept> } = {};
  const guarded = makeIdempotent(
    async (_request: typeof request, _until: HttpCall['context']): Promise<Kept> => {
      const [outcome] = await Promise.allSettled([carryOut(call)]);
      here.outcome = outcome;
      if (outcome.status === 'rejected') throw outcome.reason;
      return outcome.value;
    },
    { persistenceStore, config, keyPrefix: 'request' },
  );
  try {
    const kept = await guarded(request, context);
    return { kept, isRepeat: here.outcome === undefined };
  } catch (error) {
    const { outcome } = here;
    if (outcome === undefined) throw refusalOf(error);
    if (error instanceof IdempotencyPersistenceLayerError) {
      log.error('what became of a request could not be kept: a repeat is carried out again', { error });
    }
    // What was done is done, and what was refused is refused, whether or not a repeat will know of it.
    if (outcome.status === 'rejected') throw outcome.reason;
    return { kept: outcome.value, isRepeat: false };
  }
}

/** The library's own words hold the hash of the key. */
function refusalOf(error: unknown): unknown {
  if (error instanceof IdempotencyValidationError) {
    return new Problem(
      'idempotency-key-reused',
      'This Idempotency-Key came with another body or query before. Nothing was done: send a key of its own with each request, and the same one only to repeat it.',
    );
  }
  // Not found: it was there a moment ago, so the first has just been refused.
  if (error instanceof IdempotencyAlreadyInProgressError || error instanceof IdempotencyItemNotFoundError) {
    return new Problem(
      'request-in-progress',
      'A request with this Idempotency-Key is being carried out. Repeat it in a moment to get its answer.',
    );
  }
  return error;
}
