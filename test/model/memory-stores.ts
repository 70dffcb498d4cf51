/**
 * The stores of a connection's runs, in memory, where values are never changed in place: a story of ten runs would else
 * spend nine tenths of its time on the wire of a table. `memory-stores.test.ts` holds them to what the tables answer.
 */

import type { ConnectionStore } from '#connections/connection-record';
import type { ApiUserStore } from '#onboarding/api-user';
import type { Lease, LeaseAnswer, LeaseRequest, LeaseStore, MissingStore, RunStore } from '#runs/ports';
import type { RunRecord } from '#runs/run-record';
import { MemoryConnections } from './memory-connections.ts';
import { MemoryRuns } from './memory-runs.ts';

export interface ModelStores {
  readonly connections: ConnectionStore;
  readonly runs: RunStore;
  readonly leases: LeaseStore;
  readonly missing: MissingStore;
  readonly apiUsers: ApiUserStore;
  everyRun(): readonly RunRecord[];
  /** Everything that runs have left, as text. */
  text(): string;
}

const unused = (): never => {
  throw new Error('no story asks this of the stores');
};

export class MemoryLeases implements LeaseStore {
  readonly #held = new Map<string, Lease & { readonly token: string }>();

  async take(connectionId: string, request: LeaseRequest): Promise<LeaseAnswer> {
    const { runId, state, token, until, now, after, over } = request;
    const held = this.#held.get(connectionId);
    const resumes = state === 'running' && held?.state === 'queued' && held.runId === runId;
    const succeeds = held !== undefined && held.runId === over && held.until <= now;
    if (held !== undefined && !resumes && !succeeds && held.runId !== after) {
      return { taken: false, by: { runId: held.runId, state: held.state, until: held.until } };
    }
    this.#held.set(connectionId, { runId, state, token, until });
    return { taken: true };
  }

  async renew(connectionId: string, token: string, until: number): Promise<boolean> {
    return this.#change(connectionId, token, { until });
  }

  async requeue(connectionId: string, token: string, nextToken: string, until: number): Promise<boolean> {
    return this.#change(connectionId, token, { until, token: nextToken, state: 'queued' });
  }

  async release(connectionId: string, token: string): Promise<void> {
    if (this.#held.get(connectionId)?.token === token) this.#held.delete(connectionId);
  }

  #change(connectionId: string, token: string, change: Partial<Lease> & { token?: string }): boolean {
    const held = this.#held.get(connectionId);
    if (held?.token !== token) return false;
    this.#held.set(connectionId, { ...held, ...change });
    return true;
  }
}

export class MemoryMissing implements MissingStore {
  readonly #memory = new Map<string, ReadonlyArray<readonly [number, number]>>();

  async load(connectionId: string): Promise<ReadonlyMap<number, number>> {
    return new Map(this.#memory.get(connectionId) ?? []);
  }

  async save(connectionId: string, missing: ReadonlyArray<readonly [number, number]>): Promise<void> {
    this.#memory.set(connectionId, missing);
  }
}

/** No story has an API user that onboarding has made: what a run would teach of one has nowhere to go. */
export const noApiUsers: ApiUserStore = {
  get: async () => null,
  list: async () => [],
  save: unused,
  byHandOff: unused,
  due: unused,
};

export function memoryStores(): ModelStores {
  const connections = new MemoryConnections();
  const whole: ConnectionStore = Object.assign(connections, {
    list: unused,
    remove: unused,
    staleness: unused,
    permission: unused,
    beginOffboarding: unused,
    endOffboarding: unused,
  });
  const runs = new MemoryRuns();
  return {
    everyRun: () => runs.all(),
    text: () => runs.text(),
    connections: whole,
    runs,
    leases: new MemoryLeases(),
    missing: new MemoryMissing(),
    apiUsers: noApiUsers,
  };
}
