/** The credentials of an API user, as versions of one secret: minted, submitted, current, previous. */
import type { ApiUserCredentials } from '#connections/connection';
import type { Vault } from './trust-credentials.ts';

/**
 * What is minted before the user exists. The domain of the username is Autotask's to choose (*Generate Key* fills
 * it in), so only what stands before the @ is ours.
 */
export interface CredentialsDraft {
  readonly localPart: string;
  readonly secret: string;
}

export type PendingCredentials =
  | { readonly kind: 'draft'; readonly version: string; readonly value: CredentialsDraft }
  | { readonly kind: 'submitted'; readonly version: string; readonly value: ApiUserCredentials };

export interface ApiUserVault extends Vault<ApiUserCredentials> {
  /** As `storePending`, for values that nobody can log in with yet. */
  storeDraft(version: string, draft: CredentialsDraft): Promise<void>;
  /** The name of what is pending; its value is not read. */
  pendingVersion(): Promise<string | null>;
  pending(): Promise<PendingCredentials | null>;
  /** What was current before what is current now; null where there was nothing, or it is forgotten. */
  previous(): Promise<{ readonly version: string; readonly value: ApiUserCredentials } | null>;
}
