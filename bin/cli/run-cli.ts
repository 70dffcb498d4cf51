/** The command line from its words to its exit status. Never rejects, and never throws away what it was asked for. */
import { CommanderError } from 'commander';
import type { Act } from './act.ts';
import { type Call, type CommandWorld, type CommonOptions, openCall } from './call.ts';
import { type Exit, exits } from './exit.ts';
import type { Failure } from './failure.ts';
import { failureOf } from './failure-of.ts';
import { buildProgram } from './program.ts';
import { Screen } from './screen.ts';

export async function runCli(args: readonly string[], world: CommandWorld): Promise<number> {
  let exit: Exit = 'done';
  let context = { url: 'The API', id: '', signal: world.signal };
  let options: CommonOptions = {};
  const act: Act = (does) =>
    async function (this: unknown, ...given) {
      // Commander hands over the arguments, then the command's own options, then the command.
      const command = given.at(-1) as { optsWithGlobals(): never };
      const words = given.slice(0, -2);
      options = command.optsWithGlobals();
      context = { ...context, id: typeof words[0] === 'string' ? words[0] : '' };
      const call: Call = await openCall(options, world);
      context = { ...context, url: call.api.url, signal: call.signal };
      exit = await does(call, options as never, ...(words as never));
    };
  const program = buildProgram(act, world);
  try {
    await program.parseAsync([...args], { from: 'user' });
    return exits[exit][0];
  } catch (error) {
    // Commander has said it already; help and version are no errors.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exits.usage[0];
    const failure = failureOf(error, context);
    tell(failure, new Screen(world.stdout, world.stderr, world.environment, options), world);
    if (options.debug === true && failure.exit === 'defect' && error instanceof Error) {
      world.stderr.write(`${error.stack}\n`);
    }
    return exits[failure.exit][0];
  }
}

/** A sentence for people on stderr; where the result is JSON, a document too. */
function tell(failure: Failure, screen: Screen, { stderr }: CommandWorld): void {
  const { exit, code, message, hints, extras } = failure;
  screen.live.clear();
  if (screen.isJson) {
    const { type, title, detail, ...told } = extras;
    screen.document({ error: { ...told, code, exitStatus: exits[exit][0], message, hints } });
  }
  stderr.write(`${[message, ...hints.map((hint) => `  ${hint}`)].join('\n')}\n`);
}
