/**
 * Questions to the logs of the doors, kept as saved queries of Logs Insights. Words in capitals are to be
 * replaced. What one connection does is asked here, as one metric for each would cost $0.30 a month each.
 */
import { CfnQueryDefinition } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Watched } from './metric-sources.ts';

export interface SavedQuery {
  /** What it answers. */
  readonly asks: string;
  readonly lines: readonly string[];
}

const said =
  'fields @timestamp, service, level, message, connectionId, runId, leg, status, reason, failure.message';

export const savedQueries = {
  'one-connection': {
    asks: 'What happened to this connection?',
    lines: [said, 'filter connectionId = "CONNECTION"', 'sort @timestamp desc', 'limit 500'],
  },
  'one-run': {
    asks: 'What did this run do, leg by leg?',
    lines: [said, 'filter runId = "RUN"', 'sort @timestamp asc', 'limit 500'],
  },
  'one-correlation-id': {
    asks: 'What came of this request, through every door?',
    lines: [
      `${said}, route, correlationId`,
      'filter correlationId = "ID"',
      'sort @timestamp asc',
      'limit 500',
    ],
  },
  'connections-by-last-success': {
    asks: 'Which connection has waited longest for a success?',
    lines: [
      'filter ispresent(LastAttempt)',
      'stats max(LastSuccess) * 1000 as succeededAt, max(LastAttempt) * 1000 as triedAt, latest(status) as lastEnd, latest(reason) as why by connectionId',
      'sort succeededAt asc',
      'limit 100',
    ],
  },
  'failures-by-reason': {
    asks: 'Why do runs not succeed?',
    lines: [
      'filter ispresent(LastAttempt) and status != "succeeded"',
      'stats count(*) as runs, count_distinct(connectionId) as connections, latest(connectionId) as forInstance by status, reason',
      'sort runs desc',
    ],
  },
  'held-by-safety': {
    asks: 'Whose changes were held by a limit, and in which run? The lines are in the run itself (GET …/runs/{runId}).',
    lines: [
      'fields @timestamp, connectionId, runId, HeldSafety, HeldEmptySource, HeldIncomplete',
      'filter HeldSafety > 0 or HeldEmptySource > 0',
      'sort @timestamp desc',
      'limit 100',
    ],
  },
  'changes-by-connection': {
    asks: 'Who changes how much?',
    lines: [
      'filter ispresent(LegDuration)',
      'stats sum(ChangesCreated) as created, sum(ChangesUpdated) as updated, sum(ChangesAdopted) as adopted, sum(ChangesDeactivated) as deactivated, sum(ChangesFailed) as failed by connectionId',
      'sort failed desc, created desc',
      'limit 100',
    ],
  },
  'calls-by-connection': {
    asks: 'Who uses the vendors’ calls, and whose legs are slow?',
    lines: [
      'filter ispresent(AutotaskCalls)',
      'stats sum(AutotaskCalls) as autotask, sum(AddigyCalls) as addigy, max(LegDuration) as slowestMs by connectionId',
      'sort autotask desc',
      'limit 100',
    ],
  },
  'permissions-by-connection': {
    asks: 'How does each API user stand?',
    lines: [
      'filter ispresent(DaysSinceProof)',
      'stats latest(PermissionsDenied) as denied, latest(PermissionsInconclusive) as inconclusive, latest(PermissionsLost) as lost, latest(DaysSinceProof) as sinceProof, latest(DaysToRotation) as toRotation by connectionId, purpose',
      'sort lost desc, toRotation asc',
      'limit 100',
    ],
  },
  'faults-by-door': {
    asks: 'What do the doors complain of?',
    lines: [
      'filter level in ["WARN", "ERROR"]',
      'stats count(*) as times, latest(@timestamp) as last, latest(failure.message) as forInstance, latest(function_request_id) as invocation by service, message, failure.name',
      'sort times desc',
      'limit 100',
    ],
  },
  'starts-and-memory': {
    asks: 'How long do cold starts take, and how much memory is used?',
    lines: [
      'filter @type = "REPORT"',
      'stats count(*) as invocations, count(@initDuration) as coldStarts, max(@initDuration) as slowestInitMs, max(@maxMemoryUsed / 1000000) as usedMb, max(@memorySize / 1000000) as ofMb, max(@duration) as slowestMs by @log',
      'sort slowestInitMs desc',
    ],
  },
} as const satisfies Readonly<Record<string, SavedQuery>>;

export class SavedQueries extends Construct {
  constructor(scope: Construct, id: string, { stage, doors }: Watched) {
    super(scope, id);
    const logGroupNames = doors.map((door) => door.logGroup.logGroupName);
    for (const [name, { lines }] of Object.entries<SavedQuery>(savedQueries)) {
      new CfnQueryDefinition(this, name, {
        // The slashes make folders of it.
        name: `addigy-autotask/${stage}/${name}`,
        queryString: lines.join('\n| '),
        logGroupNames,
      });
    }
  }
}
