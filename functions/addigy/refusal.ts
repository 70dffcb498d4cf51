import type { HttpAnswer } from '#http/transport';
import { AddigyError } from './addigy-error.ts';
import { words } from './read-answer.ts';

/** Beyond 1,000 requests in 10 s every request of the key is refused for 24 hours. */
const lockMs = 24 * 60 * 60 * 1000;

export interface Refused {
  readonly apiKey: string;
  /** Epoch milliseconds. */
  readonly now: number;
  /** Whether the same was asked before, of this client, and went well. */
  readonly wentWellBefore: boolean;
  /** Whether this is the client's first answer, and the key worked in an earlier run. */
  readonly workedInEarlierRun: boolean;
  /** The permission that Addigy documents for what was asked; null where it names none. */
  readonly permission: string | null;
}

export function isRefusal(status: number): boolean {
  return status === 401 || status === 403 || status === 429;
}

/** What a 401, 403 or 429 means: the key does not open this, or Addigy has locked it. */
export function refusalOf(answer: HttpAnswer, asked: Refused): AddigyError {
  const said = words(answer, asked.apiKey);
  const { status } = answer;
  const until = asked.now + lockMs;
  if (status === 401) return new AddigyError('unauthorised', `Addigy answered 401${said}.`, { status });
  // A missing permission is a 403 from the start. The lock's own status is not documented: a 403
  // where the same went well before, or that speaks of a limit, is taken for the lock.
  if (status === 403 && !asked.wentWellBefore && !speaksOfALimit(said)) {
    const permission =
      asked.permission === null ? 'a permission' : `a permission, such as ${asked.permission}`;
    if (asked.workedInEarlierRun) {
      return new AddigyError(
        'blocked',
        `Addigy answered 403${said}. The key worked in an earlier run: either Addigy has locked it for 24 hours after too many requests, or it has lost ${permission}.`,
        { status, until },
      );
    }
    return new AddigyError('unauthorised', `Addigy answered 403${said}. The key lacks ${permission}.`, {
      status,
    });
  }
  return new AddigyError(
    'blocked',
    `Addigy answered ${status}${said}. It locks a key for 24 hours after too many requests.`,
    { status, until },
  );
}

function speaksOfALimit(text: string): boolean {
  return /rate.?limit|too many|throttl|locked/iu.test(text);
}
