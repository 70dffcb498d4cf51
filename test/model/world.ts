/** One story's world: the system, both vendors, and what the model knows. Commands act on it, and judges look at it. */
import type { RunCounts } from '#sync/report';
import { type Beginning, leastRights, seedsOf, settingsOf } from './beginning.ts';
import type { ModelClock } from './clock.ts';
import { judgeDevices, judgeLeftOver } from './judge-end.ts';
import { judgeWrites } from './judge-writes.ts';
import type { ModelStores } from './memory-stores.ts';
import { deviceOf, markField, otherLabel, serialOf } from './names.ts';
import { type Leg, System } from './system.ts';
import { type Item, lookAt, type Truth } from './truth.ts';
import { apiUser, secrets, type Vendors } from './vendors.ts';

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
    for (const id of devices.keys()) this.#everSeen.add(id);
    for (const id of this.#everSeen) {
      const lives = devices.has(id) && standing.get(id) !== 'superseded';
      if (lives) this.#since.delete(id);
      else if (!this.#since.has(id)) this.#since.set(id, this.clock.now);
    }
    // Other organisations' marks were never anything else to us than gone.
    for (const { mark } of this.truth().items) {
      if (mark !== '' && !this.#everSeen.has(mark) && !this.#since.has(mark))
        this.#since.set(mark, this.clock.now);
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
    const wrong = judgeWrites(entries, judging);
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

  /**
   * Everything that a person or a vendor can put right is put right. After two quiet runs the world is as the model
   * says; where something waits for its time of grace, that passes, and two more follow. Then nothing is left to do.
   */
  async end(): Promise<void> {
    await this.putRight();
    await this.quietRuns();
    this.fail(judgeDevices(this.truth(), this.beginning));
    if (judgeLeftOver(this.truth(), this.beginning).length > 0 && this.beginning.graceHours > 0) {
      await this.clock.pass(this.beginning.graceHours * hour);
      await this.quietRuns();
      this.fail(judgeDevices(this.truth(), this.beginning));
    }
    this.fail(judgeLeftOver(this.truth(), this.beginning));
    this.#findSecrets();
  }

  /** Two, and then one that changes nothing: except that an item that is deactivated makes room for another. */
  async quietRuns(): Promise<void> {
    // What an observer finds to do stays to be done.
    if (this.beginning.policy === 'observe') return void (await this.quietRun('only'));
    let retired = false;
    for (const which of ['first', 'second', 'third', 'fourth', 'fifth']) {
      const { create, update, reactivate, deactivate } = await this.quietRun(which);
      if (create + update + reactivate + deactivate === 0) return;
      if (which !== 'first' && which !== 'second' && !retired) break;
      retired = deactivate > 0;
    }
    this.fail(['two quiet runs have left a further one something to do']);
  }

  async putRight(): Promise<void> {
    const { autotask, addigy } = this.vendors;
    autotask.faults.clear();
    addigy.faults.clear();
    if (this.label() !== markField) {
      autotask.edit({ kind: 'edit-udf', name: this.label(), patch: { name: markField } });
    }
    const { username } = apiUser;
    const rights = { ConfigurationItems: { query: true, create: true, update: true } };
    autotask.edit(
      { kind: 'edit-udf', name: markField, patch: { isProtected: false } },
      { kind: 'set-threshold', limit: 10_000, used: 0 },
      { kind: 'set-permission', username, protectedData: leastRights, rights },
    );
    await this.system.prove();
    this.story.push('Everything is put right.');
    await this.watch(() => this.system.drain());
    // Where the clock was set back, leases last longer by as much.
    await this.clock.pass(2 * hour);
  }

  async quietRun(which: string): Promise<RunCounts> {
    await this.system.tick();
    await this.watch(() => this.system.drain());
    const run = await this.system.lastRun();
    const told =
      run === null
        ? 'there is none'
        : [run.status, run.reason, run.detail, JSON.stringify(run.counts)].join(' ');
    this.story.push(`The ${which} quiet run: ${told}`);
    if (run?.status === 'succeeded' && run.counts.pending + run.counts.failed === 0) return run.counts;
    throw new WrongWorldError(`the ${which} quiet run: ${told}`);
  }

  #findSecrets(): void {
    const { events, said } = this.system;
    const kept = [JSON.stringify(events), ...said, this.system.keptText()].join('\n');
    this.fail(
      secrets
        .filter((secret) => kept.includes(secret))
        .map((secret) => `${secret} stands in what is kept or said`),
    );
  }

  fail(wrong: readonly string[]): void {
    if (wrong.length > 0) throw new WrongWorldError(wrong.join('\n'));
  }
}
