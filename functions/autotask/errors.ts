import type { FailureKind } from '#sync/ports';

/**
 * - `unauthorised`       the credentials were not accepted (401; an invalid integration code is a 500)
 * - `unknown-user`       no zone knows this username
 * - `untrusted-zone`     the zone's address is not Autotask's: no secret was sent there
 * - `validation`         understood and refused; Autotask answers validation errors with 500 and `errors`
 * - `forbidden`          403
 * - `not-found`          404: a wrong path, or no such record
 * - `method-not-allowed` 405
 * - `throttled`          too many threads, or 429, after every retry
 * - `allowance`          our share, or the database's hourly allowance, is used up
 * - `server`             a 5xx without `errors`, after every retry
 * - `maintenance`        a page instead of JSON, as in planned maintenance
 * - `no-answer`          time-out or network
 * - `unreadable`         JSON that is not what Autotask documents
 * - `stopped`            the signal fired
 */
export type AutotaskErrorKind =
  | 'unauthorised'
  | 'unknown-user'
  | 'untrusted-zone'
  | 'validation'
  | 'forbidden'
  | 'not-found'
  | 'method-not-allowed'
  | 'throttled'
  | 'allowance'
  | 'server'
  | 'maintenance'
  | 'no-answer'
  | 'unreadable'
  | 'stopped';

/** Reads may be made again; after a write without an answer, its caller must look first. */
export type Purpose = 'read' | 'write';

export interface AutotaskErrorDetails {
  readonly status?: number;
  /** Autotask's own words, without secrets. */
  readonly messages?: readonly string[];
  readonly purpose?: Purpose;
  readonly locked?: boolean;
}

/** Every rejection of this room, except defects. The message holds no secret. */
export class AutotaskError extends Error {
  override readonly name = 'AutotaskError';
  readonly kind: AutotaskErrorKind;
  readonly failure: FailureKind;
  readonly status: number | null;
  readonly messages: readonly string[];
  /** Autotask says in words that the API user is locked. What REST says of one is UNCONFIRMED, so false tells nothing. */
  readonly locked: boolean;

  constructor(kind: AutotaskErrorKind, message: string, details: AutotaskErrorDetails = {}) {
    super(message);
    this.kind = kind;
    this.failure = failureOf(kind, details.purpose ?? 'read');
    this.status = details.status ?? null;
    this.messages = details.messages ?? [];
    this.locked = details.locked ?? false;
  }
}

function failureOf(kind: AutotaskErrorKind, purpose: Purpose): FailureKind {
  switch (kind) {
    case 'unauthorised':
    case 'unknown-user':
      return 'unauthorised';
    case 'validation':
    case 'forbidden':
    case 'method-not-allowed':
      return 'refused';
    case 'throttled':
      return 'unavailable';
    case 'allowance':
      return 'exhausted';
    case 'server':
    case 'maintenance':
    case 'no-answer':
      return purpose === 'write' ? 'lost' : 'unavailable';
    case 'unreadable':
      return purpose === 'write' ? 'lost' : 'unreadable';
    case 'not-found':
      return purpose === 'write' ? 'refused' : 'unreadable';
    case 'untrusted-zone':
      return 'unreadable';
    case 'stopped':
      return 'stopped';
  }
}
