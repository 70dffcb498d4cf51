/** What each door writes, read back as CloudWatch reads it, against the catalogue. */
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type MetricName, metricCatalogue, metricNames } from '#lambda/metric-catalogue';
import { newApiUser } from '#onboarding/new-api-user';
import { noCounts, queuedRun, type RunRecord } from '#runs/run-record';
import { changeKinds, heldReasons } from '#sync/change';
import { runReasons } from '#sync/report';
import { reportWith } from '../hand-off/sample-views.ts';
import { lineOf, reportOf, t0 } from '../runs/world.ts';

interface Emf {
  readonly _aws: {
    readonly Timestamp: number;
    readonly CloudWatchMetrics: ReadonlyArray<{
      readonly Namespace: string;
      readonly Dimensions: readonly string[][];
      readonly Metrics: ReadonlyArray<{ readonly Name: MetricName; readonly Unit: string }>;
    }>;
  };
  readonly [property: string]: unknown;
}

let doors: typeof import('#lambda/metrics');
const lines: Emf[] = [];
beforeAll(async () => {
  vi.stubEnv('POWERTOOLS_DEV', 'true');
  // Through the console that can be listened to; by itself that switches metrics off.
  vi.stubEnv('POWERTOOLS_METRICS_DISABLED', 'false');
  vi.stubEnv('POWERTOOLS_METRICS_NAMESPACE', 'addigy-autotask/test');
  vi.stubEnv('POWERTOOLS_SERVICE_NAME', 'a-door');
  vi.spyOn(console, 'log').mockImplementation((text: string) => void lines.push(JSON.parse(text) as Emf));
  vi.resetModules();
  doors = await import('#lambda/metrics');
});
afterAll(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});
beforeEach(() => void lines.splice(0));

const namesIn = (some: readonly Emf[]) =>
  some.flatMap((line) =>
    line._aws.CloudWatchMetrics.flatMap(({ Metrics }) => Metrics.map(({ Name }) => Name)),
  );

const runOf = (more: Partial<RunRecord>): RunRecord => ({
  ...queuedRun(
    {
      runId: 'r-1',
      connectionId: 'acme',
      trigger: 'schedule',
      apply: true,
      reviewedPlanId: null,
      policy: 'sync',
    },
    t0,
  ),
  finishedAt: t0 + 1_000,
  ...more,
});
const held = Object.fromEntries(heldReasons.map((reason, n) => [reason, n + 1]));
const applied = [
  ...changeKinds.map((kind) => lineOf(kind, 'applied', kind)),
  { ...lineOf('adopted', 'applied', 'update'), reason: 'adopted' as const },
  lineOf('not yet', 'pending'),
];
const day = 24 * 3_600_000;
const user = {
  ...newApiUser('acme', 'device-sync', t0),
  trustedAt: t0 - 10 * day,
  validatedAt: t0 - 1.5 * day,
  rotateAt: t0 + 355 * day,
};

/** By door, everything that can happen to it. */
const everything: Readonly<Record<string, () => void>> = {
  'sync-devices': () => {
    const leg = reportOf({ changes: applied, counts: { ...noCounts, failed: 2 } });
    for (const status of ['succeeded', 'held', 'stopped', 'failed'] as const) {
      doors.measureLeg(runOf({ status, counts: { ...noCounts, held } }), leg);
    }
    for (const reason of runReasons) doors.measureLeg(runOf({ status: 'held', reason }), leg);
    doors.measureAllowance({ used: 1_250, of: 10_000 });
    doors.measureKeyAge('acme', { storedAt: Date.now() - day });
  },
  'validate-permissions': () => {
    doors.measureValidation({ record: user, report: reportWith({}), now: t0 });
    doors.measureValidation({ record: user, report: null, now: t0 });
  },
  'schedule-syncs': () => {
    doors.measureTick(3);
    doors.measureStaleness({ stale: 0, oldestSuccessAt: t0 - day }, t0);
  },
};

describe('the catalogue', () => {
  it.each(Object.keys(everything))('is all that %s writes, and all of it', (door) => {
    everything[door]!();
    const own = metricNames.filter((name) =>
      (metricCatalogue[name].doors as readonly string[]).includes(door),
    );
    expect([...new Set(namesIn(lines))].sort()).toEqual([...own].sort());
    for (const { _aws } of lines) {
      for (const { Namespace, Dimensions, Metrics } of _aws.CloudWatchMetrics) {
        expect([Namespace, Dimensions]).toEqual(['addigy-autotask/test', [['service']]]);
        for (const { Name, Unit } of Metrics) expect(Unit).toBe(metricCatalogue[Name].unit);
      }
    }
  });

  it('names no door that is not tried here', () => {
    const doorsNamed = new Set(metricNames.flatMap((name) => metricCatalogue[name].doors));
    expect([...doorsNamed].sort()).toEqual(Object.keys(everything).sort());
  });
});

describe('a leg', () => {
  it('counts what it wrote by kind, and tells of whom beside the metrics, not as a dimension', () => {
    doors.measureLeg(runOf({ status: 'queued' }), reportOf({ changes: applied }));
    expect(lines).toMatchObject([
      {
        service: 'a-door',
        connectionId: 'acme',
        runId: 'r-1',
        ChangesCreated: 1,
        ChangesUpdated: 1,
        ChangesAdopted: 1,
        ChangesReactivated: 1,
        ChangesDeactivated: 1,
        AutotaskCalls: 3,
        AddigyCalls: 2,
      },
    ]);
    expect(namesIn(lines)).not.toContain('LastAttempt');
  });

  it('that is the last tells the end, what was held, and when; what is nothing costs nothing', () => {
    doors.measureLeg(
      runOf({ status: 'succeeded', counts: { ...noCounts, held: { safety: 4 } } }),
      reportOf(),
    );
    expect(lines).toMatchObject([
      { RunsSucceeded: 1, HeldSafety: 4, LastAttempt: t0 / 1000 + 1, LastSuccess: t0 / 1000 + 1 },
    ]);
    expect([...namesIn(lines)].sort()).toEqual(
      'AddigyCalls AutotaskCalls HeldSafety LastAttempt LastSuccess LegDuration RunsSucceeded'.split(' '),
    );
  });

  it('that was held is an attempt and no success', () => {
    doors.measureLeg(runOf({ status: 'held', reason: 'addigy-blocked' }), reportOf());
    expect(lines).toMatchObject([{ RunsHeld: 1, HaltedAddigyBlocked: 1, LastAttempt: t0 / 1000 + 1 }]);
    expect(namesIn(lines)).not.toContain('LastSuccess');
  });
});

describe('a tick', () => {
  it('tells that nothing is stale: what is missing would ring', () => {
    doors.measureStaleness({ stale: 0, oldestSuccessAt: null }, t0);
    expect(lines).toMatchObject([{ StaleConnections: 0 }]);
    expect(namesIn(lines)).toEqual(['StaleConnections']);
  });
});

describe('a validation', () => {
  it('tells the ages in days', () => {
    doors.measureValidation({ record: user, report: null, now: t0 });
    expect(lines).toMatchObject([
      { DaysSinceProof: 1.5, DaysSinceRotation: 10, DaysToRotation: 355, ValidationsUnanswered: 1 },
    ]);
  });
});
