/** Fires before Lambda's own time-out, which kills without a word. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** The invocation is over: the timer must not outlive it. */
  clear(): void;
}

export class DeadlineError extends Error {
  override readonly name = 'DeadlineError';
}

/** The context of an invocation, as far as it matters here. */
export interface TimedContext {
  getRemainingTimeInMillis(): number;
}

/** The same deadline, or so many seconds from now where that is sooner. Its timer keeps no process alive. */
export function within(seconds: number, signal: AbortSignal): AbortSignal {
  const controller = new AbortController();
  const timer = setTimeout(
    () => controller.abort(new DeadlineError('its share of time is used up')),
    seconds * 1000,
  );
  timer.unref();
  return AbortSignal.any([signal, controller.signal]);
}

/** `marginMs` before the end, or a fifth of what is left where that is less. */
export function deadlineOf(context: TimedContext, marginMs: number): Deadline {
  const remaining = context.getRemainingTimeInMillis();
  const margin = Math.min(marginMs, remaining / 5);
  const controller = new AbortController();
  const timer = setTimeout(
    () => controller.abort(new DeadlineError('the deadline of this invocation is near')),
    Math.max(0, remaining - margin),
  );
  return { signal: controller.signal, clear: () => clearTimeout(timer) };
}
