import * as z from 'zod';
import { AwsEndpoint, AwsError, operation } from '../local/aws-endpoint.ts';
import { account, region } from '../local/identities.ts';

/** Systems Manager's parameter store, to be read. */
export const parameterStore = (parameters: ReadonlyMap<string, string>): AwsEndpoint =>
  new AwsEndpoint({
    target: 'AmazonSSM',
    service: 'ssm',
    authorize: () => {},
    operations: {
      GetParameter: operation({
        input: z.strictObject({ Name: z.string().min(1), WithDecryption: z.boolean().optional() }),
        resources: () => [],
        run: ({ Name }) => {
          const Value = parameters.get(Name);
          if (Value === undefined) throw new AwsError('ParameterNotFound', '');
          const ARN = `arn:aws:ssm:${region}:${account}:parameter${Name}`;
          return { Parameter: { Name, ARN, Type: 'String', Value, Version: 1, DataType: 'text' } };
        },
      }),
    },
  });
