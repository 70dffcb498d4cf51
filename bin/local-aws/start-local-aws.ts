import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunningStacks, RunOptions } from '../local/running-stacks.ts';
import type { SynthesizedStack } from '../local/synthesized-stack.ts';
import { AssetBuckets } from './asset-buckets.ts';
import { cloudFormation } from './cloudformation.ts';
import { DeployedSystem } from './deployed-system.ts';
import { Front } from './front.ts';
import { parameterStore } from './parameter-store.ts';
import { securityTokens } from './security-tokens.ts';
import { checkToolkit, isToolkit, Toolkits } from './toolkits.ts';

export interface LocalAwsOptions extends Omit<RunOptions, 'port' | 'ports' | 'kept'> {
  /** Of the AWS-compatible endpoint; 0 takes a free one. */
  readonly port?: number | undefined;
  /** Of the HTTP API that is deployed to it; 0 takes a free one. */
  readonly apiPort?: number | undefined;
}

export interface LocalAws {
  /** For AWS_ENDPOINT_URL. */
  readonly url: string;
  /** Null until doors were deployed to it. */
  readonly running: RunningStacks | null;
  close(): Promise<void>;
}

/** An AWS-compatible endpoint on this machine, empty: the stock CDK bootstraps it and deploys to it. */
export async function startLocalAws({
  port = 0,
  apiPort = 0,
  ...options
}: LocalAwsOptions = {}): Promise<LocalAws> {
  const folder = mkdtempSync(join(tmpdir(), 'addigy-autotask-aws-'));
  const toolkits = new Toolkits();
  const system = new DeployedSystem({ ...options, port: apiPort });
  const buckets = new AssetBuckets(toolkits.buckets, folder);
  const stackOf = (name: string, template: SynthesizedStack['template']): SynthesizedStack => ({
    ...{ name, template },
    assetFolder: (key) => buckets.assetFolder(key),
  });
  const services = {
    s3: buckets,
    sts: securityTokens(toolkits.roles),
    ssm: parameterStore(toolkits.parameters),
    cloudformation: cloudFormation({
      stored: (name) => toolkits.parameters.get(name) ?? null,
      templateAt: (url) => buckets.at(url),
      check: (name, template) =>
        isToolkit(template) ? checkToolkit(template) : system.check(stackOf(name, template)),
      deploy: async (name, template) =>
        isToolkit(template) ? toolkits.deploy(name, template) : system.deploy(stackOf(name, template)),
      remove: async (name, template) => {
        if (isToolkit(template)) throw new Error('the local AWS keeps its bootstrap stack');
        await system.remove(name);
      },
    }),
  };
  const ofRunning: Readonly<Record<string, string>> = {
    dynamodb: 'AWS_ENDPOINT_URL_DYNAMODB',
    events: 'AWS_ENDPOINT_URL_EVENTBRIDGE',
    lambda: 'AWS_ENDPOINT_URL_LAMBDA',
    secretsmanager: 'AWS_ENDPOINT_URL_SECRETS_MANAGER',
  };
  const front = new Front((service) => {
    if (Object.hasOwn(services, service)) return services[service as keyof typeof services].url;
    return system.running?.awsEnvironment[ofRunning[service] ?? ''] ?? null;
  });
  const endpoints = [...Object.values(services), front];
  const close = async (): Promise<void> => {
    await Promise.all(endpoints.map((endpoint) => endpoint.close()));
    await system.close();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await Promise.all(Object.values(services).map((endpoint) => endpoint.listen()));
    await front.listen(port);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    url: front.url,
    get running() {
      return system.running;
    },
    close,
  };
}
