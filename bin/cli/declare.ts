/** Reads what is declared of a connection, and declares it anew: `PUT` replaces the whole. */
import type { ConnectionAnswer, DeclaredAnswer } from '../api/answers.ts';
import type { Api, Exchange } from '../api/api.ts';
import { ApiError } from '../api/api-error.ts';
import { pathOf } from './call.ts';
import { type Settings, settingsOf } from './settings.ts';

export interface Declared {
  /** Null where it is new. */
  readonly before: ConnectionAnswer | null;
  readonly after: DeclaredAnswer;
}

/** `change` gets the settings as they are, null where there is no such connection. */
export async function declare(
  api: Api,
  id: string,
  change: (settings: Settings | null) => Settings,
): Promise<Declared> {
  const found = await find(api, id);
  const wish = change(found === null ? null : settingsOf(found.body));
  // Whoever declares it in between is not overwritten unseen.
  const seen: Record<string, string> =
    found === null ? { 'if-none-match': '*' } : { 'if-match': found.headers.get('etag') ?? '*' };
  const { body } = await api.exchange<DeclaredAnswer>('PUT', pathOf(id), wish, seen);
  return { before: found?.body ?? null, after: body };
}

async function find(api: Api, id: string): Promise<Exchange<ConnectionAnswer> | null> {
  try {
    return await api.exchange<ConnectionAnswer>('GET', pathOf(id));
  } catch (error) {
    if (error instanceof ApiError && error.code === 'not-found') return null;
    throw error;
  }
}
