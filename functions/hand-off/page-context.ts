import type { SubmissionField } from '#onboarding/hand-off';

/** What the page needs besides the desk's answer. */
export interface PageContext {
  readonly nonce: string;
  /** The hand-off's name in addresses. */
  readonly handOffId: string;
  /** Whether a button was pressed: then the focus goes to the outcome. */
  readonly pressed: boolean;
  /** What was typed, to stand in its field again; never the secret. Null: nothing was. */
  readonly typed: Readonly<Record<Exclude<SubmissionField, 'secret'>, string>> | null;
}

/** What a button can ask for: the last part of the address that its form is sent to. */
export const handOffActions = ['show', 'mint', 'verify', 'verify-again', 'check', 'retire'] as const;
export type HandOffAction = (typeof handOffActions)[number];

export const pagePath = (handOffId: string): string => `/hand-offs/${handOffId}`;
