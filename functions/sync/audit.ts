/**
 * What Addigy's own sync has made of the devices, read back from Autotask. A device in scope is in exactly one place:
 *
 *   items with its serial number                         | the line
 *   -----------------------------------------------------+------------------------
 *   two or more active, in any company                   | ! native-duplicated
 *   one active, in its company, with its name as title   | none: `fine`
 *   one active, in its company, with another title       | ! native-stale
 *   one active, in another company                       | ! native-wrong-company
 *   inactive ones alone, one of them in its company      | ! native-stale
 *   inactive ones alone, in other companies              | ! native-wrong-company
 *   none                                                 | ! native-missing
 *
 * No mark is looked at: Addigy's items bear none of ours. What Addigy writes beyond a name, and whether that name is
 * the title, is UNCONFIRMED: no other field is compared. Its links alone count, since it knows neither the settings'
 * `companies` nor their default.
 */
import type { Held, HeldReason } from './change.ts';
import { cleanText } from './clean-text.ts';
import { isPolicyKnown } from './company.ts';
import type { ConfigurationItem } from './configuration-item.ts';
import { type Device, serialKey } from './device.ts';
import { heldDevice } from './held-line.ts';
import type { PlanInput } from './plan-input.ts';
import { compareHeld } from './plan-order.ts';
import { callRoster, heldOutOfScope, type Roster } from './roster.ts';
import type { SyncSettings } from './settings.ts';

export type AuditInput = Pick<PlanInput, 'devices' | 'policies' | 'items' | 'companies' | 'settings' | 'now'>;

export interface Audit {
  /** Sorted. The devices that are out of scope are among them, each with its usual reason. */
  readonly held: readonly Held[];
  /** Devices whose item is as it should be. */
  readonly fine: number;
}

interface Finding {
  readonly reason: Extract<HeldReason, `native-${string}`>;
  readonly item: ConfigurationItem | null;
  readonly detail: string;
}

/** Shorter titles are never taken for a long name that was cut: what Autotask's limit is here is not documented. */
const shortestCut = 50;

/** The connection's settings as far as Addigy's own sync follows them: it knows the links of its policies, and no more. */
export const nativeSettings = (settings: SyncSettings): SyncSettings => ({
  ...settings,
  companies: {},
  defaultCompanyId: null,
});

export function auditNative(whole: AuditInput): Audit {
  const input = { ...whole, settings: nativeSettings(whole.settings) };
  const roster = callRoster(input);
  const bySerial = itemsBySerial(input, roster);
  const linked = new Set<string | null>(
    input.policies.filter(({ companyId }) => companyId).map(({ id }) => id),
  );
  const held: Held[] = [];
  let fine = 0;
  for (let at = 0; at < input.devices.length; at += 1) {
    const device = input.devices[at]!;
    const company = roster.company[at]!;
    const standing = roster.standing[at]!;
    if (standing === 'unmapped' && isPolicyKnown(device, roster.policies)) {
      held.push(heldDevice(device, company, null, standing, unlinkedDetail(device)));
      continue;
    }
    if (standing !== 'in-scope') {
      held.push(heldOutOfScope(input, roster, at, standing));
      continue;
    }
    const items = bySerial.get(serialKey(device.serial))!;
    const found = look(device, company, items, roster, linked);
    if (found === null) fine += 1;
    else held.push(heldDevice(device, company, found.item, found.reason, found.detail));
  }
  return { held: held.sort(compareHeld), fine };
}

/**
 * Serial numbers, sorted, of the devices in scope without an active item in their company. Before an audit, items of
 * any company that bear one of these must be among its input; a second item elsewhere of the others is not worth the calls.
 */
