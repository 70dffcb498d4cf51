import { DoorProcess, type DoorProcessOptions, type Outcome } from './door-process.ts';
import type { RuntimeApi } from './runtime-api.ts';

/** AWS gives an account 1000 executions at once; this machine waits its turn instead. */
const mostProcesses = 10;
/** AWS waits so long before it tries an asynchronous invocation again, twice. Seconds. */
const retryDelays = [60, 120];

/** What AWS would bill. Milliseconds, each invocation and each start rounded up. */
export interface DoorUsage {
  readonly memoryMb: number;
  readonly invocations: number;
  readonly ms: number;
  readonly starts: number;
  readonly initMs: number;
}

export interface DoorPoolOptions extends Omit<DoorProcessOptions, 'bill'> {
  readonly name: string;
  readonly reservedConcurrency?: number | undefined;
  /** How many seconds of AWS pass in one second here. */
  readonly clockScale: number;
}

/** A Lambda function: as many processes as there are invocations at once, each used again when it is free. */
export class DoorPool {
  readonly name: string;
  readonly #api: RuntimeApi;
  readonly #options: DoorPoolOptions & DoorProcessOptions;
  #usage = { invocations: 0, ms: 0, starts: 0, initMs: 0 };
  readonly #processes = new Set<DoorProcess>();
  readonly #idle: DoorProcess[] = [];
  readonly #queue: (() => void)[] = [];
  readonly #retries = new Map<NodeJS.Timeout, () => void>();
  #running = 0;
  #closed = false;

  constructor(api: RuntimeApi, options: DoorPoolOptions) {
    this.name = options.name;
    this.#api = api;
    this.#options = { ...options, bill: (ms, initMs) => this.#bill(ms, initMs) };
  }

  get usage(): DoorUsage {
    return { memoryMb: this.#options.memoryMb, ...this.#usage };
  }

  get pids(): number[] {
    return [...this.#processes].flatMap(({ pid }) => (pid === undefined ? [] : [pid]));
  }

  /** Invocations that are under way or wait for a process. */
  get busy(): number {
    return this.#running + this.#queue.length;
  }

  /** `RequestResponse`: the outcome is the caller's to judge. */
  async invoke(payload: unknown): Promise<Outcome> {
    await this.#turn();
    try {
      if (this.#closed)
        return { ok: false, errorType: 'HostClosed', errorMessage: 'the local host was closed' };
      const process = this.#take();
      const outcome = await process.invoke(JSON.stringify(payload));
      if (process.alive && !this.#closed) this.#idle.push(process);
      return outcome;
    } finally {
      // Whoever waits takes over this place, so that no newcomer can slip in between.
      const next = this.#queue.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }

  /** `Event`: tried again twice when it fails, as Lambda does by default. The outcome of the last attempt. */
  async invokeAsync(payload: unknown): Promise<Outcome> {
    let outcome = await this.invoke(payload);
    for (const seconds of retryDelays) {
      if (outcome.ok || this.#closed) break;
      await this.#pause((seconds * 1000) / this.#options.clockScale);
      outcome = await this.invoke(payload);
    }
    return outcome;
  }

  /** Ends every process of this door at once; what they were doing fails. @returns their pids */
  kill(): number[] {
    const killed = this.pids;
    for (const process of this.#processes) process.kill();
    return killed;
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const [timer, resume] of this.#retries) {
      clearTimeout(timer);
      resume();
    }
    await Promise.all([...this.#processes].map((process) => process.close()));
  }

  #bill(ms: number, initMs: number | null): void {
    const { invocations, starts, ...billed } = this.#usage;
    this.#usage = {
      invocations: invocations + 1,
      ms: billed.ms + Math.ceil(ms),
      starts: starts + (initMs === null ? 0 : 1),
      initMs: billed.initMs + Math.ceil(initMs ?? 0),
    };
  }

  #take(): DoorProcess {
    for (;;) {
      const idle = this.#idle.pop();
      if (idle === undefined) break;
      if (idle.alive) return idle;
    }
    // Those that ended since are let go only now: their pids are asked for by who watches them end.
    for (const process of this.#processes) if (!process.alive) this.#processes.delete(process);
    const process = new DoorProcess(this.#api, this.#options);
    this.#processes.add(process);
    return process;
  }

  async #turn(): Promise<void> {
    if (this.#running >= (this.#options.reservedConcurrency ?? mostProcesses)) {
      return new Promise<void>((next) => this.#queue.push(next));
    }
    this.#running += 1;
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resume) => {
      const timer = setTimeout(() => {
        this.#retries.delete(timer);
        resume();
      }, ms);
      this.#retries.set(timer, resume);
    });
  }
}
