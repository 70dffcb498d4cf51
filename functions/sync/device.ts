/**
 * A device as Addigy knows it, in this project's own words. The Addigy adapter makes one of each
 * record it reads; nothing in this room knows Addigy's JSON.
 */

/** Apple's device families: each maps to its own Autotask product. `other` is a family we cannot name. */
export type DeviceFamily = 'mac' | 'iphone' | 'ipad' | 'apple-tv' | 'other';

export interface Device {
  /** Addigy's id of the agent: unique for each enrolment, and the mark on the configuration item. */
  readonly agentId: string;
  /** As Addigy holds it, trimmed; '' where it has none. Compare with `serialKey`. */
  readonly serial: string;
  readonly name: string;
  readonly family: DeviceFamily;
  /** Marketing name, e.g. "MacBook Air"; '' if unknown. */
  readonly model: string;
  /** Model identifier, e.g. "MacBookAir10,1"; '' if unknown. */
  readonly hardwareModel: string;
  /** True for a virtual machine: never synced. */
  readonly virtual: boolean;
  /** The one policy the device is located in (not every policy that applies to it). */
  readonly policyId: string | null;
  /** Set where Addigy could not tell the policy: `policyId` is null, but that does not mean "in no policy". */
  readonly policyUnknown?: true;
  readonly osVersion: string;
  /** Lower-case, colon-separated; empty if unknown. */
  readonly macAddresses: readonly string[];
  /** Epoch milliseconds; null where Addigy has no value or says 1970 ("never"). */
  readonly lastSeen: number | null;
  readonly registered: number | null;
  readonly warrantyExpires: number | null;
  /** Facts that change from hour to hour. They never cause an update alone. */
  readonly ipAddress: string;
  readonly freeDiskGb: number | null;
  readonly currentUser: string;
}

/** Addigy's grouping of devices. `companyId` is the Autotask company that Addigy links it to, if any. */
export interface Policy {
  readonly id: string;
  readonly name: string;
  readonly parentId: string | null;
  readonly companyId: number | null;
}

/**
 * Serial numbers are compared without case and white space: people type them by hand.
 * '' means "no serial", which matches nothing.
 */
export function serialKey(serial: string | null | undefined): string {
  return (serial ?? '').replace(/\s/gu, '').toUpperCase();
}

const families: ReadonlyArray<readonly [RegExp, DeviceFamily]> = [
  [/apple\s?tv/iu, 'apple-tv'],
  [/ipad/iu, 'ipad'],
  [/iphone/iu, 'iphone'],
  [/mac/iu, 'mac'],
];

/** The family that a marketing name or a model identifier tells: "iPad Pro", "MacBookAir10,1", "AppleTV11,1". */
export function familyOf(model: string, hardwareModel: string): DeviceFamily {
  for (const text of [hardwareModel, model]) {
    for (const [pattern, family] of families) if (pattern.test(text)) return family;
  }
  return 'other';
}

/** Virtual machines enrol as Macs; their model identifier gives them away (facts: "Parallels…", "VMware7,1", "VirtualMac2,1"). */
export function isVirtual(hardwareModel: string): boolean {
  return /parallels|vmware|virtual|qemu|utm/iu.test(hardwareModel);
}
