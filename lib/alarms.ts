import { ArnFormat, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { alarmList } from './alarm-list.ts';
import type { Watched } from './metric-sources.ts';

export interface AlarmsProps {
  readonly watched: Watched;
  /** Who is told; '' is nobody, until something else subscribes to the topic. */
  readonly email: string;
}

/** Every alarm of the list, and the topic that they ring. */
export class Alarms extends Construct {
  readonly topic: Topic;
  readonly alarms: readonly Alarm[];

  constructor(scope: Construct, id: string, { watched, email }: AlarmsProps) {
    super(scope, id);
    this.topic = this.#makeTopic(email, watched.stage);
    const action = new SnsAction(this.topic);
    this.alarms = alarmList(watched).map(({ name, of, says, metric, rings, threshold, periods, missing }) => {
      const alarm = new Alarm(this, `${name}${of ?? ''}`, {
        // Of two stages in one account, the mail's subject says which.
        alarmName: `addigy-autotask-${watched.stage}-${name}${of === undefined ? '' : `-${of}`}`,
        alarmDescription: `${says} Runbook: docs/runbooks/${name}.md`,
        metric,
        comparisonOperator: rings,
        threshold,
        evaluationPeriods: periods,
        treatMissingData: missing,
      });
      alarm.addAlarmAction(action);
      alarm.addOkAction(action);
      return alarm;
    });
  }

  #makeTopic(email: string, stage: string): Topic {
    // Not the key of the secrets: CloudWatch must be able to decrypt with this one. AWS's own key for SNS does
    // not let CloudWatch in, and its policy cannot be changed.
    const key = new Key(this, 'Key', {
      description: 'Encrypts what alarms tell',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    key.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        resources: ['*'],
        // Without a condition: AWS documents none that CloudWatch would meet, and a mail that does not come tells nobody.
      }),
    );
    const topic = new Topic(this, 'Topic', {
      displayName: 'addigy-autotask alarms',
      masterKey: key,
      enforceSSL: true,
    });
    const ours = Stack.of(this).formatArn({
      service: 'cloudwatch',
      resource: 'alarm',
      resourceName: `addigy-autotask-${stage}-*`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    // A policy of one's own takes the place of SNS's, by which the whole account may publish.
    topic.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: { ArnLike: { 'aws:SourceArn': ours } },
      }),
    );
    if (email !== '') topic.addSubscription(new EmailSubscription(email));
    Validations.of(topic).acknowledge({
      id: 'Serverless-SNSRedrivePolicy',
      reason:
        'A mail that does not arrive is of no use a day later; the alarm itself stays on in CloudWatch.',
    });
    return topic;
  }
}
