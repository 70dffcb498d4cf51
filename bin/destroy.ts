/** `npm run destroy`: says what stays, asks for the stage's name, and deletes the doors; or everything, where it is told to. */
import { ask } from './deploy/ask.ts';
import { DeployError, prepareEnvironment, readTarget, requireNode } from './deploy/environment.ts';
import { destroyUsage, readDestroyOptions } from './deploy/options.ts';
import { runCdk } from './deploy/run-cdk.ts';
import { tellDeletion } from './deploy/what-stays.ts';
import { readAssembly } from './local/synthesized-stack.ts';
import { UsageError } from './terminal/read-words.ts';

const assembly = 'cdk.out';

async function destroy(args: readonly string[]): Promise<number> {
  const options = readDestroyOptions(args, process.stdin.isTTY === true);
  if (options === 'help') {
    process.stdout.write(`${destroyUsage}\n`);
    return 0;
  }
  requireNode(process.versions.node);
  prepareEnvironment();
  const target = await readTarget();
  await runCdk('synth', '--quiet', '--output', assembly, ...options.context.flatMap((pair) => ['-c', pair]));
  const stacks = readAssembly(assembly);
  const stateful = stacks.find(({ name }) => name.endsWith('-stateful'));
  const stateless = stacks.find(({ name }) => name.endsWith('-stateless'));
  if (stateful === undefined || stateless === undefined)
    throw new DeployError(`${assembly} has not the two stacks.`);
  const stage = stateful.name.replace(/^addigy-autotask-|-stateful$/gu, '');
  const retain = Object.values(stateful.template.Resources).some(
    ({ Type, DeletionPolicy }) => Type === 'AWS::DynamoDB::Table' && DeletionPolicy === 'Retain',
  );
  process.stdout.write(
    `Account ${target.account}, ${target.region}, as ${target.caller}\n\n${tellDeletion({ stage, retain })}\n\n`,
  );
  const named = options.stageName ?? (await ask(`Type the stage's name to go on: `));
  if (named !== stage) {
    throw new DeployError(
      `Nothing was deleted: the stage is ${stage}, and ${JSON.stringify(named)} was given.`,
    );
  }
  await runCdk('destroy', '--app', assembly, '--force', '--exclusively', stateless.name);
  if (!retain) await runCdk('destroy', '--app', assembly, '--force', '--exclusively', stateful.name);
  return 0;
}

try {
  process.exitCode = await destroy(process.argv.slice(2));
} catch (error) {
  const isUsage = error instanceof UsageError;
  const known = isUsage || error instanceof DeployError;
  process.stderr.write(`${known ? error.message : String((error as Error).stack)}\n`);
  if (isUsage) process.stderr.write(`\n${destroyUsage}\n`);
  process.exitCode = isUsage ? 2 : 1;
}
