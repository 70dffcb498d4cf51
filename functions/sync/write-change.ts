/**
 * One change, written. A write is never repeated blindly: where its answer was lost, the items tell
 * whether it took place. Autotask has no idempotency key, so looking is the only way to know.
 *
 * | the write was      | create                                      | patch                                    |
 * |--------------------|---------------------------------------------|------------------------------------------|
 * | answered           | applied                                     | applied; a cleared mark is read back     |
 * | refused            | failed                                      | failed                                   |
 * | lost or unreadable | our mark is there: applied                  | the item is as it should be: applied     |
 * |                    | someone else's item with the serial: failed | no such item: failed                     |
 * |                    | neither: `lost`, looked for again at the    | else once more, at once: it is repeatable |
 * |                    | end, and made again if it cannot come late  |                                          |
 * | anything else      | halted                                      | halted                                   |
 */
import type { Change, CreateChange, ItemChange } from './change.ts';
import { type ConfigurationItem, type ItemPatch, masked } from './configuration-item.ts';
import { serialKey } from './device.ts';
import { portErrorOf, sentence } from './halt.ts';
import type { ItemDirectory, PortError } from './ports.ts';
import { bears, isMarkField } from './written-mark.ts';

export type Written =
  | { readonly kind: 'applied'; readonly itemId: number }
  /** Over, for this run. `refused`: Autotask's words. `unanswered`: twice. Null: what is there forbids it. */
  | {
      readonly kind: 'failed';
      readonly why: 'refused' | 'unanswered' | null;
      readonly words: string;
      /** Where it made an item all the same. */
      readonly itemId?: number;
    }
  /** No answer, and nothing to be found yet: the vendor may be at it still. */
  | { readonly kind: 'lost'; readonly words: string }
  /** Now is not the time to go on. `wasSent`: whether it took place is not known. */
  | { readonly kind: 'halted'; readonly failure: PortError; readonly wasSent: boolean };

export interface WriteWorld {
  readonly directory: ItemDirectory;
  readonly markField: string;
  /** Ends the looking, and the writes that are not sent yet; one under way is waited for, so that we know what it did. */
  readonly signal: AbortSignal;
}

/**
 * How long Autotask can be at a request whose client has gone: its ceiling of execution is 5 minutes (of the client
 * of n8n). A create that was sent can take place as late, so until then it is looked for, and not made again.
 */
export const longestExecutionMs = 5 * 60_000;

/** `look` and `again`: a first try ended as `lost`, less than that time ago or longer. */
export type Try = 'first' | 'look' | 'again';

/** Rejects only with what no adapter throws: a defect. */
export function writeChange(change: Change, nth: Try, world: WriteWorld): Promise<Written> {
  return change.kind === 'create' ? create(change, nth, world) : patch(change, world);
}

const failed = (why: 'refused' | 'unanswered' | null, words: string): Written => ({
  kind: 'failed',
  why,
  words,
});

async function create(change: CreateChange, nth: Try, world: WriteWorld): Promise<Written> {
  if (nth !== 'first') {
    const found = await lookForCreated(change, world);
    if (found !== null) return found;
    if (nth === 'look') {
      return failed(
        'unanswered',
        'No answer came, and there is no such item yet; but Autotask can be at a request for 5 minutes, so it was not made again. The next run looks.',
      );
    }
  }
  let words: string;
  try {
    return { kind: 'applied', itemId: await world.directory.create(change.draft, world.signal) };
  } catch (error) {
    const failure = portErrorOf(error);
    if (!isUnanswered(failure)) return notWritten(failure);
    words = failure.message;
  }
  const found = await lookForCreated(change, world);
  if (found !== null) return found;
  return nth === 'again'
    ? failed(
        'unanswered',
        `Twice no answer came (${words}), and there is no such item. The next run tries again.`,
      )
    : { kind: 'lost', words };
}

async function lookForCreated(change: CreateChange, world: WriteWorld): Promise<Written | null> {
  const { directory, markField, signal } = world;
  try {
    const probe = { serials: [change.serial], agentIds: [change.agentId], markField };
    const found = await directory.find(probe, signal);
    const here = found.filter((item) => item.companyId === change.companyId);
    const own = here.find((item) => bears(item, change.agentId));
    if (own !== undefined) return { kind: 'applied', itemId: own.id };
    // A create writes the mark together with the serial: an item without it is not the one we sent.
    const serial = serialKey(change.serial);
    const other = here.find((item) => serial !== '' && serialKey(item.fields.serial) === serial);
    if (other === undefined) return null;
    return failed(
      null,
      `No answer came, and item ${other.id} of this company now has serial ${change.serial} without this device's mark. The next run looks at it.`,
    );
  } catch (error) {
    return { kind: 'halted', failure: portErrorOf(error), wasSent: true };
  }
}

