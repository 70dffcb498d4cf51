import { Stack } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';

export interface TickScheduleProps {
  readonly description: string;
  readonly expression: string;
  /** It fires at any moment of this window; 0 is sharp. */
  readonly flexibleWindowMinutes: number;
  readonly target: IFunction;
}

/** Wakes a door that looks for what is due, and tells it which tick this is. */
export class TickSchedule extends Construct {
  constructor(scope: Construct, id: string, props: TickScheduleProps) {
    super(scope, id);
    const { description, expression, flexibleWindowMinutes, target } = props;
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
      description,
      scheduleExpression: expression,
      flexibleTimeWindow:
        flexibleWindowMinutes > 0
          ? { mode: 'FLEXIBLE', maximumWindowInMinutes: flexibleWindowMinutes }
          : { mode: 'OFF' },
      target: {
        arn: target.functionArn,
        roleArn: role.roleArn,
        // The scheduled time, not the time of the invocation: a retried or late tick is still the same tick.
        input: JSON.stringify({ scheduledTime: '<aws.scheduler.scheduled-time>' }),
        // A tick that could not be delivered for an hour is replaced by a later one.
        retryPolicy: { maximumEventAgeInSeconds: 3600, maximumRetryAttempts: 3 },
      },
    });
  }
}
