/** The stores of one table and its bus, as a door wires them. */
import { randomUUID } from 'node:crypto';
import { ApiUserTable } from './api-user-table.ts';
import { ConnectionTable } from './connection-table.ts';
import { tableNamed } from './document-client.ts';
import { CustomEventBus } from './event-bus.ts';
import { eventsClient } from './events-client.ts';
import { LeaseTable } from './lease-table.ts';
import { MissingTable } from './missing-table.ts';
import { RunTable } from './run-table.ts';

export function createStores(names: { readonly TABLE_NAME: string; readonly BUS_NAME: string }) {
  const table = tableNamed(names.TABLE_NAME);
  return {
    connections: new ConnectionTable(table),
    apiUsers: new ApiUserTable(table),
    runs: new RunTable(table),
    leases: new LeaseTable(table),
    missing: new MissingTable(table, randomUUID),
    bus: new CustomEventBus(eventsClient, names.BUS_NAME),
  };
}

/** For a door that only looks. */
export const createConnections = (names: { readonly TABLE_NAME: string }) => ({
  connections: new ConnectionTable(tableNamed(names.TABLE_NAME)),
});
