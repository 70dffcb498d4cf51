/** What `npm run deploy` and `npm run destroy` can be asked. */
import { parseArgs } from 'node:util';
import { readWords, UsageError } from '../terminal/read-words.ts';

export const deployUsage = `npm run deploy -- [options]

  -c name=value   overrides a value of cdk.json's context; can be given more than once
  --yes           does not ask; for a pipeline
  --help

The account and the region are the environment's, as for any AWS tool: AWS_PROFILE, or AWS_ACCESS_KEY_ID and
its like, and AWS_REGION.`;

export const destroyUsage = `npm run destroy -- [options]

  -c name=value    as for the deployment: the same stage, and the same retain
  --stage-name S   does not ask for the stage's name; for a pipeline. It must be the stage that is destroyed
  --help`;

export interface DeployOptions {
  /** Each as name=value. */
  readonly context: readonly string[];
  readonly yes: boolean;
}

export interface DestroyOptions {
  readonly context: readonly string[];
  /** Null: a person is asked. */
  readonly stageName: string | null;
}

const context = { type: 'string', short: 'c', multiple: true, default: [] as string[] } as const;
const help = { type: 'boolean', default: false } as const;

export function readDeployOptions(args: readonly string[], isTerminal: boolean): DeployOptions | 'help' {
  const values = readWords(() =>
    parseArgs({
      args: [...args],
      strict: true,
      options: { context, yes: { type: 'boolean', default: false }, help },
    }),
  );
  if (values.help) return 'help';
  if (!values.yes && !isTerminal) {
    throw new UsageError('There is no terminal to ask on. --yes deploys without asking.');
  }
  return { context: values.context.map(pair), yes: values.yes };
}

export function readDestroyOptions(args: readonly string[], isTerminal: boolean): DestroyOptions | 'help' {
  const values = readWords(() =>
    parseArgs({
      args: [...args],
      strict: true,
      options: { context, 'stage-name': { type: 'string' }, help },
    }),
  );
  if (values.help) return 'help';
  const stageName = values['stage-name'] ?? null;
  if (stageName === null && !isTerminal) {
    throw new UsageError('There is no terminal to ask on. --stage-name S destroys S without asking.');
  }
  return { context: values.context.map(pair), stageName };
}

/** The last one of this name, as for `cdk`. */
export function contextValue(pairs: readonly string[], name: string): string | null {
  const found = pairs.findLast((one) => one.startsWith(`${name}=`));
  return found === undefined ? null : found.slice(name.length + 1);
}

function pair(text: string): string {
  if (/^[\w@][\w@/:.-]*=/u.test(text)) return text;
  throw new UsageError(`-c takes name=value, not ${JSON.stringify(text)}.`);
}
