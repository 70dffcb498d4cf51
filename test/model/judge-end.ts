/**
 * What must be so after two quiet runs: each device that is wanted has its one item in its company, or there is a
 * reason that a person can see in Autotask; and nothing is left that should have gone and that the limits allow to go.
 */
import { type Beginning, limitsOf } from './beginning.ts';
import { sameSerial } from './names.ts';
import type { Item, KnownDevice, Truth } from './truth.ts';

/** A sentence for each device whose item is not as it should be. */
export function judgeDevices(truth: Truth, beginning: Beginning): string[] {
  if (beginning.policy === 'observe') return [];
  const wrong: string[] = [];
  for (const device of truth.devices.values()) {
    if (truth.standing.get(device.agentId) !== 'wanted') continue;
    const fault = faultOf(device, truth, beginning);
    if (fault !== null) wrong.push(`${device.agentId} (${device.name}, ${device.serial}): ${fault}`);
  }
  return wrong;
}

/** Null where its item is as it should be, or stands still for a reason. */
function faultOf(device: KnownDevice, truth: Truth, beginning: Beginning): string | null {
  const { companyId, agentId } = device;
  if (companyId === null || !truth.isActiveCompany(companyId)) return null;
  const { items } = truth;
  const own = items.filter(({ mark }) => mark === agentId);
  const here = own.filter((item) => item.companyID === companyId);
  const active = here.filter(({ isActive }) => isActive);
  const twins = items.filter((item) => item.mark !== agentId && sameSerial(item.serial, device.serial));
  // Somebody has copied the mark, or written it into a second item: which of them it is only a person can tell.
  if (here.length > 1 && active.length !== 1) return null;
  if (active.length === 1)
    return beginning.policy === 'create' ? null : differs(active[0]!, device, beginning);
  if (here.length === 1) {
    // Merged away, and several could be what it was merged into.
    const kept = twins.filter((item) => item.companyID === companyId && item.isActive && item.mark === '');
    if (kept.length > 1 || beginning.policy === 'create') return null;
    return isLimited(beginning) ? null : `its item ${here[0]!.id} is inactive`;
  }
  const reason =
    (own.length > 0 && beginning.onCompanyMove === 'report') ||
    (beginning.policy !== 'sync' && own.some(({ isActive }) => isActive)) ||
    // The first rung clears no mark, and makes no second item that bears it.
    (beginning.policy === 'create' && own.length > 0) ||
    (beginning.policy === 'create' && twins.some((item) => item.companyID === companyId)) ||
    // The halves of a move wait for each other, and the deactivation is limited.
    (own.some(({ isActive }) => isActive) && isLimited(beginning)) ||
    inTheWay(twins, companyId, truth, own.length > 0) ||
    (isLimited(beginning) && twins.some((item) => item.companyID === companyId));
  return reason ? null : `it has no item in company ${companyId}`;
}

/** Whether items of the same serial number make it a person's decision which of them is the device's. */
function inTheWay(twins: readonly Item[], companyId: number, truth: Truth, isMoving: boolean): boolean {
  const isFree = ({ mark }: Item): boolean => mark === '';
  const isTakeable = ({ mark, companyID }: Item): boolean => {
    const standing = truth.standing.get(mark);
    return (
      !isFree({ mark } as Item) &&
      truth.ours.has(companyID) &&
      (standing === undefined || standing === 'superseded')
    );
  };
  const here = twins.filter((item) => item.companyID === companyId);
  if (here.length > 1 || here.some((item) => !isFree(item) && !isTakeable(item))) return true;
  const elsewhere = twins.filter((item) => item.companyID !== companyId && item.isActive);
  if (here.length > 0 || isMoving) return false;
  // Taken over by its serial number from an earlier enrolment in another company: that is a move.
  return elsewhere.length > 0;
}

function differs(item: Item, device: KnownDevice, beginning: Beginning): string | null {
  const title = item.referenceTitle === device.name;
  const serial = sameSerial(item.serial, device.serial);
  if ((title && serial) || isLimited(beginning)) return null;
  return `its item ${item.id} is called ${JSON.stringify(item.referenceTitle)} and has the serial number ${JSON.stringify(item.serial)}`;
}

