/**
 * Where the facts are silent or sources disagree, a quirk chooses which answer Autotask gives. Each default is
 * the answer that is best attested, or where none is attested, the one that forgives a client least.
 */
export interface AutotaskQuirks {
  /** Wrong secrets in a row that lock a user: a system setting of the tenant. */
  lockAfter: number;
  /** A tracking identifier that is not the user's. */
  wrongTrackingIdentifier: '401-empty' | '500-message';
  /** A username that does not exist, on a call that needs one. */
  unknownUser: '401-empty' | '500-empty';
  /** A locked user who gives the right secret. The words are SOAP's. */
  lockedUser: '401-empty' | '401-message' | '500-message';
  /** A write without the right on the entity. */
  refusedWrite: '500-errors' | '403';
  /** How `userAccessFor…` is written. */
  accessLevels: 'words' | 'numbers';
  /** What it says where the user may. */
  allowedAccess: 'All' | 'Restricted';
  /** `GET /{id}` of a record that is not there. */
  missingRecord: '404' | 'null-item';
  /** `GET` on the nextPageUrl of a POSTed query. */
  getNextPage: 'empty' | '405';
  /** How IncludeFields asks for user-defined fields: the word `userDefinedFields`, each name, or not at all. */
  includeUdfs: 'by-word' | 'by-name' | 'never';
  /** A name in IncludeFields that is no field. */
  unknownIncludeField: 'error' | 'ignored';
  /** Whether text comparisons tell A from a. */
  caseSensitive: boolean;
  /** Whether text comparisons see spaces at the end (SQL Server does not). */
  trailingSpaces: 'seen' | 'ignored';
  /** Whether `noteq` and `notIn` match a record without a value. */
  unequalMatchesEmpty: boolean;
  /** "One UDF per query": one field, or one condition. */
  udfPerQuery: 'one-field' | 'one-condition';
  /** A filter on a user-defined field whose values the user may not see. */
  hiddenUdfFilter: 'evaluated' | 'empty' | 'error';
  /** What a user with none of the four boxes sees. */
  withoutAnyBox: 'omitted' | 'masked';
  /** A page on which no record has a value, for a user who sees masks. */
  emptyMaskedPage: 'masked' | 'omitted';
  /** A PATCH of null answers 200 and stores nothing (known of contractID, which never stores it). */
  nullIsIgnored: boolean;
  /** Whether a reference that is inactive by now, and is not in the PATCH, refuses the PATCH. */
  unchangedInactiveReferenceBlocks: boolean;
  createIntoInactiveCompany: 'refused' | 'allowed';
  /** Status of the thread limit's refusal. */
  threadStatus: number;
  /** What an exhausted hourly allowance answers. */
  exhausted: '429-text' | '500-errors';
  /** Slow answers from half of the allowance on: 0.5 s, and 1 s from three quarters. */
  usageLatency: boolean;
}

export const defaultQuirks: AutotaskQuirks = {
  lockAfter: 10,
  wrongTrackingIdentifier: '401-empty',
  unknownUser: '401-empty',
  lockedUser: '401-empty',
  refusedWrite: '500-errors',
  accessLevels: 'words',
  allowedAccess: 'All',
  missingRecord: '404',
  getNextPage: 'empty',
  includeUdfs: 'by-word',
  unknownIncludeField: 'error',
  caseSensitive: false,
  trailingSpaces: 'seen',
  unequalMatchesEmpty: false,
  udfPerQuery: 'one-field',
  hiddenUdfFilter: 'evaluated',
  withoutAnyBox: 'omitted',
  emptyMaskedPage: 'masked',
  nullIsIgnored: false,
  unchangedInactiveReferenceBlocks: false,
  createIntoInactiveCompany: 'refused',
  threadStatus: 429,
  exhausted: '429-text',
  usageLatency: false,
};

const choices: { [Key in keyof AutotaskQuirks]?: readonly AutotaskQuirks[Key][] } = {
  wrongTrackingIdentifier: ['401-empty', '500-message'],
  unknownUser: ['401-empty', '500-empty'],
  lockedUser: ['401-empty', '401-message', '500-message'],
  refusedWrite: ['500-errors', '403'],
  accessLevels: ['words', 'numbers'],
  allowedAccess: ['All', 'Restricted'],
  missingRecord: ['404', 'null-item'],
  getNextPage: ['empty', '405'],
  includeUdfs: ['by-word', 'by-name', 'never'],
  unknownIncludeField: ['error', 'ignored'],
  trailingSpaces: ['seen', 'ignored'],
  udfPerQuery: ['one-field', 'one-condition'],
  hiddenUdfFilter: ['evaluated', 'empty', 'error'],
  withoutAnyBox: ['omitted', 'masked'],
  emptyMaskedPage: ['masked', 'omitted'],
  createIntoInactiveCompany: ['refused', 'allowed'],
  exhausted: ['429-text', '500-errors'],
};

/** Throws a sentence on a name or a value that chooses nothing. */
export function setQuirks(quirks: AutotaskQuirks, chosen: Partial<AutotaskQuirks>): void {
  for (const [name, value] of Object.entries(chosen)) {
    if (!(name in defaultQuirks)) throw new Error(`there is no quirk ${name}`);
    const key = name as keyof AutotaskQuirks;
    const allowed = choices[key] as readonly unknown[] | undefined;
    if (typeof value !== typeof defaultQuirks[key] || (allowed && !allowed.includes(value)))
      throw new Error(`the quirk ${name} cannot be ${JSON.stringify(value)}`);
  }
  Object.assign(quirks, chosen);
}
