/** The policies in a template, as far as the local host knows them: of a role, who may take it, and of a queue. */
import { z } from 'zod';
import { oneOrMany, settled, text } from './shape-parts.ts';

const statement = {
  Sid: settled(text, 'for people'),
  Effect: z.enum(['Allow', 'Deny']),
  Action: oneOrMany,
};
/** Attached to a role. Conditions are not known here: a grant that hangs on one would be refused. */
export const grants = z.strictObject({
  Version: z.literal('2012-10-17'),
  Statement: z.array(z.strictObject({ ...statement, Resource: oneOrMany })),
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
