/**
 * The hand-off page without its HTML: what it shows, and what can be done on it. Whoever bears the link's
 * token may do exactly this, to one API user of one connection, until it expires.
 */

import type { Purpose } from '#connections/connection';
import type { PermissionReport } from '#permissions/permission-report';
import type { AttemptStage } from './api-user.ts';
import type { CredentialsDraft } from './api-user-vault.ts';

export interface HandOffView {
  readonly connectionName: string;
  readonly purpose: Purpose;
  readonly stage: AttemptStage;
  /** Of the user that is made: its display name is derived from it, see `userNames`. */
  readonly generation: number;
  readonly firstName: string;
  readonly lastName: string;
  /** The customer's Autotask UI, e.g. `https://ww14.autotask.net/`; '' until the zone is known. */
  readonly webUrl: string;
  readonly markField: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
  /** Whether the minted values were shown already: they are shown once. */
  readonly shown: boolean;
  /** Whether credentials were typed back and stored. Purpose `addigy`: then the paste into Addigy is next, and its check. */
  readonly submitted: boolean;
  /** The last test's report; null before one. */
  readonly report: PermissionReport | null;
  /** A sentence where there is something to say beside the report; ''. */
  readonly detail: string;
  /** When a refused login is tried again by itself (epoch milliseconds); null: it is not. */
  readonly retryAt: number | null;
  /** Purpose `addigy`: when Addigy was seen to reach Autotask; null: not yet. */
  readonly reachedAt: number | null;
  /** A rotation's last step: the user to deactivate, and when it was seen to be out of use. Null where none is replaced. */
  readonly replaced: {
    readonly firstName: string;
    readonly lastName: string;
    readonly retiredAt: number | null;
  } | null;
}

/** What a person types back. A blank secret means the one that was minted. */
export interface Submission {
  /** The whole username, as Autotask shows it. */
  readonly username: string;
  readonly secret: string;
  /** Purpose `device-sync` only; '' otherwise. */
  readonly trackingIdentifier: string;
}

export type SubmissionField = keyof Submission;

export type HandOffAnswer =
  | { readonly kind: 'view'; readonly view: HandOffView }
  /** Only from `show` and `mint`, and only in the answer to that very request. */
  | { readonly kind: 'shown'; readonly view: HandOffView; readonly minted: CredentialsDraft }
  /** What was typed cannot be right; nothing was stored or tried. `field` by name, with what to do. */
  | {
      readonly kind: 'invalid';
      readonly view: HandOffView;
      readonly errors: ReadonlyArray<{ readonly field: SubmissionField; readonly message: string }>;
    }
  /** No such link, a wrong token, or a link that a later one has replaced: not told apart. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'expired' };

/** `id` and `token` as the browser sent them, unchecked. Each rejects only on a defect, or a store that is down. */
export interface HandOffDesk {
  look(id: string, token: string): Promise<HandOffAnswer>;
  /** Shows the minted values, once. Where they were shown before: the view alone. */
  show(id: string, token: string): Promise<HandOffAnswer>;
  /** Mints new values in place of those that were shown and lost, and shows them. */
  mint(id: string, token: string): Promise<HandOffAnswer>;
  /** Takes what was typed, tests it, and promotes it where nothing is denied. */
  verify(id: string, token: string, submission: Submission, signal: AbortSignal): Promise<HandOffAnswer>;
  /** Tests what was submitted before, again: a box has been ticked since. */
  verifyAgain(id: string, token: string, signal: AbortSignal): Promise<HandOffAnswer>;
  /** Purpose `addigy`: asks Addigy whether the paste works. */
  check(id: string, token: string, signal: AbortSignal): Promise<HandOffAnswer>;
  /** A rotation's last step: tries the replaced user once; it should be refused. */
  retire(id: string, token: string, signal: AbortSignal): Promise<HandOffAnswer>;
}

/** The name that the person gives the user, so that it can be told from others later; it is no secret. */
export function userNames(
  connectionId: string,
  purpose: Purpose,
  generation: number,
): { readonly firstName: string; readonly lastName: string } {
  const job = purpose === 'device-sync' ? 'Device Sync' : 'Addigy';
  // Autotask's names hold 50 characters each.
  return { firstName: job, lastName: `${connectionId.slice(0, 40)} ${generation}` };
}
