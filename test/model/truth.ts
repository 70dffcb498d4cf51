/** What is so, as anybody could see who may see everything: read from the vendors' own worlds, judged by nobody's code but this. */
import type { AutotaskItem } from '../simulators/autotask/item-records.ts';
import type { Beginning } from './beginning.ts';
import { markField, otherLabel, plainSerial } from './names.ts';
import { apiUser, type Vendors } from './vendors.ts';

export interface KnownDevice {
  readonly agentId: string;
  readonly serial: string;
  /** Tidied up, as a title is to have it. */
  readonly name: string;
  /** The company that its policy leads to; null for none. */
  readonly companyId: number | null;
  readonly lastSeen: number;
  readonly registered: number;
}

/**
 * - `wanted`     it is to have an item in its company
 * - `superseded` another enrolment of the same machine is newer
 * - `stale`      silent for too long
 * - `nowhere`    no company, or no serial number: nothing is done for it, and nothing to its item
 */
export type Standing = 'wanted' | 'superseded' | 'stale' | 'nowhere';

export interface Truth {
  readonly devices: ReadonlyMap<string, KnownDevice>;
  readonly standing: ReadonlyMap<string, Standing>;
  /** The companies that a policy leads to. */
  readonly ours: ReadonlySet<number>;
  readonly isActiveCompany: (id: number) => boolean;
  readonly items: readonly Item[];
  /** Whether the mark of an item of ours comes as `*****`. */
  readonly isMasked: boolean;
}

/** An item with its mark, whatever the field is called today. */
export interface Item extends AutotaskItem {
  readonly mark: string;
  readonly serial: string;
}

export function lookAt({ autotask, addigy }: Vendors, beginning: Beginning, now: number): Truth {
  const { world } = addigy;
  const leadsTo = (policyId: unknown): number | null => {
    const policy = world.policies.get(String(policyId ?? ''));
    if (policy === undefined) return null;
    return policy.autotask_account_id ? policy.autotask_account_id : leadsTo(policy.parent);
  };
  const devices = new Map<string, KnownDevice>();
  for (const { agentid, facts } of world.devices()) {
    const value = (fact: string): string => String(facts[fact]?.value ?? '');
    devices.set(agentid, {
      agentId: agentid,
      serial: value('serial_number'),
      name: tidy(value('device_name')),
      companyId: leadsTo(facts.policy_id?.value),
      lastSeen: Date.parse(value('last_online')),
      registered: Date.parse(value('registration_date')),
    });
  }
  const ours = new Set([...world.policies.keys()].flatMap((id) => leadsTo(id) ?? []));
  const standing = new Map<string, Standing>();
  for (const device of devices.values())
    standing.set(device.agentId, standingOf(device, devices, beginning, now));
  const items = autotask.world.items().map(itemOf);
  return {
    devices,
    standing,
    isMasked: areMasked(items, ours, autotask),
    ours,
    isActiveCompany: (id) => autotask.world.tables.Companies.get(id)?.values.isActive === true,
    items,
  };
}

const tidy = (name: string): string => name.trim().replaceAll(/\s+/gu, ' ');

export const itemOf = (item: AutotaskItem): Item => ({
  ...item,
  mark: item.udfs[markField] ?? item.udfs[otherLabel] ?? '',
  serial: item.serialNumber ?? '',
});

/** To whoever has another of the four boxes than the one that shows the field. A page without any value says nothing. */
function areMasked(
  items: readonly Item[],
  ours: ReadonlySet<number>,
  { world }: Vendors['autotask'],
): boolean {
  const boxes = world.user(apiUser.username)!.protectedData;
  const label = world.udfNamed(markField) ?? world.udfNamed(otherLabel);
  const sees = label?.values.isProtected === true ? boxes.viewProtected : boxes.viewUnprotected;
  const isOn = items.some((item) => ours.has(item.companyID) && item.mark !== '');
  return isOn && !sees && Object.values(boxes).includes(true);
}

function standingOf(
  device: KnownDevice,
  devices: ReadonlyMap<string, KnownDevice>,
  { staleAfterDays }: Beginning,
  now: number,
): Standing {
  if (device.serial === '') return 'nowhere';
  const twins = [...devices.values()].filter(
    ({ serial }) => plainSerial(serial) === plainSerial(device.serial),
  );
  const [newest] = twins.sort(
    (one, other) =>
      other.lastSeen - one.lastSeen ||
      other.registered - one.registered ||
      (other.agentId > one.agentId ? 1 : -1),
  );
  if (newest !== device) return 'superseded';
  if (staleAfterDays !== null && now - device.lastSeen > staleAfterDays * 86_400_000) return 'stale';
  return device.companyId === null ? 'nowhere' : 'wanted';
}
