/**
 * `npm run local-aws`: an AWS-compatible endpoint on this machine, empty, for the stock CDK to deploy to. What is
 * deployed runs until this is ended. docs/deploy-local.md.
 */
import { once } from 'node:events';
import { localAwsUsage, readLocalAwsOptions } from './local-aws/options.ts';
import { startLocalAws } from './local-aws/start-local-aws.ts';
import { UsageError } from './terminal/read-words.ts';

// As in the doors: deployed they run a newer Node than this machine may have.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

async function main(): Promise<number> {
  try {
    const options = readLocalAwsOptions(process.argv.slice(2));
    if (options === 'help') {
      process.stdout.write(`${localAwsUsage}\n`);
      return 0;
    }
    const aws = await startLocalAws(options);
    process.stdout.write(
      [
        `An AWS of this machine's own, empty, at ${aws.url}`,
        '',
        'To deploy to it, in another terminal:',
        `  AWS_ENDPOINT_URL=${aws.url} npm run deploy:local -- -c stage=dev`,
        '',
        'Ctrl-C ends it, and all that was deployed to it.',
        '',
      ].join('\n'),
    );
    await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
    await aws.close();
    return 0;
  } catch (error) {
    const isUsage = error instanceof UsageError;
    const { code, message, stack } = error as NodeJS.ErrnoException;
    const told = code === 'EADDRINUSE' ? `${message}: another process listens there; see --port.` : stack;
    process.stderr.write(`${isUsage ? `${message}\n\n${localAwsUsage}` : told}\n`);
    return isUsage ? 2 : 1;
  }
}

process.exitCode = await main();
