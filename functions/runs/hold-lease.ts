/** Keeps a lease alive while a run goes, and tells the run when it is lost. */
import type { LeaseStore } from './ports.ts';

export class LeaseLostError extends Error {
  override readonly name = 'LeaseLostError';
}

export interface HeldLease {
  /** Fires with a `LeaseLostError` when another may have taken the place. */
  readonly signal: AbortSignal;
  /** Resolves where it is held by our own clock, or could be renewed; else the signal has fired. */
  ensure(): Promise<void>;
  /** Stops beating; true where it is held still, for one lease's length from now. */
  stop(): Promise<boolean>;
}

export interface HoldOptions {
  readonly leases: LeaseStore;
  readonly connectionId: string;
  readonly token: string;
  readonly leaseMs: number;
  /** When it was taken. */
  readonly since: number;
  readonly now: () => number;
  /** Does something again and again until the function it gives is called. */
  readonly every: (ms: number, task: () => void) => () => void;
}

/** A beat each third of the lease: two may fail before it runs out. */
export function holdLease(options: HoldOptions): HeldLease {
  const { leases, connectionId, token, leaseMs, now } = options;
  const lost = new AbortController();
  let until = options.since + leaseMs;
  let beating: Promise<void> | null = null;

  const beat = async (): Promise<void> => {
    const next = now() + leaseMs;
    try {
      if (await leases.renew(connectionId, token, next)) until = next;
      else lost.abort(new LeaseLostError('another run has taken the lease'));
    } catch {
      // The table did not answer: the lease is ours until its time is over, and no longer.
      if (now() >= until) lost.abort(new LeaseLostError('the lease ran out and could not be renewed'));
    }
  };
  const beatOnce = (): Promise<void> => {
    beating ??= beat().finally(() => {
      beating = null;
    });
    return beating;
  };
  const cancel = options.every(leaseMs / 3, () => void beatOnce());

  return {
    signal: lost.signal,
    async ensure() {
      while (!lost.signal.aborted && now() >= until) await beatOnce();
    },
    async stop() {
      cancel();
      if (beating !== null) await beating;
      if (!lost.signal.aborted) await beatOnce();
      return !lost.signal.aborted && now() < until;
    },
  };
}
