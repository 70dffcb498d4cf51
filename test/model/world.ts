/** One story's world: the system, both vendors, and what the model knows. Commands act on it, and judges look at it. */
import { type Beginning, seedsOf, settingsOf } from './beginning.ts';
import type { ModelClock } from './clock.ts';
import { judgeLimits } from './judge-limits.ts';
import { judgeWrites } from './judge-writes.ts';
import type { ModelStores } from './memory-stores.ts';
import { deviceOf, markField, otherLabel, serialOf } from './names.ts';
import { type Leg, System } from './system.ts';
import { type Item, lookAt, type Truth } from './truth.ts';
import { secrets, type Vendors } from './vendors.ts';

const hour = 3_600_000;

/** What the model's rules do not allow, with the story that led to it. */
export class WrongWorldError extends Error {
  override readonly name = 'WrongWorldError';
}

export class World {
  readonly begun: Beginning;
  /** As the connection's settings stand. */
  beginning: Beginning;
  readonly vendors: Vendors;
  readonly clock: ModelClock;
  readonly system: System;
  /** What happened, a line for each thing. */
  readonly story: string[] = [];
  readonly counts = new Map<string, number>();
  /** Agents whose mark a person has written somewhere: whether an item bears it twice is that person's doing. */
  readonly markedByHand = new Set<string>();
  /** Since when an agent is gone from Addigy, or superseded there. */
  readonly #since = new Map<string, number>();
  readonly #everSeen = new Set<string>();
  #devices: number;

  constructor(vendors: Vendors, beginning: Beginning, stores: ModelStores) {
    this.begun = beginning;
    this.beginning = beginning;
    this.vendors = vendors;
    this.clock = vendors.reset(seedsOf(beginning));
    this.system = new System(vendors, this.clock, stores);
    this.#devices = beginning.devices.length;
    this.notice();
  }

  async begin(): Promise<void> {
    await this.system.declare(settingsOf(this.beginning));
    // What is due before a connection was made belongs to an earlier one: no clock of a story goes back as far.
    await this.clock.pass(24 * hour);
  }

  /** The settings are declared anew, with these changed. */
  async declare(change: Partial<Beginning>): Promise<void> {
    this.beginning = { ...this.beginning, ...change };
    await this.system.declare(settingsOf(this.beginning));
  }

  truth(): Truth {
    return lookAt(this.vendors, this.beginning, this.clock.now);
  }

  /** A new agent's id. */
  enrol(serial: number, policyId: string | null): string {
    const n = this.#devices++;
    const device = deviceOf(n, { serial: serialOf(serial), policyId, at: this.clock.now });
    return this.vendors.addigy.world.enrol(device);
  }

  /** The device at this place, going round; null where there is none. */
  device(at: number): string | null {
    const ids = this.vendors.addigy.world.devices().map(({ agentid }) => agentid);
    return ids.length === 0 ? null : ids[at % ids.length]!;
  }

  item(at: number): Item | null {
    const { items } = this.truth();
    return items.length === 0 ? null : items[at % items.length]!;
  }

  /** What the field of the mark is called today. */
  label(): string {
    return this.vendors.autotask.world.udfNamed(markField) === undefined ? otherLabel : markField;
  }

  count(what: string, by = 1): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + by);
  }

  /** Keeps what the model has to remember of how long something has been so. */
  notice(): void {
    const { devices, standing } = this.truth();
    const { now } = this.clock;
    // The clock may have been set back since.
    const note = (id: string) => this.#since.set(id, Math.min(this.#since.get(id) ?? now, now));
    for (const id of devices.keys()) this.#everSeen.add(id);
    for (const id of this.#everSeen) {
      const lives = devices.has(id) && standing.get(id) !== 'superseded';
      if (lives) this.#since.delete(id);
      else note(id);
    }
    // Other organisations' marks were never anything else to us than gone.
    for (const { mark } of this.truth().items) {
      if (mark !== '' && !this.#everSeen.has(mark)) note(mark);
    }
  }

  /** Lets workers work, and judges what they wrote. */
  async watch(work: () => Promise<readonly Leg[]>): Promise<readonly Leg[]> {
    const { autotask, addigy } = this.vendors;
    autotask.journal.clear();
    addigy.journal.clear();
    this.notice();
    const truth = this.truth();
    const legs = await work();
    await this.vendors.rest();
    const entries = autotask.journal.entries();
    const isPart = addigy.journal.entries().some(({ fault }) => fault !== null);
    const judging = { beginning: this.beginning, truth, now: this.clock.now, since: this.#since, isPart };
    const wrong = [
      ...judgeWrites(entries, judging),
      ...judgeLimits(truth, this.truth(), this.beginning, legs.length),
    ];
    for (const entry of [...entries, ...addigy.journal.entries()]) {
      if (entry.fault !== null) this.count(`fault ${entry.fault}`);
      if (secrets.some((secret) => entry.path.includes(secret))) wrong.push(`${entry.path} holds a secret`);
    }
    this.count('requests', entries.length + addigy.journal.count());
    this.count('legs', legs.length);
    if (autotask.world.secretsSentToZone > 0) wrong.push('a secret was sent to zone discovery');
    this.fail(wrong);
    return legs;
  }

  fail(wrong: readonly string[]): void {
    if (wrong.length > 0) throw new WrongWorldError(wrong.join('\n'));
  }
}
