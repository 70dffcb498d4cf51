/** Help with mapping: which company a policy may belong to. It is told, and never applied. */
import type { ConnectionRecord, ConnectionStore } from '#connections/connection-record';
import type { Company } from '#sync/configuration-item';
import { type DeviceSource, isPortError } from '#sync/ports';
import { type CompanySuggestions, suggestCompanies } from '#sync/suggest-companies';
import { readConnectionId, theConnection } from './connection-routes.ts';
import type { Routes } from './http-door.ts';
import { Problem } from './problem.ts';

/** Of each kind. An answer of Lambda's holds 6 MB; these are half a megabyte. */
const mostTold = 1_000;

/** Both lists begin with the policies of the most devices: whoever maps those is told the others next time. */
function firstOf({ suggestions, unmapped }: CompanySuggestions) {
  const shown = { suggestions: suggestions.slice(0, mostTold), unmapped: unmapped.slice(0, mostTold) };
  const left = suggestions.length + unmapped.length - shown.suggestions.length - shown.unmapped.length;
  return { ...shown, left };
}

export interface SuggestionWorld {
  readonly connections: ConnectionStore;
  /** Null where the connection lacks credentials that work. */
  readonly openVendors: (
    connection: ConnectionRecord,
    signal: AbortSignal,
  ) => Promise<{
    readonly source: DeviceSource;
    readonly companies: { companies(signal: AbortSignal): Promise<readonly Company[]>; calls(): number };
  } | null>;
}

export function suggestionRoutes(world: SuggestionWorld): Routes {
  return {
    'GET /connections/{connectionId}/companies/suggestions': async ({ signal, ...call }) => {
      const connection = await theConnection(world.connections, readConnectionId({ signal, ...call }));
      try {
        const vendors = await world.openVendors(connection, signal);
        if (vendors === null) {
          throw new Problem(
            'credentials-missing',
            'Both the API user for device-sync and the Addigy key must be trusted.',
          );
        }
        const { source, companies } = vendors;
        const [policies, view, all] = await Promise.all([
          source.policies(signal),
          source.devices(signal),
          companies.companies(signal),
        ]);
        const told = suggestCompanies(policies, view.devices, all, connection.settings.sync);
        const calls = { autotask: companies.calls(), addigy: source.calls() };
        return { status: 200, body: { ...firstOf(told), calls } };
      } catch (error) {
        if (!isPortError(error)) throw error;
        throw new Problem('vendor-unavailable', error.message);
      }
    },
  };
}
