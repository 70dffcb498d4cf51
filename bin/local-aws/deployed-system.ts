import { Deployment } from '../local/deployment.ts';
import { forget } from '../local/forget.ts';
import { nothingKept } from '../local/kept.ts';
import { runStacks } from '../local/run-stacks.ts';
import type { RunningStacks, RunOptions } from '../local/running-stacks.ts';
import type { SynthesizedStack } from '../local/synthesized-stack.ts';

/**
 * The stacks that were deployed, running as soon as one of them has doors. Each further deployment starts the doors
 * anew, with the tables and secrets that are there; what waits in a queue, or is under way, is lost.
 */
export class DeployedSystem {
  readonly #options: RunOptions;
  readonly #kept = nothingKept();
  #stacks: readonly SynthesizedStack[] = [];
  #running: RunningStacks | null = null;
  #ports: Record<string, number> = {};
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: Omit<RunOptions, 'kept' | 'ports'>) {
    this.#options = options;
  }

  /** Null until there are doors. */
  get running(): RunningStacks | null {
    return this.#running;
  }

  /** @throws one error that names everything in the stack that could not be run beside those that are there */
  check(stack: SynthesizedStack): void {
    new Deployment(this.#with(stack));
  }

  /** Where it rejects, what was there before runs on. @returns the stack's outputs */
  deploy(stack: SynthesizedStack): Promise<Readonly<Record<string, string>>> {
    return this.#inTurn(async () => {
      const deployment = new Deployment(this.#with(stack));
      await this.#become(this.#with(stack));
      const outputs = this.#running?.outputs ?? deployment.outputs;
      return Object.fromEntries(
        Object.keys(stack.template.Outputs ?? {}).map((name) => [name, outputs[name] ?? '']),
      );
    });
  }

  /** What its template does not retain is gone. @throws where another stack needs what it exports */
  remove(name: string): Promise<void> {
    return this.#inTurn(async () => {
      const left = this.#stacks.filter((stack) => stack.name !== name);
      new Deployment(left);
      const all = new Deployment(this.#stacks);
      await this.#become(left);
      await forget(this.#kept, all, name);
    });
  }

  async close(): Promise<void> {
    await this.#turn;
    await this.#running?.close();
    this.#running = null;
  }

  /** One after the other. */
  #inTurn<Result>(step: () => Promise<Result>): Promise<Result> {
    const done = this.#turn.then(step);
    this.#turn = done.catch(() => {});
    return done;
  }

  async #become(stacks: readonly SynthesizedStack[]): Promise<void> {
    const before = this.#stacks;
    this.#stacks = stacks;
    try {
      await this.#restart();
    } catch (error) {
      this.#stacks = before;
      await this.#restart();
      throw error;
    }
  }

  /** Its APIs at the addresses that they had. */
  async #restart(): Promise<void> {
    for (const [api, url] of Object.entries(this.#running?.apiUrls ?? {}))
      this.#ports[api] = Number(new URL(url).port);
    await this.#running?.close();
    this.#running = null;
    const hasDoors = this.#stacks.some(({ template }) =>
      Object.values(template.Resources).some(({ Type }) => Type === 'AWS::Lambda::Function'),
    );
    // Without doors there are no APIs, and the next ones are others.
    if (!hasDoors) this.#ports = {};
    if (!hasDoors) return;
    this.#running = await runStacks(this.#stacks, { ...this.#options, ports: this.#ports, kept: this.#kept });
  }

  #with(stack: SynthesizedStack): readonly SynthesizedStack[] {
    return [...this.#stacks.filter(({ name }) => name !== stack.name), stack];
  }
}