async function patch(change: ItemChange, world: WriteWorld): Promise<Written> {
  const { directory, markField, signal } = world;
  const { itemId } = change;
  for (let attempt = 1; ; attempt++) {
    try {
      await directory.update(itemId, change.patch, signal);
      break;
    } catch (error) {
      const failure = portErrorOf(error);
      if (!isUnanswered(failure)) return notWritten(failure);
      const item = await lookAt(itemId, world);
      if ('kind' in item) return item;
      if (holds(item, change.patch, markField)) break;
      if (attempt === 2) {
        return failed(
          'unanswered',
          `Twice no answer came (${failure.message}), and the item is not changed. The next run tries again.`,
        );
      }
    }
  }
  const cleared = Object.entries(change.patch.udfs ?? {}).find(
    ([name, value]) => value === null && isMarkField(name, markField),
  );
  return cleared === undefined ? { kind: 'applied', itemId } : clear(cleared[0], change, world);
}

/** Autotask answers a PATCH to null with 200 and does not always store it (seen with contractID): read back, then ''. */
async function clear(field: string, change: ItemChange, world: WriteWorld): Promise<Written> {
  const { directory, signal } = world;
  const { itemId } = change;
  for (let isLast = false; ; isLast = true) {
    const item = await lookAt(itemId, world);
    if ('kind' in item) return item;
    // `unseen` is how an item without any value looks: Autotask leaves the array out.
    if (item.mark.kind === 'empty' || item.mark.kind === 'unseen') return { kind: 'applied', itemId };
    if (item.mark.kind === 'masked')
      return failed(null, `The mark of item ${itemId} cannot be read back: it is hidden.`);
    if (isLast) {
      return failed(
        null,
        `Autotask took the change but kept ${JSON.stringify(field)} on item ${itemId}. Empty that field there by hand.`,
      );
    }
    try {
      await directory.update(itemId, { udfs: { [field]: '' } }, signal);
    } catch (error) {
      const failure = portErrorOf(error);
      if (isUnanswered(failure)) continue;
      if (failure.failure !== 'refused') return { kind: 'halted', failure, wasSent: false };
      return failed(
        null,
        `Autotask kept ${JSON.stringify(field)} on item ${itemId} and refused to empty it: ${sentence(failure.message)} Empty that field there by hand.`,
      );
    }
  }
}

async function lookAt(itemId: number, world: WriteWorld): Promise<ConfigurationItem | Written> {
  try {
    const item = await world.directory.item(itemId, world.markField, world.signal);
    return (
      item ?? failed(null, `Item ${itemId} is not in Autotask any more, or not to be seen by this API user.`)
    );
  } catch (error) {
    return { kind: 'halted', failure: portErrorOf(error), wasSent: true };
  }
}

/** An answer that is not what the vendor documents says as little of the write as none. */
const isUnanswered = ({ failure }: PortError): boolean => failure === 'lost' || failure === 'unreadable';

const notWritten = (failure: PortError): Written =>
  failure.failure === 'refused'
    ? failed('refused', failure.message)
    : { kind: 'halted', failure, wasSent: false };

/** Whether the item is as the patch would make it; spacing apart, which Autotask may change in rich text. */
function holds(item: ConfigurationItem, wanted: ItemPatch, markField: string): boolean {
  if (wanted.active !== undefined && wanted.active !== item.active) return false;
  const fields: Readonly<Record<string, string>> = item.fields;
  for (const [name, value] of Object.entries(wanted.fields ?? {})) {
    if (plain(fields[name]!) !== plain(value)) return false;
  }
  return Object.entries(wanted.udfs ?? {}).every(([name, value]) => {
    if (isMarkField(name, markField)) return value ? bears(item, value) : item.mark.kind === 'empty';
    const there = item.udfs?.get(name);
    return there !== undefined && there !== masked && plain(there ?? '') === plain(value ?? '');
  });
}

const plain = (text: string): string => text.replace(/\s+/gu, ' ').trim();
