import type { ApiUserRecord } from './api-user.ts';

/** One test at a time: not of a pass that is done, not beside another, and not again while a retry is waited for. */
export function mayTest({ attempt }: ApiUserRecord, version: string, now: number): boolean {
  if (attempt === null || attempt.stage === 'done') return false;
  if (attempt.stage !== 'verifying' || (attempt.testAt ?? 0) <= now) return true;
  // Other values may be tried at once; the same again would only bring a lock nearer, unless nobody was asked yet.
  return attempt.submittedVersion !== version || attempt.silences > 0;
}
