import { InvalidArgumentError } from 'commander';
import type { Purpose } from '#connections/connection';

/** Complete by type. Not taken from the schema: with it comes a library that the command line starts without. */
const known: Readonly<Record<Purpose, true>> = { 'device-sync': true, addigy: true };
export const purposes: readonly string[] = Object.keys(known);

/** `device-sync,addigy`. */
export function purposeList(text: string): readonly Purpose[] {
  return text.split(',').map((word) => {
    const name = word.trim();
    if (!isPurpose(name))
      throw new InvalidArgumentError(`It takes ${purposes.join(' or ')}, or both with a comma.`);
    return name;
  });
}

const isPurpose = (word: string): word is Purpose => Object.hasOwn(known, word);
