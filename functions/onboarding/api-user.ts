/**
 * An API user of a connection, from the first wish for one until its end. Autotask's API cannot create it
 * (`Resources` has no POST), so a person does, on the hand-off page, with what is minted here.
 *
 *                 create, set                submitted                       test
 *   (none) ─────────────────────▶ awaiting-administrator ──▶ verifying ──┬──▶ trusted ◀──┐
 *                                          ▲                             └──▶ refused    │ a later validation
 *                                          └────── fix it, press again ────────┘   ▲     │
 *                                                                                  └─────┘
 *   trusted ── rotation: a second user is made beside the first ──▶ rotating ──▶ trusted
 *   any ──▶ offboarded
 */
import type { Purpose } from '#connections/connection';
import type { PermissionReport } from '#permissions/permission-report';
import type { OnboardingEvent } from './events.ts';

export const apiUserStates = [
  'awaiting-administrator',
  'verifying',
  'trusted',
  'refused',
  'rotating',
  'offboarded',
] as const;
export type ApiUserState = (typeof apiUserStates)[number];

/** Where one pass of create → set → test → finish stands. */
export type AttemptStage = 'awaiting-administrator' | 'verifying' | 'refused' | 'done';

/** A link to the hand-off page. The token itself is derived when it is needed, and stored nowhere. */
export interface HandOffLink {
  /** SHA-256 of the token, as hex: the name of the hand-off in addresses and in the table. */
  readonly id: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
  /** When the minted values were shown. They are shown once; null: not yet. */
  readonly shownAt: number | null;
}

export interface Attempt {
  /** Names this pass: the minted draft's version in the vault, and what the link's token is derived from. */
  readonly version: string;
  /** 1 for the first API user of this purpose, 2 for the one that replaces it, … */
  readonly generation: number;
  readonly stage: AttemptStage;
  readonly handOff: HandOffLink;
  /** Of the pending credentials in the vault that are tested, or were; null until some were submitted. */
  readonly submittedVersion: string | null;
  /** When a login was first refused. A new user can take five minutes to work; null: never refused. */
  readonly firstRefusedAt: number | null;
  /** While it is verifying: when it is tested (again) by itself; null: not. */
  readonly testAt: number | null;
  /** Tests of these credentials, one after another, in which Autotask could not be asked. */
  readonly silences: number;
  readonly report: PermissionReport | null;
  /** What went wrong in a sentence, where no report could be made; '' otherwise. */
  readonly detail: string;
}

export interface ApiUserRecord {
  readonly connectionId: string;
  readonly purpose: Purpose;
  readonly state: ApiUserState;
  /** The last pass; it stays when it is done, so that its page can tell. */
  readonly attempt: Attempt | null;
  /** The version in the vault that is current and was proved; null: none. */
  readonly trustedVersion: string | null;
  /** Of the trusted user. */
  readonly generation: number;
  readonly trustedAt: number | null;
  /** Of the trusted user, by the last validation. */
  readonly report: PermissionReport | null;
  readonly validatedAt: number | null;
  /** When it is validated next by itself; null: never, because nothing is trusted, or its login was refused. */
  readonly validateAt: number | null;
  /** Requirements that the last validation of the trusted user found denied; empty: none. */
  readonly lost: readonly string[];
  /** When Addigy was last seen to reach Autotask. Purpose `addigy` only. */
  readonly reachedAt: number | null;
  /** The user that a rotation has replaced, until it was seen to be out of use. */
  readonly replaced: {
    readonly generation: number;
    /** What was current; null where it is not known. */
    readonly version: string | null;
    readonly retiredAt: number | null;
  } | null;
  /** The item that validations write to; null: none was made or found. Autotask deletes nothing, so there is never a second. */
  readonly canaryItemId: number | null;
  /** When a rotation is to be asked for; null: not before the user is trusted. */
  readonly rotateAt: number | null;
  /** When somebody must look at it again; null: never by itself. */
  readonly dueAt: number | null;
  /** Announced, as far as we know, by nobody yet. */
  readonly outbox: readonly OnboardingEvent[];
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Of the stored record; 0: not stored yet. */
  readonly revision: number;
}

export interface ApiUserStore {
  get(connectionId: string, purpose: Purpose): Promise<ApiUserRecord | null>;
  /** Both purposes at most, `device-sync` first. */
  list(connectionId: string): Promise<readonly ApiUserRecord[]>;
  /**
   * Writes it where what is stored has this `revision` still (0: nothing is stored), one higher. Null where
   * somebody else was quicker: read again. The hand-off's address is written before the record that names it.
   */
  save(record: ApiUserRecord): Promise<ApiUserRecord | null>;
  /** By the hand-off's id; null where there is none, or a later one has taken its place. */
  byHandOff(handOffId: string): Promise<ApiUserRecord | null>;
  /** Those that want to be looked at by `now`, page by page, the longest waiting first. */
  due(now: number): AsyncIterable<ReadonlyArray<Pick<ApiUserRecord, 'connectionId' | 'purpose' | 'dueAt'>>>;
}
