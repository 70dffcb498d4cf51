import { availableParallelism } from 'node:os';
import { type BilledInvocation, DoorProcess, type DoorProcessOptions, type Outcome } from './door-process.ts';
import type { RuntimeApi } from './runtime-api.ts';

/**
 * AWS gives an account 1000 executions at once; this machine waits its turn instead. Where somebody waits for the answer,
 * one more than there are cores: further ones only share their time, and V8 compiles the door anew in each. At 200
 * requests a second, 10 processes on two cores answered 76. What works in the background waits for the vendors most of
 * its time, so that there are more of it.
 */
const most = {
  asked: Math.max(3, availableParallelism() + 1),
  background: Math.max(4, 2 * availableParallelism()),
};
/** Processes of one door that start at once: more would only take the time of each other, and of those that are warm. */
const mostStarts = availableParallelism();
/** AWS waits so long before it tries an asynchronous invocation again, twice. Seconds. */
const retryDelays = [60, 120];

/** What AWS would bill. Milliseconds, each invocation and each start rounded up. */
export interface DoorUsage {
  readonly memoryMb: number;
  readonly invocations: number;
  readonly ms: number;
  readonly starts: number;
  readonly initMs: number;
  /** Not in them: what was waited for a processor, where that was found out. */
  readonly waitedMs: number;
}

export interface DoorPoolOptions extends Omit<DoorProcessOptions, 'bill'> {
  readonly name: string;
  readonly reservedConcurrency?: number | undefined;
  /** How many seconds of AWS pass in one second here. */
  readonly clockScale: number;
}

interface Waiting {
  readonly take: (process: DoorProcess | null) => void;
  readonly givenUp: AbortSignal | undefined;
}

/** A Lambda function: as many processes as there are invocations at once, each used again when it is free. */
export class DoorPool {
  readonly name: string;
  readonly #api: RuntimeApi;
  readonly #options: DoorPoolOptions & DoorProcessOptions;
  #usage = { invocations: 0, ms: 0, starts: 0, initMs: 0, waitedMs: 0 };
  readonly #processes = new Set<DoorProcess>();
  readonly #idle: DoorProcess[] = [];
  readonly #queue: Waiting[] = [];
  readonly #retries = new Map<NodeJS.Timeout, () => void>();
  #running = 0;
  #starting = 0;
  #closed = false;

  constructor(api: RuntimeApi, options: DoorPoolOptions) {
    this.name = options.name;
    this.#api = api;
    this.#options = { ...options, bill: (invocation) => this.#bill(invocation) };
  }

  get usage(): DoorUsage {
    return { memoryMb: this.#options.memoryMb, ...this.#usage };
  }

  /** Invocations that wait for a process. */
  get waiting(): number {
    return this.#queue.length;
  }

  get #most(): number {
    const { reservedConcurrency, isInBackground } = this.#options;
    return reservedConcurrency ?? (isInBackground === true ? most.background : most.asked);
  }

  get pids(): number[] {
    return [...this.#processes].flatMap(({ pid }) => (pid === undefined ? [] : [pid]));
  }

  /** Invocations that are under way or wait for a process. */
  get busy(): number {
    return this.#running + this.#queue.length;
  }

  /**
   * `RequestResponse`: the outcome is the caller's to judge. What still waits for its turn when the caller gives up is
   * not begun any more: else a crowd would be served when nobody is there to hear the answers, and those after it too late.
   */
  async invoke(
    payload: unknown,
    clientContext: string | null = null,
    givenUp?: AbortSignal,
  ): Promise<Outcome> {
    const process = await this.#turn(givenUp);
    if (process === null)
      return { ok: false, errorType: 'NotBegun', errorMessage: 'the caller gave up, or the host was closed' };
    const outcome = await process.invoke(JSON.stringify(payload), clientContext);
    if (process.alive) this.#idle.push(process);
    this.#running -= 1;
    this.#serve();
    return outcome;
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
    for (const { take } of this.#queue.splice(0)) take(null);
    for (const [timer, resume] of this.#retries) {
      clearTimeout(timer);
      resume();
    }
    await Promise.all([...this.#processes].map((process) => process.close()));
  }

  #bill({ ms, initMs, waitedMs }: BilledInvocation): void {
    const { invocations, starts, ...billed } = this.#usage;
    this.#usage = {
      invocations: invocations + 1,
      ms: billed.ms + Math.ceil(ms),
      starts: starts + (initMs === null ? 0 : 1),
      initMs: billed.initMs + Math.ceil(initMs ?? 0),
      waitedMs: billed.waitedMs + waitedMs,
    };
  }

  /** A process for one invocation, in the order in which they came; null where it was given up, or the host closed, meanwhile. */
  async #turn(givenUp: AbortSignal | undefined): Promise<DoorProcess | null> {
    if (this.#closed) return null;
    return new Promise((take) => {
      this.#queue.push({ take, givenUp });
      this.#serve();
    });
  }

  #serve(): void {
    for (let first = this.#queue[0]; first !== undefined; first = this.#queue[0]) {
      if (first.givenUp?.aborted === true) {
        this.#queue.shift();
        first.take(null);
        continue;
      }
      const process = this.#closed ? null : this.#take();
      if (process === null) return;
      this.#running += 1;
      this.#queue.shift();
      first.take(process);
    }
  }

  /** The one that was used last, so that few are kept at work and warm; a new one where none is free; null: wait. */
  #take(): DoorProcess | null {
    for (;;) {
      const idle = this.#idle.pop();
      if (idle === undefined) break;
      if (idle.alive) return idle;
    }
    if (this.#running >= this.#most || this.#starting >= mostStarts) return null;
    // Those that ended since are let go only now: their pids are asked for by who watches them end.
    for (const process of this.#processes) if (!process.alive) this.#processes.delete(process);
    const process = new DoorProcess(this.#api, this.#options);
    this.#processes.add(process);
    this.#starting += 1;
    void process.loaded.then(() => {
      this.#starting -= 1;
      this.#serve();
    });
    return process;
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
