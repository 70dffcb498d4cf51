import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { type EventBus, Match } from 'aws-cdk-lib/aws-events';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import type { DoorName } from '#lambda/environment';
import { Alarms } from './alarms.ts';
import { CallerRoles } from './caller-roles.ts';
import { apiTimeout, ConnectionsApi } from './connections-api.ts';
import type { Context } from './context.ts';
import { Dashboards } from './dashboards.ts';
import { Door, type DoorProps } from './door.ts';
import { doorRolesArn } from './door-roles.ts';
import { EventQueue } from './event-queue.ts';
import { HandOffApi } from './hand-off-api.ts';
import { IamApi } from './iam-api.ts';
import type { Watched } from './metric-sources.ts';
import { SavedQueries } from './saved-queries.ts';
import { dueIndex, staleIndex } from './stateful-stack.ts';
import { TickSchedule } from './tick-schedule.ts';
import {
  fillsAndReadsSecrets,
  findsItems,
  invokes,
  keepsItems,
  keepsSecrets,
  putsEvents,
  readsAndDeletesSecrets,
  readsIntake,
  readsSecret,
  readsSecrets,
  says,
  usesItems,
} from './use.ts';

export interface StatelessStackProps extends StackProps {
  readonly context: Context;
  /** Holds one folder per door, as `bundleDoors` makes them. */
  readonly bundles: string;
  readonly table: Table;
  readonly bus: EventBus;
  readonly callers: Secret;
  readonly handOffKey: Secret;
  /** What the secrets of connections are encrypted with. */
  readonly key: IKey;
}

