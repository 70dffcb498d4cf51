/**
 * Every metric that a door writes: who writes it, what is counted, and what it means. Nothing else can be
 * written, the stack builds dashboards and alarms on nothing else, and docs/operations.md prints it.
 *
 * A count of nothing is not written where it says `seldom`: CloudWatch asks for a metric's hour only where
 * something came in it.
 */
import { type HeldReason, heldReasons } from '#sync/change';
import { type RunReason, runReasons } from '#sync/report';
import type { DoorName } from './environment.ts';

export interface MetricKind {
  readonly doors: readonly DoorName[];
  readonly unit: 'Count' | 'Milliseconds' | 'Percent' | 'Seconds' | 'None';
  readonly means: string;
  /** Written only where it is not 0. */
  readonly seldom?: true;
}

type Pascal<Text extends string> = Text extends `${infer First}-${infer Rest}`
  ? `${Capitalize<First>}${Pascal<Rest>}`
  : Capitalize<Text>;

const pascal = <Text extends string>(text: Text) =>
  text.replaceAll(/(?:^|-)([a-z])/gu, (_, letter: string) => letter.toUpperCase()) as Pascal<Text>;

export const heldMetric = (reason: HeldReason) => `Held${pascal(reason)}` as const;
export const haltedMetric = (reason: RunReason) => `Halted${pascal(reason)}` as const;

const sync = ['sync-devices'] as const;
const validations = ['validate-permissions'] as const;
const ticks = ['schedule-syncs'] as const;
const count = { doors: sync, unit: 'Count' } as const;
const seldom = { ...count, seldom: true } as const;

const named = {
  RunsSucceeded: { ...seldom, means: 'Runs that planned, and applied what they were asked to apply.' },
  RunsHeld: { ...seldom, means: 'Runs that a reason about the whole run held.' },
  RunsStopped: {
    ...seldom,
    means: 'Runs that the allowance, or a deadline without progress, ended: the next goes on.',
  },
  RunsFailed: { ...seldom, means: 'Runs that a vendor’s fault, or a defect of ours, ended.' },
  ChangesCreated: { ...seldom, means: 'Configuration items created.' },
  ChangesUpdated: { ...seldom, means: 'Configuration items updated, adopted ones left out.' },
  ChangesAdopted: { ...seldom, means: 'Items that people had made, and that got our mark.' },
  ChangesReactivated: { ...seldom, means: 'Items activated again, as their device came back.' },
  ChangesDeactivated: { ...seldom, means: 'Items deactivated, as their device is gone.' },
  ChangesFailed: { ...seldom, means: 'Changes that Autotask refused: each is tried again in the next run.' },
  AutotaskCalls: { ...count, means: 'Requests to Autotask, by one leg of a run.' },
  AddigyCalls: { ...count, means: 'Requests to Addigy, by one leg of a run.' },
  AutotaskAllowanceUsed: {
    doors: sync,
    unit: 'Percent',
    means:
      'Of the database’s hourly allowance, what all its integrations had used when a run began, as Autotask told it. A run stops at 50.',
  },
  LegDuration: { doors: sync, unit: 'Milliseconds', means: 'Time of one leg of a run.' },
  LastAttempt: { doors: sync, unit: 'Seconds', means: 'When a run last ended, however. Epoch seconds.' },
  LastSuccess: { doors: sync, unit: 'Seconds', means: 'When a run last succeeded. Epoch seconds.' },
  DaysSinceProof: {
    doors: validations,
    unit: 'None',
    means:
      'Days since a trusted API user was last asked about its rights: 0 after a validation, more where it could not be asked.',
  },
  DaysSinceRotation: {
    doors: [...validations, ...sync],
    unit: 'None',
    means:
      'Age of a secret in days: of an API user’s by `validate-permissions`, of an Addigy key by `sync-devices`.',
  },
  DaysToRotation: {
    doors: validations,
    unit: 'None',
    means: 'Days until the API user is to be rotated; below 0 a rotation is overdue.',
  },
  PermissionsConfirmed: {
    doors: validations,
    unit: 'Count',
    means: 'Requirements that one validation confirmed.',
  },
  PermissionsDenied: { doors: validations, unit: 'Count', means: 'Requirements that one validation denied.' },
  PermissionsInconclusive: {
    doors: validations,
    unit: 'Count',
    means: 'Requirements of which one validation saw nothing either way.',
  },
  PermissionsLost: {
    doors: validations,
    unit: 'Count',
    means: 'Of those denied, what takes trust away: the connection’s syncs are held.',
  },
  ValidationsUnanswered: {
    doors: validations,
    unit: 'Count',
    seldom: true,
    means: 'Validations in which the vendor could not be asked: again in an hour.',
  },
  ValidationCalls: {
    doors: validations,
    unit: 'Count',
    means: 'Requests to both vendors, by one validation.',
  },
  StaleConnections: {
    doors: ticks,
    unit: 'Count',
    means: 'Connections whose last success is older than three of their intervals and an hour.',
  },
  OldestSuccessAgeMinutes: {
    doors: ticks,
    unit: 'None',
    means: 'Age of the last success of the connection that has waited longest for one.',
  },
  RunsScheduled: { doors: ticks, unit: 'Count', means: 'Connections that one tick asked a run for.' },
} as const satisfies Readonly<Record<string, MetricKind>>;

type Named = keyof typeof named;
type Held = ReturnType<typeof heldMetric>;
type Halted = ReturnType<typeof haltedMetric>;
export type MetricName = Named | Held | Halted;

function each<Name extends MetricName, Reason>(
  reasons: readonly Reason[],
  name: (reason: Reason) => Name,
  means: string,
): Record<Name, MetricKind> {
  const kinds = reasons.map((reason) => [name(reason), { ...seldom, means: `${means} \`${reason}\`.` }]);
  return Object.fromEntries(kinds) as Record<Name, MetricKind>;
}

export const metricCatalogue: Readonly<Record<MetricName, MetricKind>> = {
  ...named,
  ...each(heldReasons, heldMetric, 'Devices and items that a run held as'),
  ...each(runReasons, haltedMetric, 'Runs that ended as'),
};

export const metricNames = Object.keys(metricCatalogue) as readonly MetricName[];

/** Of one stage: two stages in one account must not mix. */
export const metricsNamespaceOf = (stage: string): string => `addigy-autotask/${stage}`;
