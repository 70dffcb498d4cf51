/** A word of the command line, or a variable, that cannot be used. The message says which, and why. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/**
 * @param read `parseArgs` of node:util, with what it knows
 * @throws UsageError in its words where the command line has something else
 */
export function readWords<Values>(read: () => { readonly values: Values }): Values {
  try {
    return read().values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** @throws UsageError where it is none, or out of its bounds */
export function wholeNumber(name: string, text: string, least: number, most: number): number {
  const value = /^\d+$/u.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new UsageError(`${name} takes a whole number from ${least} to ${most}, not ${JSON.stringify(text)}.`);
}
