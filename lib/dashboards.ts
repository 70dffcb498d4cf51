import { Duration } from 'aws-cdk-lib';
import { type Alarm, Dashboard, type IWidget, PeriodOverride } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { developerWidgets } from './developer-widgets.ts';
import type { Watched } from './metric-sources.ts';
import { operatorWidgets } from './operator-widgets.ts';

export interface DashboardsProps {
  readonly watched: Watched;
  readonly alarms: readonly Alarm[];
}

/** `operator`: is everything in step? `developer`: is the software well? */
export class Dashboards extends Construct {
  constructor(scope: Construct, id: string, { watched, alarms }: DashboardsProps) {
    super(scope, id);
    const named = (name: string, start: Duration, widgets: IWidget[][]): void => {
      new Dashboard(this, name, {
        dashboardName: `addigy-autotask-${watched.stage}-${name}`,
        defaultInterval: start,
        periodOverride: PeriodOverride.INHERIT,
        widgets,
      });
    };
    named('operator', Duration.days(7), operatorWidgets(watched, alarms));
    named('developer', Duration.days(1), developerWidgets(watched));
  }
}
