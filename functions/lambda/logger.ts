/**
 * The log of every door. It takes named fields and nothing else, so that no event, body, header or
 * vendor answer can get into it by being passed along.
 */
import { Logger } from '@aws-lambda-powertools/logger';
import type { Context } from 'aws-lambda';
import type { Log, LogFields } from '#runs/ports';
import { correlationId } from './correlation.ts';

const logger = new Logger();

interface Said extends LogFields {
  readonly requestId?: string;
  readonly route?: string;
}

const said = (fields: Said = {}) => {
  const { connectionId, runId, leg, status, reason, count, requestId, route } = fields;
  const known = { connectionId, runId, leg, status, reason, count, requestId, route };
  const followed = correlationId();
  return {
    ...known,
    ...(followed === '' ? {} : { correlationId: followed }),
    ...(fields.error === undefined ? {} : { failure: failureOf(fields.error) }),
  };
};

/** Of a strange error only what it says: an SDK error's other properties may hold a request. */
function failureOf(error: unknown) {
  if (!(error instanceof Error)) return { name: typeof error, message: '' };
  const { cause } = error;
  return {
    name: error.name,
    message: error.message,
    stack: error.stack,
    ...(cause instanceof Error ? { cause: `${cause.name}: ${cause.message}` } : {}),
  };
}

/**
 * From now on each line names the invocation, as Lambda's own START and REPORT lines do, and whether the process has
 * just started. Of the context, Powertools takes what Lambda says of itself, and nothing that an invoker sent along.
 */
export const logInvocation = (context: Context): void => logger.addContext(context);

export const log: Log = {
  info: (message, fields) => logger.info(message, said(fields)),
  warn: (message, fields) => logger.warn(message, said(fields)),
  error: (message, fields) => logger.error(message, said(fields)),
};

/** With the id that API Gateway gave the call, which the caller sees too. */
export function logFault(message: string, error: unknown, requestId: string): void {
  logger.error(message, said({ error, requestId }));
}

/** Of a request that was answered: the route as API Gateway knows it, without what stands in the path. */
export function logAnswer(route: string, status: number, requestId: string): void {
  logger.info('a request was answered', said({ route, status: String(status), requestId }));
}
