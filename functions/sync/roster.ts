/** Every device's standing before anything is matched: in scope, or out of it and why. */
import type { Held, HeldReason } from './change.ts';
import { companyIds, companyOf, indexPolicies, isPolicyKnown, type PolicyIndex } from './company.ts';
import type { Company } from './configuration-item.ts';
import { type Device, serialKey } from './device.ts';
import { heldDevice } from './held-line.ts';
import type { PlanInput } from './plan-input.ts';

export type Standing = 'in-scope' | OutOfScope;
export type OutOfScope = Extract<
  HeldReason,
  'virtual' | 'excluded' | 'no-serial' | 'superseded' | 'stale' | 'unmapped' | 'company-missing'
>;

/** Columns by the device's index, not an object for each device: a plan may hold a million. */
export interface Roster {
  readonly standing: readonly Standing[];
  /** The company that its policy leads to; NaN for none. */
  readonly company: Float64Array;
  /** For a superseded device, the index of the newer one; else -1. */
  readonly successor: Int32Array;
  readonly byAgent: ReadonlyMap<string, number>;
  readonly companies: ReadonlyMap<number, Company>;
  readonly policies: PolicyIndex;
  /** The companies that are this connection's to tidy. */
  readonly connectionCompanies: ReadonlySet<number>;
}

type RosterInput = Pick<PlanInput, 'devices' | 'policies' | 'companies' | 'settings' | 'now'>;

export function callRoster(input: RosterInput): Roster {
  const { devices, settings, now } = input;
  const index = indexPolicies(input.policies, settings);
  const companies = new Map(input.companies.map((company) => [company.id, company] as const));
  const excludedSerials = new Set(settings.exclude.serials.map(serialKey));
  const excludedFamilies = new Set(settings.exclude.families);
  const silence = settings.staleAfterDays === null ? null : settings.staleAfterDays * 86_400_000;

  const standing = new Array<Standing>(devices.length).fill('in-scope');
  const company = new Float64Array(devices.length).fill(Number.NaN);
  const successor = new Int32Array(devices.length).fill(-1);
  const byAgent = new Map<string, number>();

  for (const [at, device] of devices.entries()) {
    company[at] = companyOf(device, index) ?? Number.NaN;
    byAgent.set(device.agentId, at);
  }
  // Stryker disable next-line ConditionalExpression,EqualityOperator: where no agent was sent twice it finds nothing; it spares a pass over all devices
  if (byAgent.size < devices.length) {
    supersede(devices, standing, successor, (device) => device.agentId);
    for (const [at, device] of devices.entries()) {
      if (standing[at] === 'in-scope') byAgent.set(device.agentId, at);
    }
  }
  for (const [at, device] of devices.entries()) {
    if (standing[at] !== 'in-scope') continue;
    const excluded =
      excludedFamilies.has(device.family) ||
      // Stryker disable next-line ConditionalExpression,EqualityOperator: where none is excluded it spares the keys
      (excludedSerials.size > 0 && excludedSerials.has(serialKey(device.serial))) ||
      // Stryker disable next-line ConditionalExpression: no set has null; it is asked for the types
      (device.policyId !== null && index.excluded.has(device.policyId));
    if (device.virtual) standing[at] = 'virtual';
    else if (excluded) standing[at] = 'excluded';
    else if (device.serial.trim() === '') standing[at] = 'no-serial';
  }
  supersede(devices, standing, successor, (device) => serialKey(device.serial));
  for (const [at, { lastSeen }] of devices.entries()) {
    if (standing[at] !== 'in-scope') continue;
    if (silence !== null && lastSeen !== null && now - lastSeen > silence) standing[at] = 'stale';
    else if (Number.isNaN(company[at])) standing[at] = 'unmapped';
    else if (!companies.has(company[at]!)) standing[at] = 'company-missing';
  }
  return {
    standing,
    company,
    successor,
    byAgent,
    companies,
    policies: index,
    connectionCompanies: new Set(companyIds(index)),
  };
}

/**
 * Of the devices in scope that share a key, all but the newest are superseded. One operation on one set for
 * each device: in a million devices these are most of the time that planning takes.
 */
