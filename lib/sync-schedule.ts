import { Stack } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import type { Context } from './context.ts';

export interface SyncScheduleProps {
  readonly context: Context;
  readonly target: IFunction;
}

/** Wakes the door that looks for due connections, and tells it which tick this is. */
export class SyncSchedule extends Construct {
  constructor(scope: Construct, id: string, { context, target }: SyncScheduleProps) {
    super(scope, id);
    // Not the L2 target: it grants every version of the function too.
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        // Another account's schedule may not borrow this role.
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
      inlinePolicies: {
        invoke: new PolicyDocument({
          statements: [
            new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [target.functionArn] }),
          ],
        }),
      },
    });
    new CfnSchedule(this, 'Schedule', {
      description: 'Looks for the connections that are due',
      scheduleExpression: context.scheduleExpression,
      flexibleTimeWindow:
        context.flexibleWindowMinutes > 0
          ? { mode: 'FLEXIBLE', maximumWindowInMinutes: context.flexibleWindowMinutes }
          : { mode: 'OFF' },
      target: {
        arn: target.functionArn,
        roleArn: role.roleArn,
        // The scheduled time, not the time of the invocation: a retried or late tick is still the same tick.
        input: JSON.stringify({ scheduledTime: '<aws.scheduler.scheduled-time>' }),
        // A tick that could not be delivered for an hour is replaced by the next one.
        retryPolicy: { maximumEventAgeInSeconds: 3600, maximumRetryAttempts: 3 },
      },
    });
  }
}
