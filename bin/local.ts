/**
 * `npm start`: the synthesized stack on this machine, two vendors (simulated, unless others are named), and the
 * whole way of a device through them.
 */
import { readOptions, usage } from './story/options.ts';
import { UsageError } from './terminal/read-words.ts';

// As in the doors: deployed they run a newer Node than this machine may have, and the warning would open the story.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

async function main(): Promise<number> {
  try {
    const options = readOptions(process.argv.slice(2), process.env);
    if (options !== 'help') {
      // What a wrong word on the command line need not wait for.
      const { runStory } = await import('./story/run-story.ts');
      return await runStory(options);
    }
    process.stdout.write(`${usage}\n`);
    return 0;
  } catch (error) {
    const isUsage = error instanceof UsageError;
    process.stderr.write(
      `${isUsage ? `${error.message}\n\n${usage}` : error instanceof Error ? error.stack : error}\n`,
    );
    return isUsage ? 2 : 1;
  }
}

process.exitCode = await main();
