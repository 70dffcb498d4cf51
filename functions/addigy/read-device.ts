import { type Device, familyOf, isVirtual } from '#sync/device';
import { dateFact, isRecord, macFacts, numberFact, type RawFacts, readDate, textFact } from './read-fact.ts';

/** Addigy sends a small default set of facts unless they are named, so every fact that `readDevice` reads stands here. */
export const desiredFacts = [
  'serial_number',
  'device_name',
  'host_name',
  'localhost_name',
  'device_model_name',
  'hardware_model',
  'product_name',
  'os_version',
  'mac_os_x_version',
  'system_version',
  'policy_id',
  'wifi_mac_address',
  'ethernet_mac_address',
  'ethernet_ma_cs',
  'last_online',
  'mdm_last_connected',
  'registration_date',
  'warranty_expiration_date',
  'local_ip',
  'client_ip',
  'free_disk_space_gb',
  'current_user',
] as const;

const noFacts: RawFacts = {};

/** The agent id of an item of `POST /devices`; '' where it has none. */
export function agentIdOf(item: unknown): string {
  return isRecord(item) && typeof item.agentid === 'string' ? item.agentid.trim() : '';
}

/** The organisation that an item of `POST /devices` names; null where it names none. */
export function organizationOf(item: unknown): string | null {
  return isRecord(item) && typeof item.orgid === 'string' && item.orgid !== '' ? item.orgid : null;
}

/** One item of `POST /devices`. Null where it has no agent id, without which it could not be told from another. */
export function readDevice(item: unknown): Device | null {
  const agentId = agentIdOf(item);
  if (agentId === '' || !isRecord(item)) return null;
  const facts = isRecord(item.facts) ? item.facts : noFacts;
  const model = textFact(facts, 'device_model_name');
  const hardwareModel = textFact(facts, 'hardware_model', 'product_name');
  const policyId = textFact(facts, 'policy_id');
  return {
    agentId,
    serial: textFact(facts, 'serial_number'),
    name: textFact(facts, 'device_name', 'host_name', 'localhost_name'),
    family: familyOf(model, hardwareModel),
    model,
    hardwareModel,
    virtual: isVirtual(hardwareModel) || isVirtual(model),
    // `policy_id` is where the device is located; `policy_ids` would be every policy that applies to it.
    policyId: policyId === '' ? null : policyId,
    ...(failed(facts.policy_id) ? { policyUnknown: true } : {}),
    osVersion: textFact(facts, 'os_version', 'mac_os_x_version', 'system_version'),
    macAddresses: macFacts(facts, 'wifi_mac_address', 'ethernet_mac_address', 'ethernet_ma_cs'),
    // An iPad has no agent, and so no `last_online`.
    lastSeen:
      dateFact(facts, 'last_online', 'mdm_last_connected') ??
      readDate(item.agent_audit_date) ??
      readDate(item.audit_date),
    registered: dateFact(facts, 'registration_date'),
    warrantyExpires: dateFact(facts, 'warranty_expiration_date'),
    ipAddress: textFact(facts, 'local_ip', 'client_ip'),
    freeDiskGb: numberFact(facts, 'free_disk_space_gb'),
    currentUser: textFact(facts, 'current_user'),
  };
}

/** A fact that Addigy could not gather comes with an error in place of a value, which is not "no value". */
function failed(fact: unknown): boolean {
  return isRecord(fact) && typeof fact.error_msg === 'string' && fact.error_msg.trim() !== '';
}
