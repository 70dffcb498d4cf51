/** The local AWS, and moto where `moto_server` is on PATH: each with the clients of AWS's own SDK. */
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateEventBusCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import { runStacks } from '../../../bin/local/run-stacks.ts';
import { startLocalAws } from '../../../bin/local-aws/start-local-aws.ts';
import { fixtureStack } from '../../bin/fixture-stack.ts';
import { hasMoto, startMoto } from '../../moto.ts';
import type { Aws } from './aws-cases.ts';

export interface AwsSide {
  readonly name: string;
  readonly isOurs: boolean;
  readonly isHere: boolean;
  readonly open: () => Promise<Aws>;
}

export const awsSides: readonly AwsSide[] = [
  { name: 'the local AWS', isOurs: true, isHere: true, open: localAws },
  {
    name: hasMoto ? 'moto' : 'moto (skipped: no working moto_server on PATH)',
    isOurs: false,
    isHere: hasMoto,
    open: moto,
  },
];

const credentials = (accessKeyId: string) => ({ accessKeyId, secretAccessKey: 'local' });

/** What the CDK deploys by. */
const deployedBy = (settings: object): Pick<Aws, 'stacks' | 'objects' | 'parameters' | 'tokens'> => ({
  stacks: new CloudFormationClient(settings),
  objects: new S3Client({ ...settings, forcePathStyle: true }),
  parameters: new SSMClient(settings),
  tokens: new STSClient(settings),
});

async function localAws(): Promise<Aws> {
  const host = await runStacks([fixtureStack()]);
  const empty = await startLocalAws();
  const environment = host.awsEnvironment;
  const at = (service: string) => ({
    endpoint: environment[`AWS_ENDPOINT_URL_${service}`] ?? '',
    region: 'us-east-1',
    credentials: credentials(environment.AWS_ACCESS_KEY_ID ?? ''),
  });
  return {
    secrets: new SecretsManagerClient(at('SECRETS_MANAGER')),
    events: new EventBridgeClient(at('EVENTBRIDGE')),
    tables: new DynamoDBClient(at('DYNAMODB')),
    lambdas: new LambdaClient(at('LAMBDA')),
    ...deployedBy({ endpoint: empty.url, region: 'us-east-1', credentials: credentials('anybody') }),
    close: async () => {
      await empty.close();
      await host.close();
    },
  };
}

async function moto(): Promise<Aws> {
  const { url: endpoint, close } = await startMoto();
  const settings = { endpoint, region: 'us-east-1', credentials: credentials('moto') };
  const events = new EventBridgeClient(settings);
  // The fixture stack's, which the local AWS has from its template.
  await events.send(new CreateEventBusCommand({ Name: 'fixture' }));
  return {
    secrets: new SecretsManagerClient(settings),
    events,
    tables: new DynamoDBClient(settings),
    lambdas: new LambdaClient(settings),
    ...deployedBy(settings),
    close,
  };
}
