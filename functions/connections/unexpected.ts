/** What is told to a caller whose declaration was not written, because another's would have been lost. */
import { type ConnectionRecord, type Expected, versionOf } from './connection-record.ts';

export interface Unexpected {
  /** Whether the caller said nothing of what is there (`required`), or something else than is so (`failed`). */
  readonly code: 'precondition-required' | 'precondition-failed';
  /** What is there, since when and by whom. A sentence. */
  readonly says: string;
}

export function tellUnexpected(id: string, there: ConnectionRecord | null, expected: Expected): Unexpected {
  const code = expected === 'no other' ? 'precondition-required' : 'precondition-failed';
  if (there === null) return { code, says: `There is no connection ${id}; nothing was written.` };
  const { at, by } = there.declaration;
  const when = `${new Date(at).toISOString()}${by === null ? '' : ` by ${by}`}`;
  return {
    code,
    says: `The connection ${id} is there with other settings, declared at ${when} (version ${versionOf(there)}); nothing was written.`,
  };
}
