import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { getPriority, setPriority } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { processorWaitMs } from './processor-wait.ts';
import type { NextInvocation, RuntimeApi, RuntimeError } from './runtime-api.ts';

const bootstrap = fileURLToPath(new URL('bootstrap.mjs', import.meta.url));

/** AWS gives a function 10 s to load; this machine may be busy with much else. */
const initMs = 30_000;

export interface DoorProcessOptions {
  readonly functionArn: string;
  /** Asked for when a process starts: not all of it is known before. */
  readonly environment: () => Readonly<Record<string, string>>;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  /** Nobody waits for its answer: it takes what time of the processor the others leave. */
  readonly isInBackground?: boolean | undefined;
  readonly log: (line: string) => void;
  /** Of each invocation, as Lambda gets it from X-Ray. */
  readonly trace: () => string;
  /** Is told what AWS would bill of one invocation. */
  readonly bill: (invocation: BilledInvocation) => void;
  /** Whether what the process waits for a processor is found out; else it counts as work. */
  readonly isMetered?: boolean | undefined;
}

/** Milliseconds. */
export interface BilledInvocation {
  readonly ms: number;
  /** Of the start before it, where there was one. */
  readonly initMs: number | null;
  /** What is not in them: waiting for a processor that had other work, as a machine of one's own would not have. */
  readonly waitedMs: number;
}

export type Outcome =
  | { readonly ok: true; readonly payload: string }
  | ({ readonly ok: false } & RuntimeError);

/** One child process, which serves one invocation at a time, as one execution environment of Lambda does. */
export class DoorProcess {
  readonly #options: DoorProcessOptions;
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;
  readonly #forget: () => void;
  /** Asked for by the child and not yet answered. */
  #ask: ((invocation: NextInvocation) => void) | null = null;
  /** An invocation that came before the child asked for one. */
  #waiting: ((answer: (invocation: NextInvocation) => void) => void) | null = null;
  #invocation: NextInvocation | null = null;
  #settle: ((outcome: Outcome) => void) | null = null;
  #alive = true;
  readonly #spawnedAt = performance.now();
  /** From the start of the process until it asked for work; null once it was billed, or before. */
  #initMs: number | null = null;
  #waitedMs = 0;
  #hasLoaded = false;
  /** Settles when the process first asks for work, with its milliseconds until then; null where it ended before. */
  readonly loaded: Promise<number | null>;
  #settleLoaded: (initMs: number | null) => void = () => {};
  #initError: RuntimeError | null = null;