/** The doors and what opens them: can be deleted and deployed again, and nothing is lost. */
export class StatelessStack extends Stack {
  constructor(scope: Construct, id: string, props: StatelessStackProps) {
    super(scope, id, props);
    const { context, bundles, table, bus, callers, handOffKey, key } = props;
    const door = <Name extends DoorName>(name: Name, own: Omit<DoorProps<Name>, 'context' | 'bundles'>) =>
      new Door(this, name, { context, bundles, ...own });
    const root = `addigy-autotask/${context.stage}`;
    // Not a parent of the callers' secret: whoever keeps connections must not be able to read or add callers.
    const secrets = { stack: this, stage: context.stage, prefix: `${root}/connections`, key };
    const keeping = {
      SECRET_KEY_ID: says(key.keyArn),
      SECRET_OWNERS: says(doorRolesArn(this, context.stage)),
    };
    const vendors = { AUTOTASK_URL: says(context.autotaskUrl), ADDIGY_URL: says(context.addigyUrl) };
    /** For a door that calls a vendor: the handshake of TLS is most of its work. */
    const calling = { invoked: 'for its answer', timeout: apiTimeout, memoryMb: 1024 } as const;

    const openHandOff = door('open-hand-off', {
      description: 'Opens the links of hand-offs: whoever has one may do one thing to one API user',
      invoked: 'for its answer',
      // Over before the page that asks is, its own start included.
      timeout: Duration.seconds(24),
      memoryMb: 1024,
      uses: {
        TABLE_NAME: usesItems(table, 'GetItem', 'PutItem', 'UpdateItem'),
        BUS_NAME: putsEvents(bus),
        SECRET_PREFIX: fillsAndReadsSecrets(secrets),
        ...keeping,
        ...vendors,
      },
    });
    // Open to the world, so it can reach nothing but the door behind it, which wants a link's token for everything.
    const receiveHandOff = door('receive-hand-off', {
      description: 'Serves the hand-off pages',
      invoked: 'for its answer',
      timeout: apiTimeout,
      memoryMb: 512,
      uses: { DESK_FUNCTION: invokes(openHandOff.function) },
    });
    const handOffs = new HandOffApi(this, 'HandOffApi', { context, receiver: receiveHandOff.function });
    const links = { HAND_OFF_URL: says(handOffs.url), HAND_OFF_KEY_ID: readsSecret(handOffKey) };

    const callerRoles = new CallerRoles(this, 'CallerRoles', context);
    const callersByRole = { CALLER_ROLES: says(callerRoles.told) };
    const authorizeCaller = door('authorize-caller', {
      description: 'Lets a caller in whose bearer key it knows',
      invoked: 'for its answer',
      // As long as API Gateway waits for an authorizer: a cold one reads a secret.
      timeout: Duration.seconds(10),
      memoryMb: 512,
      uses: { CALLERS_SECRET_ID: readsSecret(callers) },
    });
    const manageConnections = door('manage-connections', {
      description: 'Answers the HTTP API: connections, their credentials, their runs',
      ...calling,
      uses: {
        TABLE_NAME: keepsItems(table),
        BUS_NAME: putsEvents(bus),
        SECRET_PREFIX: keepsSecrets(secrets),
        ...keeping,
        ...vendors,
        ...links,
        ...callersByRole,
      },
    });
    const provisionApiUser = door('provision-api-user', {
      description: 'Onboards a connection for a pipeline that asks by event or invocation',
      invoked: 'from a queue',
      timeout: Duration.minutes(1),
      memoryMb: 1024,
      uses: {
        TABLE_NAME: usesItems(table, 'GetItem', 'PutItem', 'Query', 'UpdateItem'),
        BUS_NAME: putsEvents(bus),
        SECRET_PREFIX: fillsAndReadsSecrets(secrets),
        ...keeping,
        INTAKE_PREFIX: readsIntake(this, `${root}/intake`),
        ...vendors,
        ...links,
      },
    });
    const validatePermissions = door('validate-permissions', {
      description: 'Looks again at an API user: its permissions, its second login, its rotation',
      ...calling,
      uses: {
        TABLE_NAME: usesItems(table, 'DeleteItem', 'GetItem', 'PutItem', 'UpdateItem'),
        BUS_NAME: putsEvents(bus),
        SECRET_PREFIX: fillsAndReadsSecrets(secrets),
        ...keeping,
        ...vendors,
        ...links,
        ...callersByRole,
      },
    });
    const suggestCompanies = door('suggest-companies', {
      description: 'Suggests, by name, which company a policy belongs to',
      ...calling,
      uses: {
        TABLE_NAME: usesItems(table, 'GetItem'),
        SECRET_PREFIX: readsSecrets(secrets),
        ...vendors,
        ...callersByRole,
      },
    });
    const scheduleSyncs = door('schedule-syncs', {
      description: 'Requests a sync for every connection that is due',
      invoked: 'by a schedule',
      // 100,000 in one tick at 1,000 writes a second, three units each: docs/scale.md has the sum.
      timeout: Duration.minutes(10),
      memoryMb: 512,
      semiSpaceMb: 2,
      uses: {
        TABLE_NAME: findsItems(table, [dueIndex, staleIndex], 'UpdateItem'),
        BUS_NAME: putsEvents(bus),
      },
    });
    const scheduleValidations = door('schedule-validations', {
      description: 'Requests a look at every API user that is due',
      invoked: 'by a schedule',
      timeout: Duration.minutes(10),
      memoryMb: 512,
      uses: { TABLE_NAME: findsItems(table, [dueIndex], 'GetItem', 'PutItem'), BUS_NAME: putsEvents(bus) },
    });
    const syncDevices = door('sync-devices', {
      description: 'Brings the devices of one connection from Addigy to Autotask',
      invoked: 'from a queue',
      timeout: Duration.seconds(context.syncTimeoutSeconds),
      // One whole vCPU; planning 100,000 devices takes 600 MB at most.
      memoryMb: 1769,
      uses: {
        TABLE_NAME: keepsItems(table),
        BUS_NAME: putsEvents(bus),
        SECRET_PREFIX: readsAndDeletesSecrets(secrets),
        LEASE_SECONDS: says(String(context.leaseSeconds)),
        FIRST_LEG_SECONDS: says(String(context.firstLegSeconds)),
        ...vendors,
      },
    });

    const answering = {
      manager: manageConnections.function,
      validator: validatePermissions.function,
      suggester: suggestCompanies.function,
    };
    const api = new ConnectionsApi(this, 'ConnectionsApi', {
      context,
      authorizer: authorizeCaller.function,
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
      target: scheduleSyncs.function,
    });
    new TickSchedule(this, 'ValidationSchedule', {
      description: 'Looks for the API users that are due',
      expression: context.validationScheduleExpression,
      flexibleWindowMinutes: 0,
      target: scheduleValidations.function,
    });
    const ours = ['addigy-autotask'];
    const syncRequested = { source: ours, detailType: ['Device Sync Requested'] };
    const syncQueue = new EventQueue(this, 'SyncQueue', {
      description: 'The first leg of every requested device sync goes to this queue',
      bus,
      // Without a leg it is a poison message: it must end among the dead letters, not nowhere.
      pattern: {
        ...syncRequested,
        detail: { leg: Match.anyOf(Match.lessThanOrEqual(1), Match.doesNotExist()) },
      },
      consumer: syncDevices,
      atOnce: context.maxConcurrentSyncs,
    });
    const laterLegsQueue = new EventQueue(this, 'LaterLegsQueue', {
      description:
        'What takes more than one leg goes on from a queue of its own, so that nobody waits behind it',
      bus,
      pattern: { ...syncRequested, detail: { leg: Match.greaterThan(1) } },
      consumer: syncDevices,
      atOnce: context.maxConcurrentLaterLegs,
    });
    const onboardingQueue = new EventQueue(this, 'OnboardingQueue', {
      description:
        "Every onboarding that is asked for goes to the queue, whatever the asking pipeline's source",
      bus,
      pattern: { detailType: ['Onboarding Requested'] },
      consumer: provisionApiUser,
      atOnce: 2,
    });
    const validationQueue = new EventQueue(this, 'ValidationQueue', {
      description: 'Every API user that is due goes to the queue',
      bus,
      pattern: { source: ours, detailType: ['Validation Requested'] },
      consumer: validatePermissions,
      // A validation takes seconds: five at once look at some thousands of API users in an hour.
      atOnce: 5,
    });

    const watched: Watched = {
      stage: context.stage,
      ticks: { syncs: context.scheduleExpression, validations: context.validationScheduleExpression },
      doors: this.node.children.filter((child) => child instanceof Door),
      queues: [
        { name: 'SyncQueue', queue: syncQueue },
        { name: 'LaterLegsQueue', queue: laterLegsQueue },
        { name: 'OnboardingQueue', queue: onboardingQueue },
        { name: 'ValidationQueue', queue: validationQueue },
      ],
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
    new CfnOutput(this, 'ProvisionFunctionName', { value: provisionApiUser.function.functionName });
  }
}
