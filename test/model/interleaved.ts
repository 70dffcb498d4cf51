/** A small system in memory of which fast-check decides, at every call to a port, who goes on next. */
import type fc from 'fast-check';
import { connectionSchema } from '#connections/connection';
import { digest } from '#lambda/chance';
import { deliverLeg } from '#runs/deliver-leg';
import { engines } from '#runs/engines';
import type { LegWorld } from '#runs/leg-world';
import type { BusEvent, Log } from '#runs/ports';
import { scheduleDue } from '#runs/schedule-due';
import type { SyncRequest } from '#runs/sync-request';
import { InMemoryItems } from '../sync/in-memory-items.ts';
import { aCompany, aDevice, InMemoryDevices, products, startOfTime } from '../sync/run-world.ts';
import { memoryStores } from './memory-stores.ts';

export const leaseMs = 60_000;
export const devicesThere = 4;
const log: Log = { info: () => {}, warn: () => {}, error: () => {} };

/** Each call waits for its turn, is made at once, and waits for its turn to be heard of. */
function interleaved<Port extends object>(port: Port, name: string, scheduler: fc.Scheduler): Port {
  return new Proxy(port, {
    get(target, method) {
      const value: unknown = Reflect.get(target, method);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]): unknown => {
        if (method === 'calls' || method === 'due') return value.apply(target, args);
        const label = `${name}.${String(method)}`;
        return scheduler
          .schedule(Promise.resolve(), label)
          .then(() => value.apply(target, args) as unknown)
          .finally(() => scheduler.schedule(Promise.resolve(), `${label} answers`));
      };
    },
  });
}

export class InterleavedSystem {
  now = startOfTime;
  readonly items = new InMemoryItems({ companies: [aCompany(10)], products });
  readonly requested: SyncRequest[] = [];
  readonly #stores = memoryStores();
  readonly #beats = new Set<() => void>();
  readonly #scheduler: fc.Scheduler;
  #tokens = 0;

  constructor(scheduler: fc.Scheduler) {
    this.#scheduler = scheduler;
  }

  /** Connections whose schedule is due, credentials proved. */
  async declare(...ids: string[]): Promise<void> {
    const settings = connectionSchema.parse({ name: 'Acme', sync: { policy: 'sync' } });
    const { connections } = this.#stores;
    for (const id of ids) {
      await connections.declare(id, settings, this.now);
      await connections.trust(id, 'deviceSync', { version: 'user' }, this.now);
      await connections.trust(id, 'addigyKey', { version: 'key' }, this.now);
    }
  }

  tick(at: number): Promise<unknown> {
    const world = { ...this.#world(), digest };
    return scheduleDue(at, world, new AbortController().signal);
  }

  async isDue(at: number): Promise<boolean> {
    for await (const page of this.#stores.connections.due(at)) if (page.length > 0) return true;
    return false;
  }

  /** One delivery; false where the message has to come again. */
  async deliver(request: SyncRequest): Promise<boolean> {
    const signal = new AbortController().signal;
    return deliverLeg(request, { isLast: false }, this.#world(), signal).then(
      () => true,
      () => false,
    );
  }

  async statusOf({ connectionId, runId }: SyncRequest): Promise<string | undefined> {
    return (await this.#stores.runs.get(connectionId, runId))?.status;
  }

  /** A holder that was frozen, or stood still, beats again. */
  beat(): void {
    for (const beat of this.#beats) beat();
  }

  #world(): LegWorld {
    const scheduler = this.#scheduler;
    const port = <Port extends object>(of: Port, name: string): Port => interleaved(of, name, scheduler);
    const stores = this.#stores;
    return {
      connections: port(stores.connections, 'connections'),
      runs: port(stores.runs, 'runs'),
      leases: port(stores.leases, 'leases'),
      missing: port(stores.missing, 'missing'),
      apiUsers: stores.apiUsers,
      bus: port({ publish: async (events: readonly BusEvent[]) => this.#hear(events) }, 'bus'),
      leaseMs,
      vendors: {
        deviceSync: async () => ({
          version: 'user',
          value: { username: 'u', secret: 's', trackingIdentifier: 't' },
        }),
        addigyKey: async () => ({ version: 'key', value: { apiKey: 'k' } }),
        zone: async () => ({ name: 'Zone', url: 'https://zone.test/' }),
        source: () => {
          const devices = Array.from({ length: devicesThere }, (_, n) => aDevice(n));
          return port(new InMemoryDevices(devices), 'addigy');
        },
        native: () => {
          throw new Error('not in these stories');
        },
        directory: () => port(this.items, 'autotask'),
      },
      ...engines,
      now: () => this.now,
      digest,
      log,
      token: () => `token-${this.#tokens++}`,
      correlationId: () => 'corr',
      forgetSecrets: async () => {},
      measure: () => {},
      every: (_, task) => {
        this.#beats.add(task);
        return () => void this.#beats.delete(task);
      },
    };
  }

  #hear(events: readonly BusEvent[]): void {
    for (const event of events) if (event.type === 'Device Sync Requested') this.requested.push(event.detail);
  }
}
