import { LambdaClient } from '@aws-sdk/client-lambda';

let lambdas: LambdaClient | undefined;

/**
 * For acts that must not happen twice unasked: a lost answer is an error. So no connection is kept either, which
 * may have been closed while the door slept.
 */
export function lambdaClient(): LambdaClient {
  lambdas ??= new LambdaClient({
    maxAttempts: 1,
    requestHandler: {
      connectionTimeout: 2_000,
      // Longer than any function that is asked runs, and shorter than whoever asks.
      requestTimeout: 26_000,
      throwOnRequestTimeout: true,
      httpAgent: { keepAlive: false },
      httpsAgent: { keepAlive: false },
    },
  });
  return lambdas;
}