export function serialsToFind(whole: AuditInput): string[] {
  const input = { ...whole, settings: nativeSettings(whole.settings) };
  const roster = callRoster(input);
  const bySerial = itemsBySerial(input, roster);
  const isMissing = ({ serial }: Device, at: number): boolean =>
    roster.standing[at] === 'in-scope' &&
    !bySerial
      .get(serialKey(serial))!
      .some(({ active, companyId }) => active && companyId === roster.company[at]);
  return input.devices
    .filter(isMissing)
    .map(({ serial }) => serial)
    .sort();
}

/** Of the devices in scope, lowest id first. */
function itemsBySerial(
  { devices, items }: AuditInput,
  roster: Roster,
): ReadonlyMap<string, readonly ConfigurationItem[]> {
  const found = new Map<string, ConfigurationItem[]>();
  for (const [at, { serial }] of devices.entries()) {
    // Stryker disable next-line ConditionalExpression: nobody asks for the items of the others; it spares their lists
    if (roster.standing[at] === 'in-scope') found.set(serialKey(serial), []);
  }
  for (const item of items) found.get(serialKey(item.fields.serial))?.push(item);
  for (const list of found.values()) list.sort((left, right) => left.id - right.id);
  return found;
}

/** Null where everything is as it should be. */
function look(
  device: Device,
  company: number,
  items: readonly ConfigurationItem[],
  { companies }: Roster,
  linked: ReadonlySet<string | null>,
): Finding | null {
  const companyName = (id: number): string => {
    const name = companies.get(id)?.name;
    return name === undefined ? `company ${id}` : `${name} (${id})`;
  };
  const place = ({ id, companyId, active }: ConfigurationItem): string =>
    `${id} in ${companyName(companyId)}${active ? '' : ' (inactive)'}`;
  const active = items.filter((item) => item.active);
  const [first] = active;

  if (active.length > 1) {
    const detail = `${active.length} active configuration items have its serial number: ${active.slice(0, 5).map(place).join(', ')}${active.length > 5 ? ', …' : ''}. Merge them in Autotask, or deactivate all but one.`;
    return { reason: 'native-duplicated', item: active.find(isIn(company)) ?? active[0]!, detail };
  }
  const item = first ?? items.find(isIn(company)) ?? items[0];
  if (item === undefined) {
    const { active: isActive } = companies.get(company)!;
    const detail = `No configuration item in Autotask has its serial number, though its policy leads to ${companyName(company)}.${isActive ? '' : ' That company is inactive in Autotask.'}${linkAdvice(device, linked)}`;
    return { reason: 'native-missing', item: null, detail };
  }
  if (item.companyId !== company) {
    const detail = `Its policy leads to ${companyName(company)}, but the only configuration item with its serial number is ${place(item)}. Autotask cannot change an item's company: deactivate it there, or link the policy to that company.`;
    return { reason: 'native-wrong-company', item, detail };
  }
  if (!item.active) {
    const detail = `Its configuration item ${place(item)} is inactive, though the device is in Addigy: reactivate it in Autotask if it is in use.`;
    return { reason: 'native-stale', item, detail };
  }
  const name = cleanText(device.name);
  const title = cleanText(item.fields.title);
  const isCut = title.length >= shortestCut && name.startsWith(title);
  if (name === '' || name === title || isCut) return null;
  const detail = `Its configuration item ${place(item)} is titled ${JSON.stringify(title)}, and the device is named ${JSON.stringify(name)}: Addigy has not written the new name.`;
  return { reason: 'native-stale', item, detail };
}

const isIn = (company: number) => (item: ConfigurationItem) => item.companyId === company;

function linkAdvice({ policyId }: Device, linked: ReadonlySet<string | null>): string {
  return linked.has(policyId)
    ? ' Addigy may not have come to it yet; if it stays so, look at its Autotask integration.'
    : ' Only a policy above its own is linked in Addigy, and whether Addigy follows that is not documented: if it stays missing, link its own policy too.';
}

function unlinkedDetail({ policyId }: Device): string {
  return `No policy on its way up is linked to an Autotask company in Addigy (its policy is ${policyId ?? 'none'}), and Addigy's own sync knows no other mapping: link the policy there.`;
}
