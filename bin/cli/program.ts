/** The commands and their options; what is said of them here is their `--help`. */
import { Command, Option } from 'commander';
import pack from '../../package.json' with { type: 'json' };
import type { Act } from './act.ts';
import { addApply } from './apply.ts';
import type { CommandWorld } from './call.ts';
import { addCompanies } from './companies.ts';
import { addConnections } from './connections.ts';
import { exits } from './exit.ts';
import { addHeld } from './held.ts';
import { addOffboard } from './offboard.ts';
import { addOnboard } from './onboard.ts';
import { addPlan } from './plan.ts';
import { program as name } from './program-name.ts';
import { addRuns } from './runs.ts';
import { addValidate } from './validate.ts';

export function buildProgram(act: Act, { stdout, stderr }: CommandWorld): Command {
  const program = new Command(name)
    .description(
      'Connections between Addigy and Autotask: onboarded, validated, planned, applied, looked at.',
    )
    .version(pack.version)
    .option('--url <url>', 'the API: ApiUrl of the stack, or what `npm start` prints (ADDIGY_AUTOTASK_URL)')
    .option('--key-file <path>', 'where the key is; - is stdin (else ADDIGY_AUTOTASK_KEY)')
    .addOption(new Option('--json', 'one JSON document on stdout; the default where stdout is no terminal'))
    .addOption(new Option('--no-json', 'tables and sentences, also into a pipe'))
    .option('--no-color', 'no colours; so does NO_COLOR')
    .option('--debug', 'tell each request on stderr: method, path, status, request id')
    .configureHelp({ showGlobalOptions: true, helpWidth: Math.min(100, stdout.columns ?? 100) })
    .configureOutput({
      writeOut: (text) => void stdout.write(text),
      writeErr: (text) => void stderr.write(text),
    })
    .showHelpAfterError(`(${name} --help tells more)`)
    .exitOverride()
    .addHelpText('after', `\n${exitHelp()}\n\n${example}`);
  for (const add of [
    addConnections,
    addOnboard,
    addValidate,
    addCompanies,
    addPlan,
    addApply,
    addRuns,
    addHeld,
    addOffboard,
  ])
    add(program, act);
  return program;
}

const exitHelp = (): string =>
  [
    'Exit status:',
    ...Object.values(exits).map(([status, meaning]) => `  ${String(status).padStart(3)}  ${meaning}`),
  ].join('\n');

const example = `A first day:
  ${name} onboard acme --name "Acme Dental" --wait
  ${name} connections addigy-key acme
  ${name} plan acme
  ${name} connections set acme sync.policy=create
  ${name} apply acme --newest`;
