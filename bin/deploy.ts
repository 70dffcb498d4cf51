/**
 * `npm run deploy`: looks whether it can go, shows what would change, asks, and deploys both stacks. What is
 * confirmed is what is deployed: the templates are made once.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ask } from './deploy/ask.ts';
import {
  DeployError,
  prepareEnvironment,
  readTarget,
  requireBootstrap,
  requireNode,
} from './deploy/environment.ts';
import { contextValue, deployUsage, readDeployOptions } from './deploy/options.ts';
import { runCdk } from './deploy/run-cdk.ts';
import { type Outputs, tellNext } from './deploy/tell-next.ts';
import { UsageError } from './terminal/read-words.ts';

const assembly = 'cdk.out';

async function deploy(args: readonly string[]): Promise<number> {
  const options = readDeployOptions(args, process.stdin.isTTY === true);
  if (options === 'help') {
    process.stdout.write(`${deployUsage}\n`);
    return 0;
  }
  requireNode(process.versions.node);
  prepareEnvironment();
  const target = await readTarget();
  process.stdout.write(`Account ${target.account}, ${target.region}, as ${target.caller}\n`);
  await requireBootstrap(target, contextValue(options.context, '@aws-cdk/core:bootstrapQualifier'));

  // bin/app.cjs: what is deployed is checked first.
  process.env.CDK_VALIDATION ??= 'true';
  const context = options.context.flatMap((pair) => ['-c', pair]);
  await runCdk('synth', '--quiet', '--output', assembly, ...context);
  await runCdk('diff', '--app', assembly);
  if (!options.yes && !/^y(?:es)?$/iu.test(await ask('Deploy this? [y/N] '))) {
    process.stdout.write('Nothing was deployed.\n');
    return 1;
  }
  const outputs = join(assembly, 'outputs.json');
  // It was asked above, about all of it, and not only about what widens permissions.
  const approved = ['--require-approval', 'never'];
  await runCdk('deploy', '--app', assembly, '--all', ...approved, '--outputs-file', outputs);
  process.stdout.write(tellNext(JSON.parse(readFileSync(outputs, 'utf8')) as Outputs));
  return 0;
}

try {
  process.exitCode = await deploy(process.argv.slice(2));
} catch (error) {
  const isUsage = error instanceof UsageError;
  const known = isUsage || error instanceof DeployError;
  process.stderr.write(`${known ? error.message : String((error as Error).stack)}\n`);
  if (isUsage) process.stderr.write(`\n${deployUsage}\n`);
  process.exitCode = isUsage ? 2 : 1;
}