function supersede(
  devices: readonly Device[],
  standing: Standing[],
  successor: Int32Array,
  keyOf: (device: Device) => string,
): void {
  const seen = new Set<string>();
  const shared = new Set<string>();
  let size = 0;
  for (const [at, device] of devices.entries()) {
    // Stryker disable next-line ConditionalExpression: what is out of scope is left out below; here it spares the keys
    if (standing[at] !== 'in-scope') continue;
    const key = keyOf(device);
    // Stryker disable next-line ConditionalExpression,EqualityOperator: a key of one device alone would be no twin's below; it spares the looking
    if (seen.add(key).size === size) shared.add(key);
    else size += 1;
  }
  // Stryker disable next-line ConditionalExpression: nearly always so, and the rest would find nothing
  if (shared.size === 0) return;
  const newest = new Map<string, number>();
  const twins: number[] = [];
  for (const [at, device] of devices.entries()) {
    if (standing[at] !== 'in-scope') continue;
    const key = keyOf(device);
    // Stryker disable next-line ConditionalExpression: a device alone with its key is the newest of one
    if (!shared.has(key)) continue;
    twins.push(at);
    const other = newest.get(key);
    if (other === undefined || isNewer(device, devices[other]!)) newest.set(key, at);
  }
  for (const at of twins) {
    const winner = newest.get(keyOf(devices[at]!))!;
    if (winner === at) continue;
    standing[at] = 'superseded';
    successor[at] = winner;
  }
}

/** The newer enrolment of one machine: last check-in, then registration; the id decides only to decide always the same way. */
function isNewer(left: Device, right: Device): boolean {
  const newer =
    (left.lastSeen ?? 0) - (right.lastSeen ?? 0) || (left.registered ?? 0) - (right.registered ?? 0);
  // Stryker disable next-line EqualityOperator: of one agent that was sent twice with the same times, either will do
  const isGreater = left.agentId > right.agentId;
  return newer > 0 || (newer === 0 && isGreater);
}

/** The line for a device that is out of scope. */
export function heldOutOfScope(input: RosterInput, roster: Roster, at: number, reason: OutOfScope): Held {
  const device = input.devices[at]!;
  const company = roster.company[at]!;
  const successor = input.devices[roster.successor[at]!]?.agentId;
  const { staleAfterDays } = input.settings;
  if (reason === 'unmapped' && !isPolicyKnown(device, roster.policies)) {
    return heldDevice(device, company, null, reason, policyUnknownDetail(device));
  }
  const detail = outOfScopeDetail(reason, device, company, successor, staleAfterDays);
  return heldDevice(device, company, null, reason, detail);
}

function policyUnknownDetail({ policyId }: Device): string {
  return policyId === null
    ? 'Its policy is not known, since Addigy could not tell it this time: it is looked at again in the next run.'
    : `Its policy ${policyId} is not known, since Addigy did not send it among its policies, so where it leads cannot be told: check that the API key may read it, or name it in the settings' companies.`;
}

function outOfScopeDetail(
  reason: OutOfScope,
  device: Device,
  company: number,
  successor: string | undefined,
  staleAfterDays: number | null,
): string {
  switch (reason) {
    case 'virtual':
      return `A virtual machine (${device.hardwareModel || 'unknown model'}): virtual machines are not synced.`;
    case 'excluded':
      return "Excluded by this connection's settings (its family, serial number, policy or a policy above it).";
    case 'no-serial':
      return 'Addigy has no serial number for it, so it cannot be told apart; it is looked at again when Addigy has one.';
    case 'superseded':
      return `Another enrolment in Addigy has the same serial number and is newer (agent ${successor}); delete the old one in Addigy.`;
    case 'stale':
      return `Silent for more than ${staleAfterDays} days (last seen ${new Date(device.lastSeen!).toISOString().slice(0, 10)}): it counts as retired until it checks in again.`;
    case 'unmapped':
      return `No policy on its way up leads to an Autotask company (its policy is ${device.policyId ?? 'none'}): link the policy to a company in Addigy, or name it in the settings' companies.`;
    case 'company-missing':
      return `Its policy leads to Autotask company ${company}, which this API user cannot see: check the id and the user's security level.`;
  }
}
