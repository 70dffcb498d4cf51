/**
 * Each write that took effect in Autotask, held to what may be written at all. It knows the rules from the design,
 * and nothing of the code that plans: whatever made the engine send a write, it must be one of these.
 */
import type { JournalEntry } from '../simulators/journal.ts';
import type { Beginning } from './beginning.ts';
import { hour } from './kind.ts';
import { sameSerial } from './names.ts';
import type { Item, KnownDevice, Truth } from './truth.ts';
import { type Body, created, markIn, patched } from './written-body.ts';

export interface Judging {
  readonly beginning: Beginning;
  /** As it was when the workers began. No person does anything while they work. */
  readonly truth: Truth;
  readonly now: number;
  /** Since when an agent is not in Addigy any more, or superseded there. */
  readonly since: ReadonlyMap<string, number>;
  /** A page of Addigy was cut or came twice: who reads but a part may not see that a device has a later enrolment. */
  readonly isPart: boolean;
}

/** The fields that a sync by its defaults may fill. */
const overwritten = ['referenceTitle', 'serialNumber'];
const filledIfEmpty = ['referenceNumber', 'installDate', 'warrantyExpirationDate'];
const always = ['id', 'isActive', 'userDefinedFields'];
const ofCreate = ['companyID', 'productID'];

/** A sentence for each write that should not have been. */
export function judgeWrites(entries: readonly JournalEntry[], judging: Judging): string[] {
  const items = new Map(judging.truth.items.map((item) => [item.id, item] as const));
  const wrong: string[] = [];
  const judged = new Set<string>();
  // A body is parsed when it is asked for.
  for (const { method, body, answer, flags } of entries.filter(({ path }) =>
    /\/ConfigurationItems$/iu.test(path),
  )) {
    const done = flags.find((flag) => flag.startsWith('done '));
    const told: unknown = done === undefined ? answer : JSON.parse(done.slice('done '.length) || 'null');
    const itemId = (told as { itemId?: number } | null)?.itemId;
    if (itemId === undefined) continue;
    const sent = body as Body;
    const complain = (why: string): void =>
      void wrong.push(`${method} of item ${itemId} ${JSON.stringify(sent)}: ${why}`);
    if (judging.truth.isMasked) complain('nothing is written while marks are masked');
    if (method === 'POST') {
      judgeCreate(sent, items, judging, complain);
      items.set(itemId, created(itemId, sent));
    } else if (method === 'PATCH') {
      // One whose answer was lost may be made again, and Autotask may carry out both.
      const text = JSON.stringify(sent);
      if (!judged.has(text)) judgePatch(sent, items.get(itemId)!, items, judging, complain);
      judged.add(text);
      items.set(itemId, patched(items.get(itemId)!, sent, judging.beginning.quirks.nullIsIgnored));
    } else complain(`a sync has no use for ${method}`);
  }
  return wrong;
}

/** To whoever has read but a part of Addigy, the later enrolment of a machine may not be there. */
function seemsWanted(mark: string, { truth, isPart }: Judging): boolean {
  const standing = truth.standing.get(mark);
  return standing === 'wanted' || (isPart && standing === 'superseded');
}

type Items = ReadonlyMap<number, Item>;
type Complain = (why: string) => void;

function judgeCreate(sent: Body, items: Items, judging: Judging, complain: Complain): void {
  const { beginning, truth } = judging;
  if (beginning.policy === 'observe') complain('the connection observes');
  const mark = markIn(sent) ?? '';
  const device = truth.devices.get(mark);
  const standing = truth.standing.get(mark);
  if (device === undefined || !seemsWanted(mark, judging)) {
    complain(`its mark is of a device that wants no item (${standing ?? 'not in Addigy'})`);
    return;
  }
  if (device.companyId !== sent.companyID) complain(`the device belongs to company ${device.companyId}`);
  if (!truth.isActiveCompany(sent.companyID as number)) complain('the company is inactive');
  if (sent.isActive !== true) complain('a new item is active');
  const isMoving = [...items.values()].some((other) => other.mark === mark);
  for (const other of items.values()) {
    const isHere = other.companyID === sent.companyID;
    if (other.mark === mark && isHere) complain(`item ${other.id} there bears its mark already`);
    if (other.mark === mark && other.isActive && !isHere && beginning.onCompanyMove === 'report')
      complain(`item ${other.id} in another company bears its mark, and moves are reported`);
    if (
      other.mark === '' &&
      sameSerial(other.serial, device.serial) &&
      (isHere || (other.isActive && !isMoving))
    )
      complain(`item ${other.id} has its serial number and no mark`);
  }
  for (const field of Object.keys(sent))
    if (![...overwritten, ...filledIfEmpty, ...always, ...ofCreate].includes(field))
      complain(`${field} is none of ours`);
}

