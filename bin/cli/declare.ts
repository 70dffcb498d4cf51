/** Reads what is declared of a connection, and declares it anew: `PUT` replaces the whole. */
import type { ConnectionAnswer, DeclaredAnswer } from '../api/answers.ts';
import type { Api } from '../api/api.ts';
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
  const before = await found(api, id);
  const wish = change(before === null ? null : settingsOf(before));
  return { before, after: await api.call<DeclaredAnswer>('PUT', pathOf(id), wish) };
}

async function found(api: Api, id: string): Promise<ConnectionAnswer | null> {
  try {
    return await api.call<ConnectionAnswer>('GET', pathOf(id));
  } catch (error) {
    if (error instanceof ApiError && error.code === 'not-found') return null;
    throw error;
  }
}
