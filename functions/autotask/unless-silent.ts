import { AutotaskError } from './errors.ts';

/** A refusal, or an answer that is not understood or not there, tells nothing; anything else is a failure. */
export async function unlessSilent<Value, Otherwise>(
  read: () => Promise<Value>,
  otherwise: Otherwise,
): Promise<Value | Otherwise> {
  try {
    return await read();
  } catch (error) {
    const silent =
      error instanceof AutotaskError && (error.failure === 'refused' || error.failure === 'unreadable');
    if (silent) return otherwise;
    throw error;
  }
}
