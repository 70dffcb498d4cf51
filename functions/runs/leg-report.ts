/** Reports of a leg that reached no plan, and whose fault it was. */
import type { ConnectionRecord } from '#connections/connection-record';
import type { RunOutcome, RunReason, RunReport } from '#sync/report';
import type { Log } from './ports.ts';
import { noCounts } from './run-record.ts';

export interface LegReports {
  without(outcome: RunOutcome, reason: RunReason | null, detail: string): RunReport;
  /** What came is a defect of ours, and must not be tried for ever. */
  defect(error: unknown): RunReport;
}

export function legReports(
  connection: ConnectionRecord,
  { now, log }: { readonly now: () => number; readonly log: Log },
): LegReports {
  const began = now();
  const without: LegReports['without'] = (outcome, reason, detail) => ({
    ...noPlan,
    outcome,
    reason,
    detail,
    policy: connection.settings.sync.policy,
    ms: Math.max(0, now() - began),
  });
  return {
    without,
    defect(error) {
      log.error('a run ended by a defect', { connectionId: connection.id, error });
      const name = error instanceof Error ? error.name : 'error';
      return without('failed', null, `An unexpected ${name} stopped the run; the log has more.`);
    },
  };
}

export const apiUserAdvice = (state: 'missing' | 'refused'): string =>
  state === 'missing'
    ? 'No API user is stored for device-sync: PUT it under api-users/device-sync.'
    : 'Autotask refused the API user, and it is not tried again: unlock or correct it, then PUT it again.';

export const keyAdvice = (state: 'missing' | 'refused'): string =>
  state === 'missing'
    ? 'No Addigy key is stored: PUT it under addigy-key.'
    : 'Addigy refused the key, and it is not tried again: PUT a working one.';

export const blockedAdvice = (until: number): string =>
  `Addigy has locked the key until ${new Date(until).toISOString()}; nothing is asked of it before.`;

const noPlan = {
  applied: false,
  planId: '',
  devices: 0,
  counts: noCounts,
  changes: [],
  held: [],
  notes: [],
  calls: { addigy: 0, autotask: 0 },
  missing: null,
  unanswered: null,
  addigyBlockedUntil: null,
} satisfies Partial<RunReport>;
