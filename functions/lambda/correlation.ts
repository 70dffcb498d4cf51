/** The id that one request is followed by, through every door: in each line of the log, in events, in the run's record. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { correlationIdPattern } from '#runs/run-record';

const current = new AsyncLocalStorage<string>();

export const correlated = <Answer>(id: string, task: () => Answer): Answer => current.run(id, task);

/** Of what is being worked on; '' outside. */
export const correlationId = (): string => current.getStore() ?? '';

/** The first that can be one. What a caller sends is repeated in logs and headers, so it is not taken as it comes. */
export const firstCorrelationId = (...offered: readonly unknown[]): string =>
  offered.find((id): id is string => typeof id === 'string' && correlationIdPattern.test(id)) ?? '';
