/** All that can happen in a story. */
import type fc from 'fast-check';
import { accessCommands } from './access-commands.ts';
import { deviceCommands } from './device-commands.ts';
import { personCommands } from './person-commands.ts';
import { runCommands } from './run-commands.ts';

export const commandKinds = { ...deviceCommands, ...personCommands, ...accessCommands, ...runCommands };

export type CommandName = keyof typeof commandKinds;

/** Something that happens, as it is written in `regressions.test.ts`. */
export type Told = { [Name in CommandName]: readonly [Name, Of<Name>] }[CommandName];
type Of<Name extends CommandName> =
  (typeof commandKinds)[Name]['of'] extends fc.Arbitrary<infer About> ? About : never;