function judgePatch(sent: Body, before: Item, items: Items, judging: Judging, complain: Complain): void {
  const { beginning, truth } = judging;
  const allowed = beginning.policy === 'sync' || beginning.policy === 'upsert';
  if (!allowed) complain(`the policy is ${beginning.policy}`);
  const mark = markIn(sent);
  const after = mark ?? before.mark;
  const device = truth.devices.get(after);
  const isDevices =
    device !== undefined && seemsWanted(after, judging) && device.companyId === before.companyID;
  if (before.mark === '' && mark === undefined) complain('it bears no mark, and gets none');
  if (!truth.devices.has(before.mark) && before.mark !== '' && !truth.ours.has(before.companyID))
    complain(`it bears the strange mark ${before.mark}, in a company that is none of ours`);

  if (sent.isActive === false) judgeDeactivation(before, items, judging, complain);
  if (sent.isActive === true && !(isDevices && truth.isActiveCompany(before.companyID)))
    complain('no device wants it back');
  if (mark !== undefined) judgeMark(mark, before, items, judging, complain);

  for (const [field, value] of Object.entries(sent)) {
    if (always.includes(field)) continue;
    if (!isDevices) complain(`${field} is written without a device that wants it`);
    else if (field === 'referenceTitle' && value !== device.name)
      complain(`the device is called ${device.name}`);
    else if (field === 'serialNumber' && sameSerial(before.serial, String(value)))
      complain('that is its serial number');
    else if (filledIfEmpty.includes(field) && !isBlankOr(value, before[field as 'referenceNumber']))
      complain(`a person's ${field} is overwritten`);
    else if (![...overwritten, ...filledIfEmpty].includes(field)) complain(`${field} is none of ours`);
  }
}

/** A write whose answer was lost may be made again: then its value is there already. */
const isBlankOr = (value: unknown, before: string | undefined): boolean =>
  ['', String(value).slice(0, 10)].includes(String(before ?? '').slice(0, 10));

function judgeDeactivation(before: Item, items: Items, judging: Judging, complain: Complain): void {
  const { beginning, truth, now, since } = judging;
  if (beginning.policy !== 'sync') complain(`the policy ${beginning.policy} deactivates nothing`);
  if (truth.devices.size === 0) complain('Addigy has no devices at all');
  if (beginning.onCompanyMove === 'recreate' && hasMoved(before, items, truth)) return;
  const standing = truth.standing.get(before.mark);
  if (standing === 'stale') return;
  if (standing === 'wanted' || standing === 'nowhere') complain(`its device ${before.mark} lives`);
  if (before.mark === '') complain('nothing says whose it is');
  const from = since.get(before.mark) ?? now;
  if (now - from < beginning.graceHours * hour)
    complain(`its device has been missing since ${new Date(from).toISOString()} alone`);
}

/** Whether a device, by its mark or as the next enrolment of the machine, has its item in another company by now. */
function hasMoved(before: Item, items: Items, { devices, standing }: Truth): boolean {
  const owner = standing.get(before.mark);
  const isPast = before.mark !== '' && (owner === undefined || owner === 'superseded');
  return [...devices.values()].some(({ agentId, serial, companyId }) => {
    const isIts = agentId === before.mark || (isPast && sameSerial(serial, before.serial));
    if (!isIts || standing.get(agentId) !== 'wanted' || companyId === before.companyID) return false;
    return [...items.values()].some(
      (other) => other.mark === agentId && other.companyID === companyId && other.isActive,
    );
  });
}

function judgeMark(mark: string, before: Item, items: Items, judging: Judging, complain: Complain): void {
  const { truth } = judging;
  if (mark === '') {
    const elsewhere = [...items.values()].some(
      (other) => other.id !== before.id && other.mark === before.mark,
    );
    if (!elsewhere && !hasMoved(before, items, truth))
      complain(`no other item bears the mark ${before.mark} that is cleared here`);
    return;
  }
  const device: KnownDevice | undefined = truth.devices.get(mark);
  if (device === undefined || !seemsWanted(mark, judging)) {
    complain('its new mark is of no device that wants it');
    return;
  }
  if (device.companyId !== before.companyID)
    complain(`its new device belongs to company ${device.companyId}`);
  if (!sameSerial(before.serial, device.serial))
    complain(`its new device has the serial number ${device.serial}`);
  const owner = truth.standing.get(before.mark);
  if (before.mark !== mark && owner !== undefined && owner !== 'superseded')
    complain(`it is taken from the device ${before.mark}`);
  for (const other of items.values())
    if (
      other.id !== before.id &&
      other.mark === mark &&
      other.companyID === before.companyID &&
      other.isActive
    )
      complain(`the active item ${other.id} there bears that mark already`);
}
