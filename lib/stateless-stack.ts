import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { EventBus } from 'aws-cdk-lib/aws-events';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { apiTimeout, ConnectionsApi } from './connections-api.ts';
import type { Context } from './context.ts';
import { Door } from './door.ts';
import { dueIndex } from './stateful-stack.ts';
import { SyncQueue } from './sync-queue.ts';
import { SyncSchedule } from './sync-schedule.ts';
import {
  findsAndUpdatesItems,
  keepsItems,
  keepsSecrets,
  putsEvents,
  readsSecret,
  readsSecrets,
  says,
} from './use.ts';

export interface StatelessStackProps extends StackProps {
  readonly context: Context;
  /** Holds one folder per door, as `bundleDoors` makes them. */
  readonly bundles: string;
  readonly table: Table;
  readonly callers: Secret;
}

/** The doors and what opens them: can be deleted and deployed again, and nothing is lost. */
export class StatelessStack extends Stack {
  constructor(scope: Construct, id: string, props: StatelessStackProps) {
    super(scope, id, props);
    const { context, bundles, table, callers } = props;
    const bus = new EventBus(this, 'Bus', { eventBusName: `addigy-autotask-${context.stage}` });
    // Not a parent of the callers' secret: whoever keeps connections must not be able to read or add callers.
    const secretPrefix = `addigy-autotask/${context.stage}/connections`;
    const vendors = { AUTOTASK_URL: says(context.autotaskUrl), ADDIGY_URL: says(context.addigyUrl) };

    const authorizeCaller = new Door(this, 'authorize-caller', {
      context,
      bundles,
      description: 'Lets a caller in whose bearer key it knows',
      timeout: Duration.seconds(5),
      memoryMb: 512,
      uses: { CALLERS_SECRET_ID: readsSecret(callers) },
    });
    const manageConnections = new Door(this, 'manage-connections', {
      context,
      bundles,
      description: 'Answers the HTTP API: connections, their credentials, their runs',
      timeout: apiTimeout,
      memoryMb: 1024,
      uses: {
        TABLE_NAME: keepsItems(table),
        BUS_NAME: putsEvents(bus),
        SECRET_PREFIX: keepsSecrets(this, secretPrefix),
        ...vendors,
      },
    });
    const scheduleSyncs = new Door(this, 'schedule-syncs', {
      context,
      bundles,
      description: 'Requests a sync for every connection that is due',
      timeout: Duration.minutes(1),
      memoryMb: 512,
      uses: { TABLE_NAME: findsAndUpdatesItems(table, dueIndex), BUS_NAME: putsEvents(bus) },
    });
    const syncDevices = new Door(this, 'sync-devices', {
      context,
      bundles,
      description: 'Brings the devices of one connection from Addigy to Autotask',
      timeout: Duration.seconds(context.syncTimeoutSeconds),
      // One whole vCPU; planning 100,000 devices takes 600 MB at most.
      memoryMb: 1769,
      uses: {
        TABLE_NAME: keepsItems(table),
        BUS_NAME: putsEvents(bus),
        SECRET_PREFIX: readsSecrets(this, secretPrefix),
        LEASE_SECONDS: says(String(context.leaseSeconds)),
        ...vendors,
      },
    });

    const api = new ConnectionsApi(this, 'ConnectionsApi', {
      context,
      authorizer: authorizeCaller.function,
      manager: manageConnections.function,
    });
    new SyncSchedule(this, 'SyncSchedule', { context, target: scheduleSyncs.function });
    const syncQueue = new SyncQueue(this, 'SyncQueue', { context, bus, consumer: syncDevices.function });

    new CfnOutput(this, 'ApiUrl', { value: api.url });
    new CfnOutput(this, 'BusName', { value: bus.eventBusName });
    new CfnOutput(this, 'DeadLetterQueueUrl', { value: syncQueue.deadLetters.queueUrl });
  }
}
