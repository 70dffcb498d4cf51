/** Starts everything, tells the story, and either ends or keeps serving. */

import { Api } from '../api/api.ts';
import { mintKey } from '../keys.ts';
import { startLocalHost } from '../local/host.ts';
import { Narrator } from './narrator.ts';
import type { StoryOptions } from './options.ts';
import { storyConnection, tellStory } from './tell-story.ts';
import { openVendors } from './vendors.ts';

/** The exit status: 0 where it converged, or served until it was told to end; 1 where it did not converge. */
export async function runStory(options: StoryOptions): Promise<number> {
  const narrator = new Narrator(options.json ? process.stderr : process.stdout);
  narrator.chapter('Starting: two vendors, and the stack from its templates');
  const vendors = await openVendors(options);
  const host = await startLocalHost({
    clockScale: options.clockScale,
    context: {
      autotaskUrl: vendors.autotaskUrl,
      addigyUrl: vendors.addigyUrl,
      // At the story's pace five minutes are less than half a second.
      validationScheduleExpression: 'rate(30 minutes)',
    },
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
    const story = await tellStory(new Api({ url: host.apiUrl, key }), vendors, narrator, options.interactive);
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
  narrator.say(
    `ADDIGY_AUTOTASK_URL=${url} ADDIGY_AUTOTASK_KEY=${key} npx addigy-autotask held ${storyConnection}`,
  );
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}
