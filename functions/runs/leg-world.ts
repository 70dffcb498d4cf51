/** What one leg of a run needs of the world. */
import type { ConnectionStore } from '#onboarding/connection-record';
import type { RunReport } from '#sync/report';
import type { EventBus, LeaseStore, MissingStore, RunStore } from './ports.ts';
import type { RunRecord } from './run-record.ts';
import type { SyncWorld } from './sync-connection.ts';

export interface LegWorld extends SyncWorld {
  readonly connections: ConnectionStore;
  readonly runs: RunStore;
  readonly leases: LeaseStore;
  readonly missing: MissingStore;
  readonly bus: EventBus;
  readonly leaseMs: number;
  readonly token: () => string;
  readonly every: (ms: number, task: () => void) => () => void;
  readonly measure: (run: RunRecord, leg: RunReport) => void;
}

export type LegEnd = 'ended' | 'goes-on' | 'dropped';
