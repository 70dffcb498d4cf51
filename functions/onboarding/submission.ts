import {
  type ApiUserCredentials,
  addigyUserSchema,
  apiUserSchema,
  type Purpose,
} from '#connections/connection';
import type { PendingCredentials } from './api-user-vault.ts';
import type { Submission, SubmissionField } from './hand-off.ts';

export type ReadSubmission =
  | { readonly kind: 'valid'; readonly value: ApiUserCredentials }
  | {
      readonly kind: 'invalid';
      readonly errors: ReadonlyArray<{ readonly field: SubmissionField; readonly message: string }>;
    };

/** Autotask's usernames look like e-mail addresses; what stands around the @ is its own affair. */
const emailShaped = /^[^\s@]+@[^\s@]+$/u;

/** `minted` is the secret that stands for a blank one; null where none is known any more. */
export function readSubmission(typed: Submission, purpose: Purpose, minted: string | null): ReadSubmission {
  const username = typed.username.trim();
  const secret = typed.secret.trim() === '' ? (minted ?? '') : typed.secret.trim();
  const trackingIdentifier = purpose === 'addigy' ? '' : typed.trackingIdentifier.trim();
  const errors: Array<{ field: SubmissionField; message: string }> = [];
  if (!emailShaped.test(username)) {
    errors.push({
      field: 'username',
      message: 'Enter the whole Username (Key) as Autotask shows it: it looks like an e-mail address.',
    });
  }
  if (secret === '') {
    errors.push({
      field: 'secret',
      message: 'Enter the Password (Secret): the one that was made here is not known any more.',
    });
  }
  if (purpose === 'device-sync' && trackingIdentifier === '') {
    errors.push({
      field: 'trackingIdentifier',
      message: 'Enter the API Tracking Identifier that Autotask shows for Custom (Internal Integration).',
    });
  }
  if (errors.length > 0) return { kind: 'invalid', errors };
  const schema = purpose === 'addigy' ? addigyUserSchema : apiUserSchema;
  const parsed = schema.safeParse({ username, secret, trackingIdentifier });
  if (parsed.success) return { kind: 'valid', value: parsed.data };
  return {
    kind: 'invalid',
    errors: parsed.error.issues.map((issue) => ({
      field: issue.path[0] as SubmissionField,
      message: `This ${issue.message}.`,
    })),
  };
}

/** A blank secret is the one that was minted, or that was entered for this very username. */
export function secretMeant(typed: Submission, pending: PendingCredentials | null): string | null {
  if (pending === null) return null;
  if (pending.kind === 'draft') return pending.value.secret;
  return pending.value.username === typed.username.trim() ? pending.value.secret : null;
}

export const isEqual = (one: ApiUserCredentials, other: ApiUserCredentials): boolean =>
  one.username === other.username &&
  one.secret === other.secret &&
  one.trackingIdentifier === other.trackingIdentifier;
