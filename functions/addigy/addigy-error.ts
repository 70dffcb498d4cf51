import type { FailureKind, PortError } from '#sync/ports';

/** Addigy's refusal, silence or nonsense, as a run understands it. Its message never holds the API key. */
export class AddigyError extends Error implements PortError {
  override readonly name = 'AddigyError';
  readonly failure: FailureKind;
  /** Of the answer; null where none came. */
  readonly status: number | null;
  /** Epoch milliseconds. Only with `blocked`: the caller keeps it, and asks nothing of this key before. */
  declare readonly until?: number;

  constructor(
    failure: FailureKind,
    message: string,
    more: { readonly status?: number | null; readonly until?: number; readonly cause?: unknown } = {},
  ) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.failure = failure;
    this.status = more.status ?? null;
    if (more.until !== undefined) this.until = more.until;
  }
}
