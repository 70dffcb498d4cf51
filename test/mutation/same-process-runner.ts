/**
 * Stryker's test runner for rooms that are tested in memory: one process imports their code once, and runs for each
 * mutant the tests that reach it and no more. Stryker's own runner for Vitest starts a worker for each mutant, which
 * takes a hundred times as long as the tests. `describe`, `it`, `expect` and `vi` are Vitest's; `worker` is what they
 * ask of the process that Vitest would have started.
 */
import { readdirSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { INSTRUMENTER_CONSTANTS, type InstrumenterContext } from '@stryker-mutator/api/core';
import { declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin';
import {
  type DryRunResult,
  DryRunStatus,
  determineHitLimitReached,
  type MutantRunOptions,
  type MutantRunResult,
  type TestResult,
  type TestRunner,
  TestStatus,
  toMutantRunResult,
} from '@stryker-mutator/api/test-runner';
import type { RunnerTask, RunnerTestCase, RunnerTestFile, TestRunnerConfig, VitestTestRunner } from 'vitest';

const worker = { config: {}, ctx: {}, durations: {}, providedContext: {}, rpc: {}, metaEnv: process.env };
Object.assign(globalThis, { __vitest_worker__: worker });
const { startTests } = await import('vitest/internal/browser');

const testsOf = (task: RunnerTask): RunnerTestCase[] =>
  task.type === 'test' ? [task] : task.tasks.flatMap(testsOf);

const nameOf = (task: RunnerTask): string =>
  task.suite === undefined || task.suite.name === '' ? task.name : `${nameOf(task.suite)} ${task.name}`;

const idOf = (test: RunnerTestCase) => `${relative(process.cwd(), test.file.filepath)}#${nameOf(test)}`;

/** Skips a suite with all that is in it, so that nothing is set up for it. */
function skipUnless(wanted: (test: RunnerTestCase) => boolean, task: RunnerTask): void {
  if (task.type === 'suite') for (const inner of task.tasks) skipUnless(wanted, inner);
  const skipped = task.type === 'suite' ? task.tasks.every(({ mode }) => mode === 'skip') : !wanted(task);
  if (skipped) task.mode = 'skip';
}

/** Of the test, or of the suite or file around it that could not be set up: one that only holds a failed test has no error of its own. */
const failureOf = (task: RunnerTask | undefined): string | undefined =>
  task === undefined ? undefined : (task.result?.errors?.[0]?.message ?? failureOf(task.suite));

function resultOf(test: RunnerTestCase): TestResult {
  const result = {
    id: idOf(test),
    name: nameOf(test),
    fileName: resolve(test.file.filepath),
    timeSpentMs: test.result?.duration ?? 0,
  };
  const failureMessage = failureOf(test) ?? failureOf(test.file);
  if (failureMessage !== undefined) return { ...result, status: TestStatus.Failed, failureMessage };
  return { ...result, status: test.result?.state === 'pass' ? TestStatus.Success : TestStatus.Skipped };
}

/** A file that could not be read has no tests, and has failed all the same. */
function resultsOf(file: RunnerTestFile): TestResult[] {
  const tests = testsOf(file);
  const failureMessage = failureOf(file);
  if (tests.length > 0 || failureMessage === undefined) return tests.map(resultOf);
  return [{ id: file.name, name: file.name, timeSpentMs: 0, status: TestStatus.Failed, failureMessage }];
}

/** No test has a time of its own: on a busy machine that would kill mutants. Stryker's bound holds for all. */
const config = {
  root: process.cwd(),
  setupFiles: [],
  name: undefined,
  passWithNoTests: true,
  testNamePattern: undefined,
  allowOnly: false,
  sequence: { seed: 1, hooks: 'stack', setupFiles: 'list' },
  chaiConfig: undefined,
  maxConcurrency: 1,
  testTimeout: 0,
  hookTimeout: 0,
  retry: 0,
  includeTaskLocation: false,
  tags: [],
  tagsFilter: undefined,
  strictTags: false,
} as const satisfies TestRunnerConfig;

interface Mutant {
  readonly activate: () => void;
  /** The ids of the tests that reach it; undefined where that is not known, because it runs when its module is loaded. */
  readonly asked: ReadonlySet<string> | undefined;
  readonly stopAtFailure: boolean;
}

const isTest = (name: string): boolean => name.endsWith('.test.ts');
/** The tests that `MUTATED_BY` names, files or folders, without the fuzzing, which would notice a mutant by chance. */
const testFiles = () =>
  (process.env.MUTATED_BY ?? '').split(',').flatMap((name) => {
    const path = join('test', name);
    if (isTest(name)) return [path];
    return readdirSync(path, { recursive: true, encoding: 'utf8' })
      .filter((inner) => isTest(inner) && !/\.(?:fuzz|browser)\.test\.ts$/u.test(inner))
      .map((inner) => join(path, inner));
  });

/** The files that are named for the changed one notice a change soonest. */
const namesakesFirst = (files: readonly string[], changed: string) => {
  const isNamesake = (file: string) => basename(file).startsWith(`${basename(changed, '.ts')}.`);
  return [...files.filter(isNamesake), ...files.filter((file) => !isNamesake(file))];
};

class SameProcessRunner implements TestRunner {
  #runs = 0;
  readonly #instrumented: InstrumenterContext;

  constructor() {
    this.#instrumented = Object.assign(globalThis, { [INSTRUMENTER_CONSTANTS.NAMESPACE]: {} })[
      INSTRUMENTER_CONSTANTS.NAMESPACE
    ];
  }

  /** A module that is loaded stays loaded: for what runs at that time, Stryker starts another process. */
  capabilities() {
    return { reloadEnvironment: false };
  }

  async dryRun(): Promise<DryRunResult> {
    const tests = await this.#run(testFiles());
    const { mutantCoverage } = this.#instrumented;
    const covered = mutantCoverage === undefined ? {} : { mutantCoverage };
    return { status: DryRunStatus.Complete, tests, ...covered };
  }

  async mutantRun(options: MutantRunOptions): Promise<MutantRunResult> {
    const asked = options.testFilter === undefined ? undefined : new Set(options.testFilter);
    const files =
      asked === undefined
        ? namesakesFirst(testFiles(), options.sandboxFileName)
        : [...new Set([...asked].map((id) => id.slice(0, id.indexOf('#'))))];
    const activate = () => {
      this.#instrumented.activeMutant = options.activeMutant.id;
    };
    Object.assign(this.#instrumented, { hitCount: 0, hitLimit: options.hitLimit });
    if (options.mutantActivation === 'static') activate();
    const tests = await this.#run(files, { asked, activate, stopAtFailure: !options.disableBail });
    const endless = determineHitLimitReached(this.#instrumented.hitCount, options.hitLimit);
    Object.assign(this.#instrumented, { activeMutant: undefined, hitCount: undefined, hitLimit: undefined });
    return toMutantRunResult(endless ?? { status: DryRunStatus.Complete, tests });
  }

  async #run(files: readonly string[], mutant?: Mutant): Promise<TestResult[]> {
    const results: TestResult[] = [];
    for (const file of files) {
      this.#runs += 1;
      const [done] = await startTests([resolve(file)], this.#vitestRunner(this.#runs, mutant));
      const ofFile = done === undefined ? [] : resultsOf(done);
      results.push(...ofFile);
      if (mutant?.stopAtFailure === true && ofFile.some(({ status }) => status === TestStatus.Failed)) break;
    }
    return results;
  }

  #vitestRunner(run: number, mutant: Mutant | undefined): VitestTestRunner {
    let failed = false;
    return {
      config,
      pool: 'forks',
      // The test file is read anew, for its tests to be registered; what it imports is not.
      importFile: (path) => import(`${pathToFileURL(path).href}?run=${run}`),
      onCollected: (files) => {
        const asked = mutant?.asked;
        if (asked !== undefined) for (const file of files) skipUnless((test) => asked.has(idOf(test)), file);
        mutant?.activate();
      },
      // With what it would set up, a server perhaps.
      onBeforeRunSuite: (suite) => {
        if (failed && mutant?.stopAtFailure === true) suite.mode = 'skip';
      },
      onBeforeRunTask: (test) => {
        if (failed && mutant?.stopAtFailure === true) test.mode = 'skip';
      },
      onBeforeTryTask: (test) => {
        if (mutant === undefined && test.type === 'test') this.#instrumented.currentTestId = idOf(test);
      },
      onAfterRunTask: (test) => {
        failed ||= test.result?.state === 'fail';
        delete this.#instrumented.currentTestId;
      },
    };
  }
}

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'same-process', SameProcessRunner)];
