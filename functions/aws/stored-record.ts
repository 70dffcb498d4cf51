/** A record of our own making that can no longer be read. Its content is not quoted: the parsers would. */
export class UnreadableRecordError extends Error {
  override readonly name = 'UnreadableRecordError';
  constructor(what: string) {
    super(`the stored ${what} cannot be read`);
  }
}

/** @param what the record in words, such as `run 20261124T010203004Z-k3f9x0 of acme` */
export function readStored<Value>(what: string, read: () => Value): Value {
  try {
    return read();
  } catch {
    throw new UnreadableRecordError(what);
  }
}
