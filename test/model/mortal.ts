/** A worker that can be killed, or run out of time, at any step of its way. */
import type { LegWorld } from '#runs/leg-world';
import { turn } from './clock.ts';

/** At the so-manieth call to a store, the bus or a vendor; `after`: the call took place, and nobody hears of it. */
export interface Cut {
  readonly how: 'killed' | 'deadline';
  readonly at: number;
  readonly when: 'before' | 'after';
}

export interface Mortal {
  readonly world: LegWorld;
  readonly deadline: AbortSignal;
  /** Resolves when it is killed; never otherwise. */
  readonly died: Promise<'died'>;
  isDead(): boolean;
  /** What was sent before the death goes on at the vendors until it is over. */
  buried(): Promise<void>;
  /** Calls so far. */
  steps(): number;
}

export function mortal(world: LegWorld, cut: Cut | null): Mortal {
  const deadline = new AbortController();
  const never = new Promise<never>(() => {});
  let steps = 0;
  let dead = false;
  let underWay = 0;
  let die: (how: 'died') => void = () => {};
  const died = new Promise<'died'>((resolve) => {
    die = resolve;
  });
  const beats = new Set<() => void>();

  function strike(): void {
    if (cut?.how === 'killed') {
      dead = true;
      for (const cancel of beats) cancel();
      die('died');
    }
    // A dead process sends nothing more; one that is told of its deadline stops by itself.
    deadline.abort();
  }

  async function step<Value>(go: () => Promise<Value>): Promise<Value> {
    if (dead) return never;
    steps += 1;
    const isIt = steps === cut?.at;
    if (isIt && cut.when === 'before') strike();
    if (dead) return never;
    underWay += 1;
    try {
      const value = await go();
      if (isIt && cut.when === 'after') strike();
      return dead ? never : value;
    } catch (error) {
      if (isIt && cut.when === 'after') strike();
      return dead ? never : Promise.reject(error);
    } finally {
      underWay -= 1;
    }
  }

  /** Each of its methods that promises something becomes a step. */
  function mortalPort<Port extends object>(port: Port): Port {
    return new Proxy(port, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]): unknown => {
          if (name === 'calls' || name === 'due') return value.apply(target, args);
          return step(async () => value.apply(target, args) as unknown);
        };
      },
    });
  }

  const { vendors } = world;
  return {
    deadline: deadline.signal,
    died,
    isDead: () => dead,
    steps: () => steps,
    async buried() {
      while (underWay > 0) await turn();
    },
    world: {
      ...world,
      connections: mortalPort(world.connections),
      runs: mortalPort(world.runs),
      leases: mortalPort(world.leases),
      missing: mortalPort(world.missing),
      bus: mortalPort(world.bus),
      vendors: {
        ...vendors,
        zone: (username, signal) => step(() => vendors.zone(username, signal)),
        source: (...asked) => mortalPort(vendors.source(...asked)),
        directory: (...asked) => mortalPort(vendors.directory(...asked)),
      },
      every(ms, task) {
        const cancel = world.every(ms, task);
        beats.add(cancel);
        return cancel;
      },
    },
  };
}
