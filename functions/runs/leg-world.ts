/** What one leg of a run needs of the world. */
import type { RunReport } from '#sync/report';
import type { FinishingWorld } from './finish-offboarding.ts';
import type { LeaseStore, RunStore } from './ports.ts';
import type { RunRecord } from './run-record.ts';
import type { SyncWorld } from './sync-connection.ts';

export interface LegWorld extends SyncWorld, FinishingWorld {
  readonly runs: RunStore;
  readonly leases: LeaseStore;
  readonly leaseMs: number;
  readonly token: () => string;
  /** Of the message that is being worked on; '' where there is none. */
  readonly correlationId: () => string;
  readonly every: (ms: number, task: () => void) => () => void;
  readonly measure: (run: RunRecord, leg: RunReport) => void;
}

export type LegEnd = 'ended' | 'goes-on' | 'dropped';
