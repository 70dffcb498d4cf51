/**
 * `npm run deploy:local [-- OPTIONS]`: the stock `cdk bootstrap` and `cdk deploy --all`, to the AWS-compatible
 * endpoint that AWS_ENDPOINT_URL names. OPTIONS are `cdk deploy`'s, such as `-c stage=dev`. docs/deploy-local.md.
 */
import { DeployError, readTarget } from './deploy/environment.ts';
import { localEndpoint, localEnvironment } from './deploy/local-endpoint.ts';
import { runCdk } from './deploy/run-cdk.ts';

try {
  const environment = localEnvironment(process.env, localEndpoint(process.env.AWS_ENDPOINT_URL));
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
  Object.assign(process.env, environment);
  const { account, region } = await readTarget();
  process.stdout.write(`Account ${account}, ${region}, at ${environment.AWS_ENDPOINT_URL}\n`);
  const options = process.argv.slice(2);
  const assembly = 'cdk.out/local';
  const context = options.flatMap((option, at) =>
    option === '-c' || option === '--context' ? ['-c', options[at + 1] ?? ''] : [],
  );
  await runCdk('synth', '--quiet', '--output', assembly, ...context);
  await runCdk('bootstrap', `aws://${account}/${region}`, '--app', assembly);
  const others = options.filter(
    (option, at) => !/^(?:-c|--context)$/u.test(option) && !/^(?:-c|--context)$/u.test(options[at - 1] ?? ''),
  );
  await runCdk('deploy', '--app', assembly, '--all', '--require-approval', 'never', ...others);
} catch (error) {
  process.stderr.write(`${error instanceof DeployError ? error.message : String((error as Error).stack)}\n`);
  process.exitCode = 1;
}
