import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Alarms } from './alarms.ts';
import { ConnectionsApi } from './connections-api.ts';
import { Dashboards } from './dashboards.ts';
import { Door } from './door.ts';
import { type DoorsProps, makeDoors } from './doors.ts';
import { IamApi } from './iam-api.ts';
import type { Watched } from './metric-sources.ts';
import { makeQueues } from './queues.ts';
import { SavedQueries } from './saved-queries.ts';
import { TickSchedule } from './tick-schedule.ts';

export interface StatelessStackProps extends StackProps, DoorsProps {}

/** The doors and what opens them: can be deleted and deployed again, and nothing is lost. */
export class StatelessStack extends Stack {
  constructor(scope: Construct, id: string, props: StatelessStackProps) {
    super(scope, id, props);
    const { context, table, bus } = props;
    const doors = makeDoors(this, props);
    const { handOffs, callerRoles } = doors;

    const answering = {
      manager: doors.manageConnections.function,
      validator: doors.validatePermissions.function,
      suggester: doors.suggestCompanies.function,
    };
    const api = new ConnectionsApi(this, 'ConnectionsApi', {
      context,
      authorizer: doors.authorizeCaller.function,
      doors: answering,
    });
    // Nobody to let in: no second way in.
    const iamApi = callerRoles.isNobody
      ? null
      : new IamApi(this, 'IamApi', { context, doors: answering, callerRoles });
    new TickSchedule(this, 'SyncSchedule', {
      description: 'Looks for the connections that are due',
      expression: context.scheduleExpression,
      flexibleWindowMinutes: context.flexibleWindowMinutes,
      target: doors.scheduleSyncs.function,
    });
    new TickSchedule(this, 'ValidationSchedule', {
      description: 'Looks for the API users that are due',
      expression: context.validationScheduleExpression,
      flexibleWindowMinutes: 0,
      target: doors.scheduleValidations.function,
    });
    const queues = makeQueues(this, { context, bus, doors });

    const watched: Watched = {
      stage: context.stage,
      ticks: { syncs: context.scheduleExpression, validations: context.validationScheduleExpression },
      doors: this.node.children.filter((child) => child instanceof Door),
      queues,
      apis: [
        { name: 'API', api: api.api },
        { name: 'hand-off', api: handOffs.api },
        ...(iamApi === null ? [] : [{ name: 'IAM API', api: iamApi.api }]),
      ],
      table,
    };
    const { alarms, topic } = new Alarms(this, 'Alarms', { watched, email: context.alarmEmail });
    new Dashboards(this, 'Dashboards', { watched, alarms });
    new SavedQueries(this, 'Queries', watched);

    new CfnOutput(this, 'AlarmTopicArn', { value: topic.topicArn });
    new CfnOutput(this, 'ApiUrl', { value: api.url });
    if (iamApi !== null) new CfnOutput(this, 'IamApiUrl', { value: iamApi.api.apiEndpoint });
    new CfnOutput(this, 'HandOffUrl', { value: handOffs.url });
    new CfnOutput(this, 'ProvisionFunctionName', { value: doors.provisionApiUser.function.functionName });
  }
}
