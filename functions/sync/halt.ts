/** What stops a whole run, in the words of its report. */
import { isPortError, type PortError } from './ports.ts';
import type { RunOutcome, RunReason } from './report.ts';

export interface Halt {
  readonly outcome: Exclude<RunOutcome, 'succeeded'>;
  readonly reason: RunReason;
  /** What happened, to what, and what to do. */
  readonly detail: string;
  /** Epoch milliseconds until which Addigy has locked the key; null where it has not. */
  readonly blockedUntil: number | null;
}

export type Vendor = 'Addigy' | 'Autotask';

export const haltWith = (outcome: Halt['outcome'], reason: RunReason, detail: string): Halt => ({
  outcome,
  reason,
  detail,
  blockedUntil: null,
});

/** Carries a halt from where it was seen to the report. */
export class RunHalted extends Error {
  override readonly name = 'RunHalted';
  readonly halt: Halt;
  constructor(halt: Halt) {
    super(halt.detail);
    this.halt = halt;
  }
}

/** The error, where an adapter threw it; anything else is a defect of ours and goes on its way. */
export function portErrorOf(error: unknown): PortError {
  if (isPortError(error)) return error;
  throw error;
}

/** What a port's rejection means to the run as a whole. */
export function haltOf(error: PortError, vendor: Vendor, signal: AbortSignal): Halt {
  const words = sentence(error.message);
  switch (error.failure) {
    case 'unauthorised':
      return vendor === 'Addigy'
        ? haltWith(
            'held',
            'addigy-unauthorised',
            `Addigy did not accept the API key: ${words} Store a key that may view devices and policies.`,
          )
        : haltWith(
            'held',
            'credentials-refused',
            `Autotask did not accept the API user's credentials: ${words} Nothing more was sent, so that the user is not locked. Check that it is active and not locked, and store its credentials again.`,
          );
    case 'blocked':
      return vendor === 'Addigy' ? blocked(error, words) : unavailable(vendor, words);
    case 'exhausted':
      return haltWith(
        'stopped',
        'budget',
        `The run's share of ${vendor}'s allowance is used up: ${words} The next run goes on from here.`,
      );
    case 'stopped':
      return haltOfSignal(signal);
    case 'lost':
    case 'unavailable':
      return unavailable(vendor, words);
    case 'unreadable':
      return haltWith('failed', 'unreadable', `${vendor}'s answer was not as it is documented: ${words}`);
    case 'refused':
      return haltWith('failed', 'refused', `${vendor} refused a request that the run needs: ${words}`);
  }
}

/** A lease that another took fires the signal too, with a reason of that name. */
export function haltOfSignal(signal: AbortSignal): Halt {
  const reason: unknown = signal.reason;
  return reason instanceof Error && reason.name === 'LeaseLostError'
    ? haltWith(
        'stopped',
        'lease-lost',
        "The run lost its place to another run of this connection, and stopped so that two do not write at once. The other run, or the next one, looks at what's left.",
      )
    : haltWith(
        'stopped',
        'deadline',
        "The run's time was up before it was done. What is left is planned again.",
      );
}

function blocked(error: PortError, words: string): Halt {
  const until = error.until ?? null;
  const when = until === null ? '' : ` until ${new Date(until).toISOString()}`;
  return {
    outcome: 'held',
    reason: 'addigy-blocked',
    detail: `Addigy has locked the API key${when}: ${words} Nothing is asked of it before then.`,
    blockedUntil: until,
  };
}

function unavailable(vendor: Vendor, words: string): Halt {
  return haltWith(
    'failed',
    'unavailable',
    `${vendor} could not be reached: ${words} The next run looks again.`,
  );
}

export function sentence(text: string): string {
  const trimmed = text.trim();
  return trimmed === '' || /[.!?]$/u.test(trimmed) ? trimmed : `${trimmed}.`;
}
