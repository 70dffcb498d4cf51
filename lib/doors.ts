import { Duration, type Stack } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { EventBus } from 'aws-cdk-lib/aws-events';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { DoorName } from '#lambda/environment';
import { CallerRoles } from './caller-roles.ts';
import { apiTimeout } from './connections-api.ts';
import type { Context } from './context.ts';
import { Door, type DoorProps } from './door.ts';
import { doorRolesArn } from './door-roles.ts';
import { HandOffApi } from './hand-off-api.ts';
import { dueIndex, staleIndex } from './stateful-stack.ts';
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

export interface DoorsProps {
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

export type Doors = ReturnType<typeof makeDoors>;

/**
 * Every door with what it may do, how long, and with how much memory; and the two that doors are told of: where the
 * hand-off pages are, and who may sign. Made in the stack itself: a construct around them would change their names in
 * CloudFormation, and an upgrade would make each anew.
 */
export function makeDoors(stack: Stack, props: DoorsProps) {
  const { context, bundles, table, bus, callers, handOffKey, key } = props;
  const door = <Name extends DoorName>(name: Name, own: Omit<DoorProps<Name>, 'context' | 'bundles'>) =>
    new Door(stack, name, { context, bundles, ...own });
  const root = `addigy-autotask/${context.stage}`;
  // Not a parent of the callers' secret: whoever keeps connections must not be able to read or add callers.
  const secrets = { stack, stage: context.stage, prefix: `${root}/connections`, key };
  const keeping = {
    SECRET_KEY_ID: says(key.keyArn),
    SECRET_OWNERS: says(doorRolesArn(stack, context.stage)),
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
  const handOffs = new HandOffApi(stack, 'HandOffApi', { context, receiver: receiveHandOff.function });
  const links = { HAND_OFF_URL: says(handOffs.url), HAND_OFF_KEY_ID: readsSecret(handOffKey) };

  const callerRoles = new CallerRoles(stack, 'CallerRoles', context);
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
      INTAKE_PREFIX: readsIntake(stack, `${root}/intake`),
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
  return {
    openHandOff,
    receiveHandOff,
    authorizeCaller,
    manageConnections,
    provisionApiUser,
    validatePermissions,
    suggestCompanies,
    scheduleSyncs,
    scheduleValidations,
    syncDevices,
    handOffs,
    callerRoles,
  };
}
