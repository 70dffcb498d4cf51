/** A world for runs: the real tables on dynalite, a clock and a bus in memory, and a sync that is told what to report. */
import { ApiUserTable } from '#aws/api-user-table';
import { ConnectionTable } from '#aws/connection-table';
import { LeaseTable } from '#aws/lease-table';
import { MissingTable } from '#aws/missing-table';
import { RunTable } from '#aws/run-table';
import type { SingleTable } from '#aws/single-table';
import { connectionSchema } from '#connections/connection';
import { digest } from '#lambda/chance';
import type { LegWorld } from '#runs/leg-world';
import type { BusEvent, EventBus, Log } from '#runs/ports';
import { noCounts } from '#runs/run-record';
import type { Policy } from '#sync/device';
import type { DeviceSource, ItemDirectory } from '#sync/ports';
import type { ChangeLine, RunReport } from '#sync/report';
import type { RunRequest, RunWorld } from '#sync/run';

export const t0 = Date.UTC(2026, 10, 24, 1, 0, 0);
export const settingsOf = (more: object = {}) =>
  connectionSchema.parse({ name: 'Acme', sync: { policy: 'sync' }, ...more });

export const reportOf = (more: Partial<RunReport> = {}): RunReport => ({
  outcome: 'succeeded',
  reason: null,
  detail: '',
  policy: 'sync',
  applied: true,
  planId: 'plan-1',
  devices: 10,
  counts: noCounts,
  changes: [],
  held: [],
  notes: [],
  calls: { addigy: 2, autotask: 3 },
  ms: 40,
  missing: null,
  unanswered: null,
  addigyBlockedUntil: null,
  ...more,
});

export const lineOf = (
  key: string,
  state: ChangeLine['state'],
  kind: ChangeLine['kind'] = 'create',
): ChangeLine => ({
  kind,
  reason: kind === 'create' ? 'new' : 'changed',
  state,
  key,
  agentId: key,
  itemId: null,
  companyId: 1,
  name: key,
  serial: key,
  diffs: [],
  error: '',
});

export type Sync = (request: RunRequest, world: RunWorld, signal: AbortSignal) => Promise<RunReport>;

export function worldOn(table: SingleTable) {
  const events: BusEvent[] = [];
  const said: string[] = [];
  const asked: RunRequest[] = [];
  const zones: string[] = [];
  /** How the vendors were opened: `workedBefore` of each source, `readOnly` of each directory. */
  const opened: Array<{ workedBefore: boolean } | { readOnly: boolean } | { organizationId: string }> = [];
  const beats = new Set<() => void>();
  const control = {
    now: t0,
    sync: (async () => reportOf()) as Sync,
    native: (async () => reportOf()) as (...asked: Parameters<LegWorld['runNative']>) => Promise<RunReport>,
    zone: async (): Promise<{ name: string; url: string }> => ({ name: 'Zone', url: 'https://zone.test/' }),
    publish: async (sent: readonly BusEvent[]): Promise<void> => void events.push(...sent),
    /** What an offboarding reads of Addigy. */
    policies: async (): Promise<readonly Policy[]> => [],
    /** What an offboarding reads and writes in Autotask. */
    directory: { calls: () => 0 } as ItemDirectory,
    user: { version: 'user-1', value: { username: 'u', secret: 's', trackingIdentifier: 't' } } as Awaited<
      ReturnType<LegWorld['vendors']['deviceSync']>
    >,
    key: { version: 'key-1', value: { apiKey: 'k' } } as Awaited<
      ReturnType<LegWorld['vendors']['addigyKey']>
    >,
  };
  const say =
    (level: string): Log['info'] =>
    (message) =>
      void said.push(`${level} ${message}`);
  /** The connections whose secrets were put out of use. */
  const forgotten: string[] = [];
  let tokens = 0;
  const token = () => `token-${tokens++}`;
  const bus: EventBus = { publish: (sent) => control.publish(sent) };
  const log: Log = { info: say('info'), warn: say('warn'), error: say('error') };
  const world: LegWorld & { suffix: () => string } = {
    apiUsers: new ApiUserTable(table),
    connections: new ConnectionTable(table),
    runs: new RunTable(table),
    leases: new LeaseTable(table),
    missing: new MissingTable(table, token),
    bus,
    leaseMs: 60_000,
    vendors: {
      deviceSync: async () => control.user,
      addigyKey: async () => control.key,
      zone: async (username) => {
        zones.push(username);
        return control.zone();
      },
      source: (_key, _organization, workedBefore) => {
        opened.push({ workedBefore });
        return { calls: () => 0, policies: () => control.policies() } as unknown as DeviceSource;
      },
      native: (apiKey, organizationId) => {
        opened.push({ organizationId });
        return { syncPolicy: async () => void apiKey, calls: () => 0 };
      },
      directory: (_url, _user, readOnly) => {
        opened.push({ readOnly });
        return control.directory;
      },
    },
    runNative: (request, nativeWorld) => control.native(request, nativeWorld, new AbortController().signal),
    runSync: (request, runWorld, signal) => {
      asked.push(request);
      return control.sync(request, runWorld, signal);
    },
    now: () => control.now,
    digest,
    log,
    token,
    suffix: () => 'aaaaaa',
    forgetSecrets: async (id) => void forgotten.push(id),
    every: (_ms, task) => {
      beats.add(task);
      return () => void beats.delete(task);
    },
    correlationId: () => 'corr-1',
    measure: () => {},
  };
  /** A connection that is ready to run. */
  const ready = async (id = 'acme', settings = settingsOf()) => {
    await world.connections.declare(id, settings, t0);
    await world.connections.trust(id, 'deviceSync', { version: 'user-1' }, t0);
    await world.connections.trust(id, 'addigyKey', { version: 'key-1' }, t0);
    const record = await world.connections.get(id);
    if (record === null) throw new Error('no connection');
    return record;
  };
  return { world, control, events, said, asked, zones, opened, forgotten, beats, ready };
}
