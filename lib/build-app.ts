import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { App, Validations } from 'aws-cdk-lib';
import { type CloudAssembly, DISABLE_ASSET_STAGING_CONTEXT } from 'aws-cdk-lib/cx-api';
import { type ContextInput, readContext } from './context.ts';
import { StatefulStack } from './stateful-stack.ts';
import { StatelessStack } from './stateless-stack.ts';

const project = fileURLToPath(new URL('..', import.meta.url));
const require = createRequire(import.meta.url);

/** Adds both stacks to an app. `bundles` holds one folder per door. */
export function addStacks(app: App, bundles: string): { stateful: StatefulStack; stateless: StatelessStack } {
  const context = readContext(app.node);
  const name = `addigy-autotask-${context.stage}`;
  const stateful = new StatefulStack(app, `${name}-stateful`, {
    context,
    description: 'Addigy to Autotask: connections, runs, events, callers',
    terminationProtection: context.retain,
  });
  const stateless = new StatelessStack(app, `${name}-stateless`, {
    context,
    description: 'Addigy to Autotask: the doors and what opens them',
    bundles,
    table: stateful.table,
    bus: stateful.bus,
    callers: stateful.callers,
    handOffKey: stateful.handOffKey,
    key: stateful.key,
  });
  return { stateful, stateless };
}

export interface AppOptions {
  /** Overrides of `cdk.json`; what `cdk -c` gives wins over both. */
  readonly context?: ContextInput;
  /** Where the cloud assembly goes; by default where the CDK CLI wants it, or a temporary folder. */
  readonly outdir?: string;
  /**
   * Copies the bundles into the assembly; by default it does. Who reads the assembly where it was made need not: it
   * takes half a second of the processor, and as much to remove them.
   */
  readonly staging?: boolean;
  /** Runs cdk-nag and CloudFormation's schemas over the templates: 5 s of the processor and 300 MB. By default it does. */
  readonly validate?: boolean;
}

/** An app without stacks, with the defaults and feature flags of `cdk.json` also where the CDK CLI is not. */
export function newApp({ context = {}, outdir, staging = true, validate = true }: AppOptions = {}): App {
  const settings = JSON.parse(readFileSync(join(project, 'cdk.json'), 'utf8')) as {
    context: Record<string, unknown>;
  };
  const app = new App({
    context: { ...settings.context, ...context, [DISABLE_ASSET_STAGING_CONTEXT]: !staging },
    ...(outdir === undefined ? {} : { outdir }),
    analyticsReporting: false,
    builtinCloudFormationValidation: validate,
  });
  if (validate) {
    // Not at the start: who does not validate need not load it.
    const { AwsSolutionsChecks, ServerlessChecks } = require('cdk-nag') as typeof import('cdk-nag');
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
  }
  return app;
}

/**
 * Builds and synthesizes the whole app, as `cdk synth` does and as the local host does.
 *
 * @param bundles a folder as `bundleApp` makes it
 * @throws when the context is wrong, a door is missing, or a check fails
 */
export function buildApp({ bundles, ...options }: AppOptions & { readonly bundles: string }): CloudAssembly {
  const app = newApp(options);
  addStacks(app, bundles);
  return app.synth();
}