/** Small estates meet the limits often: what they hold is a person's to release. Deactivations are counted below. */
const isLimited = ({ limits }: Beginning): boolean => limits !== 'generous';

/** A sentence for each item that should have gone by now. */
export function judgeLeftOver(truth: Truth, beginning: Beginning): string[] {
  // No devices at all are never taken as proof that all are gone.
  if (beginning.policy !== 'sync' || truth.devices.size === 0) return [];
  const going = truth.items.filter((item) => isPast(item, truth));
  const moving = truth.items.filter((item) => isMoving(item, truth, beginning));
  return going
    .filter((item) => !waitsForHeir(item, truth) && !mayBeHeld(item, [...going, ...moving], truth, beginning))
    .map(
      ({ id, mark, companyID }) =>
        `item ${id} of company ${companyID} is still active, and its device ${mark} is gone`,
    );
}

/**
 * Whether a limit may keep it: of its company, or of the connection over what no company's limit keeps. Which others count
 * beside it is the engine's to know: it may be any of those that are to go.
 */
function mayBeHeld({ companyID }: Item, all: readonly Item[], truth: Truth, beginning: Beginning): boolean {
  const owned = truth.items.filter(
    (item) => item.mark !== '' && item.isActive && truth.ours.has(item.companyID),
  );
  let most = 0;
  for (const company of new Set(all.map((item) => item.companyID))) {
    const there = (item: Item): boolean => item.companyID === company;
    const count = all.filter(there).length;
    const limit = limitOf(beginning, owned.filter(there).length);
    if (company === companyID && count > limit) return true;
    most += Math.min(count, limit);
  }
  return most > limitOf(beginning, owned.length);
}

function limitOf(beginning: Beginning, owned: number): number {
  const { percent, atLeast } = limitsOf(beginning).deactivations;
  return Math.max(atLeast, Math.floor((owned * percent) / 100));
}

function isPast(item: Item, truth: Truth): boolean {
  if (!item.isActive || item.mark === '' || !truth.ours.has(item.companyID)) return false;
  return [undefined, 'superseded', 'stale'].includes(truth.standing.get(item.mark));
}

/** Its device belongs to another company by now, and gets a new item there. */
function isMoving({ isActive, mark, companyID }: Item, truth: Truth, beginning: Beginning): boolean {
  const to = truth.standing.get(mark) === 'wanted' ? truth.devices.get(mark)!.companyId : companyID;
  const isPossible = to !== null && truth.isActiveCompany(to);
  return beginning.onCompanyMove === 'recreate' && isActive && to !== companyID && isPossible;
}

/** Where another enrolment of the same machine has no item of its own in its company, this one stays until a person has decided. */
function waitsForHeir(item: Item, truth: Truth): boolean {
  const standing = truth.standing.get(item.mark);
  if (standing === 'stale') return false;
  const lives: unknown[] = standing === undefined ? ['wanted'] : ['wanted', 'nowhere'];
  const serials = [item.serial, truth.devices.get(item.mark)?.serial ?? item.serial];
  return [...truth.devices.values()].some(
    ({ agentId, serial, companyId }) =>
      lives.includes(truth.standing.get(agentId)) &&
      serials.some((one) => sameSerial(serial, one)) &&
      !truth.items.some((other) => other.mark === agentId && other.isActive && other.companyID === companyId),
  );
}

/**
 * A sentence for each mark that two active items bear, unless a person has written it. What is left in a company that no
 * policy leads to any more is nobody's to look for.
 */
export function judgeMarks({ items, ours }: Truth, byHand: ReadonlySet<string>): string[] {
  const marks = new Set(items.map(({ mark }) => mark).filter((mark) => mark !== '' && !byHand.has(mark)));
  return [...marks].flatMap((mark) => {
    const bearers = items.filter((item) => item.isActive && item.mark === mark && ours.has(item.companyID));
    return bearers.length > 1
      ? [`the items ${bearers.map(({ id }) => id).join(' and ')} bear the mark ${mark}`]
      : [];
  });
}
