/**
 * The engine as it is deployed, in this process: the schedule, the queue with its second deliveries, the legs of
 * `functions/runs`, the real adapters over HTTP to both simulators, and a clock that the story turns.
 */
import { createDeviceSource } from '#addigy/device-source';
import { createItemDirectory } from '#autotask/items';
import { discoverZone } from '#autotask/zone';
import { connectionSchema } from '#connections/connection';
import { digest } from '#lambda/chance';
import { deliverLeg } from '#runs/deliver-leg';
import { engines } from '#runs/engines';
import type { LegWorld } from '#runs/leg-world';
import type { BusEvent, Log } from '#runs/ports';
import { type RunAnswer, requestRun } from '#runs/request-run';
import type { RunRecord } from '#runs/run-record';
import { scheduleDue } from '#runs/schedule-due';
import type { SyncRequest } from '#runs/sync-request';
import type { ModelClock } from './clock.ts';
import type { ModelStores } from './memory-stores.ts';
import { type Cut, type Mortal, mortal } from './mortal.ts';
import { addigyKey, apiUser, type Vendors } from './vendors.ts';

const minute = 60_000;
/** As the queue of the stack has them. */
const visibilityMs = 16 * minute;
const mostReceipts = 5;
const leaseMs = minute;

interface Message {
  readonly detail: SyncRequest;
  visibleAt: number;
  receipts: number;
}

/** A leg that was worked on, for whoever audits what it did. */
export interface Leg {
  readonly request: SyncRequest;
  readonly end: 'over' | 'killed' | 'comes again' | 'dead letter';
}

export const connectionId = 'acme';

export class System {
  readonly vendors: Vendors;
  readonly clock: ModelClock;
  readonly stores: ModelStores;
  readonly world: LegWorld;
  readonly events: BusEvent[] = [];
  /** Everything that was said in a log, with its fields. */
  readonly said: string[] = [];
  readonly deadLetters: Message[] = [];
  #queue: Message[] = [];
  /** Of the credentials that onboarding has proved last. */
  #proofs = 1;
  #names = 0;

  constructor(vendors: Vendors, clock: ModelClock, stores: ModelStores) {
    this.vendors = vendors;
    this.clock = clock;
    this.stores = stores;
    const now = (): number => clock.now;
    const calling = { random: () => 0, now, timing: clock };
    const token = (): string => `token-${this.#names++}`;
    const say =
      (level: string): Log['info'] =>
      (message, fields = {}) => {
        const { error, ...rest } = fields;
        const why = error instanceof Error ? `${error.name}: ${error.message}` : String(error ?? '');
        this.said.push(`${level} ${message} ${JSON.stringify(rest)} ${why}`);
      };
    this.world = {
      ...stores,
      bus: { publish: async (events) => this.#hear(events) },
      leaseMs,
      vendors: {
        deviceSync: async () => ({ version: `user-${this.#proofs}`, value: apiUser }),
        addigyKey: async () => ({ version: `key-${this.#proofs}`, value: { apiKey: addigyKey } }),
        zone: (username, signal) =>
          discoverZone({ ...calling, baseUrl: vendors.autotask.url }, username, signal),
        source: (apiKey, organizationId, workedBefore) =>
          createDeviceSource({
            ...calling,
            baseUrl: vendors.addigy.url,
            timeoutMs: 30_000,
            apiKey,
            organizationId,
            workedBefore,
          }),
        native: () => {
          throw new Error('no story has the native engine');
        },
        directory: (zoneUrl, credentials, readOnly) =>
          createItemDirectory({ ...calling, zoneUrl, credentials, readOnly }),
      },
      ...engines,
      now,
      digest,
      log: { info: say('info'), warn: say('warn'), error: say('error') },
      token,
      forgetSecrets: async () => {},
      every: clock.every,
      correlationId: () => 'corr',
      measure: () => {},
    };
  }

  async declare(sync: object): Promise<void> {
    const settings = connectionSchema.parse({ name: 'Acme', schedule: { everyMinutes: 60 }, sync });
    await this.stores.connections.declare(connectionId, settings, this.clock.now);
    await this.prove();
  }

  /** A person stores the credentials again, and they are proved. */
  async prove(): Promise<void> {
    this.#proofs += 1;
    const { connections } = this.stores;
    await connections.trust(connectionId, 'deviceSync', { version: `user-${this.#proofs}` }, this.clock.now);
    await connections.trust(connectionId, 'addigyKey', { version: `key-${this.#proofs}` }, this.clock.now);
  }

  async #connection() {
    const connection = await this.stores.connections.get(connectionId);
    if (connection === null) throw new Error('there is no connection');
    return connection;
  }

