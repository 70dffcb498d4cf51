/**
 * `npm start`: the synthesized stack on this machine, two vendors (simulated, unless others are named), and the
 * whole way of a device through them.
 */

import { startLocalHost } from './local/host.ts';
import { mintKey } from './mint-key.ts';
import { Api } from './story/api.ts';
import { Narrator } from './story/narrator.ts';
import { readOptions, type StoryOptions, UsageError, usage } from './story/options.ts';
import { storyConnection, tellStory } from './story/tell-story.ts';
import { openVendors } from './story/vendors.ts';

async function run(options: StoryOptions): Promise<number> {
  const narrator = new Narrator(options.json ? process.stderr : process.stdout);
  narrator.chapter('Starting: two vendors, and the stack from its templates');
  const vendors = await openVendors(options);
  const host = await startLocalHost({
    clockScale: options.clockScale,
    context: { autotaskUrl: vendors.autotaskUrl, addigyUrl: vendors.addigyUrl },
  });
  const close = async (): Promise<void> => {
    await host.close();
    await vendors.close();
  };
  try {
    Object.assign(process.env, host.awsEnvironment);
    const key = await mintKey({ name: 'npm-start', secretId: host.callerSecretId });
    narrator.say(
      `Autotask at ${vendors.autotaskUrl}, Addigy at ${vendors.addigyUrl}${vendors.isSimulated ? ' (simulated)' : ''}`,
    );
    narrator.say(`API at ${host.apiUrl}`);
    const story = await tellStory(new Api(host.apiUrl, key), vendors, narrator);
    if (options.json) process.stdout.write(`${JSON.stringify(story, null, 2)}\n`);
    if (!options.once) {
      await serve(host.apiUrl, key, narrator);
      return 0;
    }
    return story.converged ? 0 : 1;
  } finally {
    await close();
  }
}

/** Until somebody presses Ctrl-C. */
async function serve(url: string, key: string, narrator: Narrator): Promise<void> {
  narrator.chapter('Still serving; the schedule goes on. Ctrl-C ends it. Try:');
  const curl = `curl -s -H 'authorization: Bearer ${key}'`;
  narrator.say(`${curl} ${url}/connections`);
  narrator.say(`${curl} -X POST ${url}/connections/${storyConnection}/runs`);
  narrator.say(`${curl} ${url}/connections/${storyConnection}/runs?limit=3`);
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}

async function main(): Promise<number> {
  try {
    const options = readOptions(process.argv.slice(2), process.env);
    if (options !== 'help') return await run(options);
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
