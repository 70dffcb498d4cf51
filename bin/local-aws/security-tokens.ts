import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import { rootArn } from '../local/access-keys.ts';
import { AwsError } from '../local/aws-endpoint.ts';
import { account } from '../local/identities.ts';
import { listOf, QueryEndpoint, queryOperation } from './query-endpoint.ts';

/** AWS's shortest, which is long for a deployment. Seconds. */
const shortest = 900;

/** STS: who asks, and the roles of the bootstrap stack. Whoever asks is the account's root user. */
export const securityTokens = (roles: ReadonlySet<string>): QueryEndpoint =>
  new QueryEndpoint({
    version: '2011-06-15',
    namespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
    operations: {
      GetCallerIdentity: queryOperation({}, () => ({ Account: account, Arn: rootArn, UserId: account })),
      AssumeRole: queryOperation(
        {
          RoleArn: z.string().min(20),
          RoleSessionName: z.string().regex(/^[\w+=,.@-]{2,64}$/u),
          DurationSeconds: z.coerce.number().int().min(shortest).optional(),
          Tags: listOf(z.strictObject({ Key: z.string(), Value: z.string() })),
          TransitiveTagKeys: listOf(z.string()),
        },
        ({ RoleArn, RoleSessionName, DurationSeconds = 3600 }) => {
          if (!roles.has(RoleArn)) {
            throw new AwsError(
              'AccessDenied',
              `User: ${rootArn} is not authorized to perform: sts:AssumeRole on resource: ${RoleArn}`,
              403,
            );
          }
          const name = RoleArn.slice(RoleArn.lastIndexOf('/') + 1);
          return {
            Credentials: {
              AccessKeyId: `ASIALOCAL${randomBytes(6).toString('hex').slice(0, 11).toUpperCase()}`,
              SecretAccessKey: randomBytes(30).toString('base64url'),
              SessionToken: randomBytes(30).toString('base64url'),
              Expiration: new Date(Date.now() + DurationSeconds * 1000),
            },
            AssumedRoleUser: {
              Arn: `arn:aws:sts::${account}:assumed-role/${name}/${RoleSessionName}`,
              AssumedRoleId: `AROALOCAL:${RoleSessionName}`,
            },
          };
        },
      ),
    },
  });