  /** Waits until the schedule wants a run, and lets so many ticks come for it. */
  async tick(ticks = 1): Promise<void> {
    const { dueAt } = await this.#connection();
    await this.clock.pass(Math.max(0, (dueAt ?? 0) - this.clock.now));
    const at = this.clock.now;
    const world = { connections: this.stores.connections, bus: this.world.bus, digest, log: this.world.log };
    await Promise.all(
      Array.from({ length: ticks }, () => scheduleDue(at, world, new AbortController().signal)),
    );
  }

  /** A person asks for a run, of the newest plan if `reviewed`. */
  async ask(reviewed: boolean): Promise<RunAnswer['kind']> {
    const connection = await this.#connection();
    const wish = { apply: true, planId: reviewed ? connection.lastPlanId : null };
    const suffix = (): string => String(this.#names++).padStart(6, '0');
    return (await requestRun(connection, wish, { ...this.world, suffix })).kind;
  }

  /** Works on what can be received now, `atOnce` messages at a time; the first worker may be cut. */
  async work(options: { readonly atOnce?: number; readonly cut?: Cut | null } = {}): Promise<readonly Leg[]> {
    const legs: Leg[] = [];
    let cut = options.cut ?? null;
    for (let received = this.#receive(options.atOnce ?? 1); received.length > 0; ) {
      const first = cut;
      cut = null;
      const workers = received.map((message, at) => this.#deliver(message, at === 0 ? first : null));
      legs.push(...(await Promise.all(workers)));
      received = this.#receive(options.atOnce ?? 1);
    }
    return legs;
  }

  /** Every message that is still under way comes, however long that takes. */
  async drain(): Promise<readonly Leg[]> {
    const legs = [...(await this.work())];
    while (this.#queue.length > 0) {
      const next = Math.min(...this.#queue.map(({ visibleAt }) => visibleAt));
      await this.clock.pass(Math.max(0, next - this.clock.elapsed()));
      legs.push(...(await this.work()));
    }
    return legs;
  }

  /** The last run that ended; null: none. */
  async lastRun(): Promise<RunRecord | null> {
    const { lastRun } = await this.#connection();
    return lastRun === null ? null : this.stores.runs.get(connectionId, lastRun.runId);
  }

  /** All that the runs have left in the stores, as text. */
  keptText(): string {
    return this.stores.text();
  }

  /** A message that is waiting is there a second time: the queue delivers at least once. */
  duplicate(): void {
    const waiting = this.#queue.map((message) => ({ ...message }));
    this.#queue.push(...waiting);
  }

  #hear(events: readonly BusEvent[]): void {
    this.events.push(...events);
    for (const event of events) {
      if (event.type !== 'Device Sync Requested') continue;
      this.#queue.push({ detail: event.detail, visibleAt: this.clock.elapsed(), receipts: 0 });
    }
  }

  #receive(most: number): Message[] {
    const visible = this.#queue.filter(({ visibleAt }) => visibleAt <= this.clock.elapsed()).slice(0, most);
    for (const message of visible) {
      message.receipts += 1;
      message.visibleAt = this.clock.elapsed() + visibilityMs;
    }
    return visible;
  }

  async #deliver(message: Message, cut: Cut | null): Promise<Leg> {
    const { detail: request } = message;
    const worker: Mortal = mortal(this.world, cut);
    const isLast = message.receipts >= mostReceipts;
    const delivered = deliverLeg(request, { isLast }, worker.world, worker.deadline).then(
      () => 'over' as const,
      () => (isLast ? ('dead letter' as const) : ('comes again' as const)),
    );
    const first = await Promise.race([delivered, worker.died]);
    const end = first === 'died' ? 'dead letter' : first;
    if (first === 'died') {
      await worker.buried();
      if (!isLast) return { request, end: 'killed' };
    }
    if (end !== 'comes again') this.#queue = this.#queue.filter((one) => one !== message);
    if (end === 'dead letter') this.deadLetters.push(message);
    return { request, end };
  }
}
