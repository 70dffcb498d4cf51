/**
 * How credentials come to be trusted: stored as a pending version, proved by one login, then made
 * current. Credentials that were not proved are never current, and the ones before them stay as they are.
 *
 * Each step names the version, so that an attempt that died half-way is simply made again.
 */

/** The versions of one secret. */
export interface Vault<Value> {
  /** Null until a version was promoted. */
  current(): Promise<{ readonly version: string; readonly value: Value } | null>;
  /** The same version with the same value again changes nothing. Replaces what was pending. */
  storePending(version: string, value: Value): Promise<void>;
  /** Makes it current. A version that is current already stays so. */
  promote(version: string): Promise<void>;
  /** Takes back a pending version; one that is not pending (any more) is left alone. */
  discard(version: string): Promise<void>;
}

/**
 * - `trusted`  the vendor let us in
 * - `refused`  the vendor said no: never tried again by itself, repeated bad logins lock an Autotask user
 * - `unproved` it could not be tried: the vendor is down, or answers what it does not document
 */
export type Verdict<Evidence> =
  | { readonly kind: 'trusted'; readonly evidence: Evidence }
  | { readonly kind: 'refused'; readonly detail: string }
  | { readonly kind: 'unproved'; readonly detail: string };

/** One attempt. What it rejects with is a defect: a vendor's answer is a verdict. */
export type Proof<Value, Evidence> = (value: Value, signal: AbortSignal) => Promise<Verdict<Evidence>>;

export interface TrustRequest<Value, Evidence> {
  readonly vault: Vault<Value>;
  readonly value: Value;
  /** Names this attempt's version: 32 to 64 characters, unguessable, never derived from the value. */
  readonly version: string;
  readonly prove: Proof<Value, Evidence>;
  readonly signal: AbortSignal;
}

export async function trustCredentials<Value, Evidence>(
  request: TrustRequest<Value, Evidence>,
): Promise<Verdict<Evidence>> {
  const { vault, value, version, prove, signal } = request;
  await vault.storePending(version, value);
  let verdict: Verdict<Evidence>;
  try {
    verdict = await prove(value, signal);
  } catch (defect) {
    await vault.discard(version);
    throw defect;
  }
  if (verdict.kind === 'trusted') await vault.promote(version);
  else await vault.discard(version);
  return verdict;
}
