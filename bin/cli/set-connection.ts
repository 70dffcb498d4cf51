/** `connections set`: a connection's settings, some of them or the whole. */
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { Act } from './act.ts';
import type { Call } from './call.ts';
import { declare } from './declare.ts';
import type { Exit } from './exit.ts';
import { usageFailure } from './failure.ts';
import { changedLines, type Settings, settingsOf, withAssignments } from './settings.ts';

export function addSetConnection(connections: Command, act: Act): void {
  connections
    .command('set')
    .argument('<id>', 'the connection; a new one where there is none')
    .argument('[settings...]', 'such as sync.policy=create schedule.everyMinutes=120; the rest stays')
    .description('change settings, or declare the whole from a file')
    .option(
      '--file <path>',
      'the whole declaration as JSON (- is stdin): what it leaves out gets its default',
    )
    .action(act(set));
}

async function set(
  call: Call,
  { file }: { readonly file?: string },
  id: string,
  assignments: readonly string[],
): Promise<Exit> {
  if (file === undefined && assignments.length === 0) {
    throw usageFailure('Set what? Name settings (sync.policy=create), or a file with --file.');
  }
  const whole = file === undefined ? null : await readWhole(call, file);
  const { before, after } = await declare(call.api, id, (settings) =>
    withAssignments(whole ?? settings ?? { name: id }, assignments),
  );
  const { screen } = call;
  if (screen.isJson) {
    screen.document(after);
    return 'done';
  }
  if (before === null) {
    screen.say(`${id} is declared; its policy is ${after.sync.policy}.`);
    return 'done';
  }
  const changes = changedLines(settingsOf(before), settingsOf(after));
  screen.say(changes.length === 0 ? `${id} was so already.` : `${id} is changed:`);
  for (const text of changes) screen.prose(text, '    ', '  ');
  return 'done';
}

async function readWhole(call: Call, file: string): Promise<Settings> {
  const where = file === '-' ? 'stdin' : file;
  const text = file === '-' ? await call.readInput('the settings') : readText(file);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw usageFailure(`${where} is not JSON: ${(error as Error).message}.`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw usageFailure(`${where} holds no declaration: a JSON object with at least a name.`);
  }
  return value as Settings;
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw usageFailure(`${path} cannot be read: ${(error as NodeJS.ErrnoException).code}.`);
  }
}
