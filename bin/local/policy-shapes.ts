/** Policies, as far as the local host knows them: of a role, who may take it, of a queue, of a key, of a secret. */
import * as z from 'zod';
import { grantConditions, secretConditions } from './conditions.ts';
import { account } from './identities.ts';
import { oneOrMany, settled, text } from './shape-parts.ts';

const statement = {
  Sid: settled(text, 'for people'),
  Effect: z.enum(['Allow', 'Deny']),
  Action: oneOrMany,
};
/** Attached to a role. */
export const grants = z.strictObject({
  Version: z.literal('2012-10-17'),
  Statement: z.array(
    z.strictObject({ ...statement, Resource: oneOrMany, Condition: grantConditions.optional() }),
  ),
});
const conditions = z.record(z.string(), z.record(z.string(), z.unknown()));
const principal = z.record(z.string(), oneOrMany);
export const trust = z.strictObject({
  Version: z.literal('2012-10-17'),
  Statement: z.array(
    z.strictObject({
      ...statement,
      Principal: principal,
      Condition: settled(conditions, 'narrows other accounts; there are none'),
    }),
  ),
});
/** Of a resource that nobody speaks to here. */
export const resourceAccess = z.strictObject({
  Version: z.literal('2012-10-17'),
  Statement: z.array(
    z.strictObject({
      ...statement,
      Principal: z.union([z.literal('*'), principal]),
      Resource: oneOrMany,
      Condition: conditions.optional(),
    }),
  ),
});
export const queueAccess = z.strictObject({
  Version: z.literal('2012-10-17'),
  Statement: z.array(
    z.strictObject({
      ...statement,
      Principal: principal,
      Resource: oneOrMany,
      Condition: conditions.optional(),
    }),
  ),
});

/** Of a secret: one that denies. What it would grant to somebody, IAM's grants to our roles do not need. */
export const secretAccess = z.strictObject({
  Version: z.literal('2012-10-17'),
  Statement: z.array(
    z.strictObject({
      ...statement,
      Effect: z.literal('Deny', { error: 'the local host knows policies of secrets that deny' }),
      Principal: z.literal('*'),
      Resource: z.literal('*'),
      Condition: secretConditions.optional(),
    }),
  ),
});

export type SecretPolicy = z.output<typeof secretAccess>;

const accountRoot = `arn:aws:iam::${account}:root`;
/** Of a key: one that leaves it to IAM who may use it, as KMS does by default. */
export const keyAccess = z
  .strictObject({
    Version: z.literal('2012-10-17'),
    Statement: z.array(
      z.strictObject({
        ...statement,
        Effect: z.literal('Allow', { error: 'the local host knows policies of keys that allow' }),
        Principal: principal,
        Resource: z.literal('*'),
        Condition: settled(conditions, 'grants no more than the statement without one, which must be there'),
      }),
    ),
  })
  .refine(
    ({ Statement }) =>
      Statement.some(
        ({ Action, Principal, Condition }) =>
          Action.includes('kms:*') && Condition === undefined && Principal.AWS?.includes(accountRoot),
      ),
    { error: 'the local host knows keys whose policy leaves it to IAM who may use them' },
  );