  constructor(api: RuntimeApi, options: DoorProcessOptions) {
    this.#options = options;
    this.loaded = new Promise((settle) => {
      this.#settleLoaded = settle;
    });
    const { address, forget } = api.register({
      next: () => this.#next(),
      respond: (requestId, payload) => this.#finish(requestId, { ok: true, payload }),
      fail: (requestId, error) => this.#finish(requestId, { ok: false, ...error }),
      failInit: (error) => {
        this.#initError = error;
      },
    });
    this.#forget = forget;
    this.#child = spawn(process.execPath, [`--max-old-space-size=${options.memoryMb}`, bootstrap], {
      // Nothing of ours: a door that works only with the developer's environment does not work.
      env: { ...options.environment(), AWS_LAMBDA_RUNTIME_API: address },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const { pid } = this.#child;
    if (options.isInBackground === true && pid !== undefined)
      setPriority(pid, Math.min(19, getPriority() + 10));
    // Exit code null with this set is a spawn that failed.
    this.#child.on('error', (error) => options.log(`cannot start: ${error.message}`));
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      if (stream !== null) createInterface({ input: stream }).on('line', options.log);
    }
    this.#exited = once(this.#child, 'close').then(
      () => this.#gone(),
      () => this.#gone(),
    );
  }

  get pid(): number | undefined {
    return this.#alive ? this.#child.pid : undefined;
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** One at a time: the caller keeps the order. Never rejects: a crash and a timeout are outcomes. */
  async invoke(payload: string, clientContext: string | null = null): Promise<Outcome> {
    const requestId = randomUUID();
    return new Promise<Outcome>((done) => {
      const initTimer = setTimeout(
        () => this.#abandon(requestId, 'Sandbox.Timedout', `did not load within ${initMs / 1000} seconds`),
        initMs,
      );
      let deadlineTimer: NodeJS.Timeout | undefined;
      let dispatched: { readonly at: number; readonly waited: number } | null = null;
      this.#settle = (outcome) => {
        if (dispatched !== null) {
          const waited = this.#waited() - dispatched.waited;
          const ms = performance.now() - dispatched.at - waited;
          this.#options.bill({ ms, initMs: this.#initMs, waitedMs: waited + this.#waitedMs });
          this.#initMs = null;
          this.#waitedMs = 0;
        }
        clearTimeout(initTimer);
        clearTimeout(deadlineTimer);
        this.#settle = null;
        this.#invocation = null;
        done(outcome);
      };
      const dispatch = (answer: (invocation: NextInvocation) => void): void => {
        clearTimeout(initTimer);
        dispatched = { at: performance.now(), waited: this.#waited() };
        const timeoutMs = this.#options.timeoutSeconds * 1000;
        deadlineTimer = setTimeout(
          () =>
            this.#abandon(
              requestId,
              'Sandbox.Timedout',
              `${requestId} Task timed out after ${this.#options.timeoutSeconds.toFixed(2)} seconds`,
            ),
          timeoutMs,
        );
        this.#invocation = {
          requestId,
          deadline: Date.now() + timeoutMs,
          functionArn: this.#options.functionArn,
          trace: this.#options.trace(),
          payload,
          clientContext,
        };
        answer(this.#invocation);
      };
      if (!this.#alive) this.#settle(this.#exitOutcome());
      else if (this.#ask !== null) {
        const ask = this.#ask;
        this.#ask = null;
        dispatch(ask);
      } else this.#waiting = dispatch;
    });
  }

  /** Ends the process at once, as if the machine had failed. */
  kill(): void {
    this.#alive = false;
    this.#child.kill('SIGKILL');
  }

  async close(): Promise<void> {
    this.kill();
    await this.#exited;
  }

  #next(): Promise<NextInvocation> {
    if (!this.#hasLoaded) {
      this.#waitedMs = this.#options.isMetered === true ? processorWaitMs(this.pid) : 0;
      this.#initMs = performance.now() - this.#spawnedAt - this.#waitedMs;
    }
    this.#hasLoaded = true;
    this.#settleLoaded(this.#initMs);
    return new Promise((answer) => {
      const dispatch = this.#waiting;
      this.#waiting = null;
      if (dispatch === null) this.#ask = answer;
      else dispatch(answer);
    });
  }

  /** So far. Not what the AWS that it asks waits, which is in this process: the two may wait at the same time. */
  #waited(): number {
    return this.#options.isMetered === true ? processorWaitMs(this.pid) : 0;
  }

  #finish(requestId: string, outcome: Outcome): void {
    if (this.#invocation?.requestId === requestId) this.#settle?.(outcome);
  }

  /** Lambda ends the process of an invocation that is over its time. */
  #abandon(requestId: string, errorType: string, errorMessage: string): void {
    this.#options.log(`${new Date().toISOString()}\t${requestId}\t${errorType}\t${errorMessage}`);
    this.kill();
    this.#settle?.({ ok: false, errorType, errorMessage });
  }

  #gone(): void {
    this.#alive = false;
    this.#forget();
    this.#settleLoaded(null);
    if (this.#settle === null) return;
    const outcome = this.#exitOutcome();
    this.#options.log(`${new Date().toISOString()}\t${outcome.errorType}\t${outcome.errorMessage}`);
    this.#settle(outcome);
  }

  #exitOutcome(): { ok: false } & RuntimeError {
    if (this.#initError !== null) return { ok: false, ...this.#initError };
    const { exitCode, signalCode } = this.#child;
    const how = signalCode === null ? `exit status ${exitCode}` : `signal: ${signalCode}`;
    return { ok: false, errorType: 'Runtime.ExitError', errorMessage: `Runtime exited with error: ${how}` };
  }
}
