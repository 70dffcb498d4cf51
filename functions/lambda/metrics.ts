/**
 * Writes metrics to the log in CloudWatch's embedded metric format. What would be one metric for each
 * connection ($0.30 a month each) stands beside them as properties, for queries of the log.
 */
import { Metrics } from '@aws-lambda-powertools/metrics';
import type { Measured } from '#onboarding/look-again';
import { isFinal, type RunRecord } from '#runs/run-record';
import type { HeldReason } from '#sync/change';
import type { ChangeLine, RunReport } from '#sync/report';
import { correlationId } from './correlation.ts';
import { haltedMetric, heldMetric, type MetricName, metricCatalogue } from './metric-catalogue.ts';

const metrics = new Metrics();
const dayMs = 24 * 3_600_000;

type Values = Readonly<Partial<Record<MetricName, number>>>;
type Properties = Readonly<Record<string, string>>;

/** One line of the log. Whoever writes it is the dimension `service`. */
function write(values: Values, properties: Properties): void {
  const told = Object.entries(values).filter(
    ([name, value]) => value !== 0 || metricCatalogue[name as MetricName].seldom === undefined,
  );
  if (told.length === 0) return;
  for (const [name, value] of told) {
    metrics.addMetric(name, metricCatalogue[name as MetricName].unit, value);
  }
  const followed = correlationId();
  if (followed !== '') metrics.addMetadata('correlationId', followed);
  for (const [name, value] of Object.entries(properties)) metrics.addMetadata(name, value);
  metrics.publishStoredMetrics();
}

/** Each end of a run is a metric of its own: runs that are held every hour must not look like runs that succeed. */
export function measureLeg(run: RunRecord, leg: RunReport): void {
  write(
    {
      ...changesOf(leg.changes),
      ChangesFailed: leg.counts.failed,
      AddigyCalls: leg.calls.addigy,
      AutotaskCalls: leg.calls.autotask,
      LegDuration: leg.ms,
      ...(isFinal(run.status) ? endOf(run) : {}),
    },
    {
      connectionId: run.connectionId,
      runId: run.runId,
      status: run.status,
      ...(run.reason === null ? {} : { reason: run.reason }),
    },
  );
}

function changesOf(changes: readonly ChangeLine[]): Values {
  const kinds = { create: 0, update: 0, reactivate: 0, deactivate: 0 };
  let adopted = 0;
  for (const { kind, reason, state } of changes) {
    if (state !== 'applied') continue;
    if (kind === 'update' && reason === 'adopted') adopted += 1;
    else kinds[kind] += 1;
  }
  return {
    ChangesCreated: kinds.create,
    ChangesUpdated: kinds.update,
    ChangesAdopted: adopted,
    ChangesReactivated: kinds.reactivate,
    ChangesDeactivated: kinds.deactivate,
  };
}

/** What was held is told once for a run, not with each of its legs. */
function endOf({ status, reason, counts, finishedAt }: RunRecord): Values {
  const at = Math.floor((finishedAt ?? 0) / 1000);
  const held = Object.entries(counts.held).map(
    ([why, count]) => [heldMetric(why as HeldReason), count] as const,
  );
  return {
    [ended[status] ?? 'RunsFailed']: 1,
    ...(reason === null ? {} : { [haltedMetric(reason)]: 1 }),
    ...Object.fromEntries(held),
    LastAttempt: at,
    ...(status === 'succeeded' ? { LastSuccess: at } : {}),
  };
}

const ended: Readonly<Partial<Record<RunRecord['status'], MetricName>>> = {
  succeeded: 'RunsSucceeded',
  held: 'RunsHeld',
  stopped: 'RunsStopped',
  failed: 'RunsFailed',
};

/** Told at a run's first call. */
export function measureAllowance({ used, of }: { readonly used: number; readonly of: number }): void {
  write({ AutotaskAllowanceUsed: (100 * used) / of }, {});
}

/** Of the Addigy key that a run reads, if there is one; `storedAt` as Secrets Manager tells it, in epoch milliseconds. */
export function measureKeyAge<Key extends { readonly storedAt: number } | null>(
  connectionId: string,
  key: Key,
): Key {
  if (key !== null) {
    write({ DaysSinceRotation: days(Date.now() - key.storedAt) }, { connectionId, secret: 'addigy-key' });
  }
  return key;
}

/** What alarms on staleness look at. The age is that of the most overdue connection, and absent where no schedule is on. */
export function measureStaleness(
  { stale, oldestSuccessAt }: { readonly stale: number; readonly oldestSuccessAt: number | null },
  now: number,
): void {
  const age = oldestSuccessAt === null ? null : Math.max(0, Math.floor((now - oldestSuccessAt) / 60_000));
  write({ StaleConnections: stale, ...(age === null ? {} : { OldestSuccessAgeMinutes: age }) }, {});
}

/** Connections that one tick of the schedule asked runs for. */
export function measureTick(requested: number): void {
  write({ RunsScheduled: requested }, {});
}

/** `PermissionsLost` is what an alarm looks at: it comes before a sync fails. */
export function measureValidation({ record, report, now }: Measured): void {
  const { connectionId, purpose, trustedAt, validatedAt, rotateAt, lost } = record;
  const proved = validatedAt ?? trustedAt;
  write(
    {
      ...(proved === null ? {} : { DaysSinceProof: days(now - proved) }),
      ...(trustedAt === null ? {} : { DaysSinceRotation: days(now - trustedAt) }),
      ...(rotateAt === null ? {} : { DaysToRotation: days(rotateAt - now) }),
      ...(report === null
        ? { ValidationsUnanswered: 1 }
        : { ...verdictsOf(report), PermissionsLost: lost.length }),
    },
    { connectionId, purpose },
  );
}

function verdictsOf({ lines, calls }: NonNullable<Measured['report']>): Values {
  const count = (verdict: string) => lines.filter((line) => line.verdict === verdict).length;
  return {
    PermissionsConfirmed: count('confirmed'),
    PermissionsDenied: count('denied'),
    PermissionsInconclusive: count('inconclusive'),
    ValidationCalls: calls.autotask + calls.addigy,
  };
}

/** To a hundredth. */
const days = (ms: number): number => Math.round((100 * ms) / dayMs) / 100;
