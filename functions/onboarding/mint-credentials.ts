import type { CredentialsDraft } from './api-user-vault.ts';

/** A whole number from 0 to below `below`, evenly spread and unguessable. */
export type RandomBelow = (below: number) => number;

/** Without letters that are mistaken for one another (0 O, 1 l I): a person may read them from one screen and type them on another. */
const lower = 'abcdefghijkmnpqrstuvwxyz';
const upper = 'ABCDEFGHJKLMNPQRSTUVWXYZ';
const digits = '23456789';

/** As long as what Autotask's *Generate Key* puts before the @. */
const localPartLength = 15;
/** In sum as long as what Autotask's *Generate Secret* makes: 25 characters with the hyphens between. */
const groups = [4, 4, 4, 4, 5] as const;

/**
 * What stands before the @ of the username, and a secret of 21 random characters (about 121 bits).
 * Letters, digits and hyphens alone: special characters are reported to cause trouble in some clients, and
 * all of these can stand in an HTTP header. Each kind of letter is there, whatever a tenant's rules ask.
 */
export function mintCredentials(random: RandomBelow): CredentialsDraft {
  const localPart = pick(lower, random) + picks(lower + digits, localPartLength - 1, random);
  for (;;) {
    const secret = groups.map((length) => picks(lower + upper + digits, length, random)).join('-');
    if (/[a-z]/u.test(secret) && /[A-Z]/u.test(secret) && /\d/u.test(secret)) return { localPart, secret };
  }
}

const pick = (from: string, random: RandomBelow): string => from.charAt(random(from.length));

const picks = (from: string, count: number, random: RandomBelow): string =>
  Array.from({ length: count }, () => pick(from, random)).join('');
