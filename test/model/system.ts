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
import { type Message, Queue } from './queue.ts';
import { addigyKey, apiUser, type Vendors } from './vendors.ts';

const leaseMs = 60_000;

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
  readonly queue: Queue;
  /** Of the credentials that onboarding has proved last. */
  #proofs = 1;
  #names = 0;

  constructor(vendors: Vendors, clock: ModelClock, stores: ModelStores) {
    this.vendors = vendors;
    this.clock = clock;
    this.stores = stores;
    this.queue = new Queue(clock.elapsed);
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

  /** Waits until the schedule wants a run, and lets so many ticks come for it; the first may be killed. */
  async tick(ticks = 1, dies: Cut | null = null): Promise<void> {
    const { dueAt } = await this.#connection();
    await this.clock.pass(Math.max(0, (dueAt ?? 0) - this.clock.now));
    const at = this.clock.now;
    const tick = (cut: Cut | null) =>
      this.#living(cut, (world) => scheduleDue(at, { ...world, digest }, new AbortController().signal));
    await Promise.all(Array.from({ length: ticks }, (_, nth) => tick(nth === 0 ? dies : null)));
  }

  /** A person asks for a run, of the newest plan if `reviewed`; whoever serves the request may be killed. */
  async ask(reviewed: boolean, dies: Cut | null = null): Promise<RunAnswer['kind'] | 'no answer'> {
    const connection = await this.#connection();
    const wish = { apply: true, planId: reviewed ? connection.lastPlanId : null };
    const suffix = (): string => String(this.#names++).padStart(6, '0');
    const answer = await this.#living(dies, (world) => requestRun(connection, wish, { ...world, suffix }));
    return answer === 'died' ? 'no answer' : answer.kind;
  }

  async #living<Answer>(
    cut: Cut | null,
    live: (world: LegWorld) => Promise<Answer>,
  ): Promise<Answer | 'died'> {
    const process = mortal(this.world, cut);
    const end = await Promise.race([live(process.world), process.died]);
    if (end === 'died') await process.buried();
    return end;
  }

  /** Works on what can be received now, `atOnce` messages at a time; the first worker may be cut. */
  async work(options: { readonly atOnce?: number; readonly cut?: Cut | null } = {}): Promise<readonly Leg[]> {
    const legs: Leg[] = [];
    let cut = options.cut ?? null;
    for (let received = this.queue.receive(options.atOnce ?? 1); received.length > 0; ) {
      const first = cut;
      cut = null;
      const workers = received.map((message, at) => this.#deliver(message, at === 0 ? first : null));
      legs.push(...(await Promise.all(workers)));
      received = this.queue.receive(options.atOnce ?? 1);
    }
    return legs;
  }

  /** Every message that is still under way comes, however long that takes. */
  async drain(): Promise<readonly Leg[]> {
    const legs = [...(await this.work())];
    for (let wait = this.queue.untilNext(); wait !== null; wait = this.queue.untilNext()) {
      await this.clock.pass(wait);
      legs.push(...(await this.work()));
    }
    return legs;
  }

  /** The last run that ended; null: none. */
  async lastRun(): Promise<RunRecord | null> {
    const { lastRun } = await this.#connection();
    return lastRun === null ? null : this.stores.runs.get(connectionId, lastRun.runId);
  }

  #hear(events: readonly BusEvent[]): void {
    this.events.push(...events);
    for (const event of events) if (event.type === 'Device Sync Requested') this.queue.send(event.detail);
  }

  async #deliver(message: Message, cut: Cut | null): Promise<Leg> {
    const { detail: request } = message;
    const worker: Mortal = mortal(this.world, cut);
    const isLast = this.queue.isLast(message);
    const delivered = deliverLeg(request, { isLast }, worker.world, worker.deadline).then(
      () => 'over' as const,
      () => (isLast ? ('dead letter' as const) : ('comes again' as const)),
    );
    const first = await Promise.race([delivered, worker.died]);
    const end = first === 'died' ? (isLast ? 'dead letter' : 'killed') : first;
    if (first === 'died') await worker.buried();
    if (end === 'over') this.queue.delete(message);
    if (end === 'dead letter') this.queue.bury(message);
    return { request, end };
  }
}
