/** What the devices, serial numbers and fields of the stories are called. */
import type { SeededDevice, SeededFact } from '../simulators/addigy/seed.ts';

export const markField = 'Addigy Agent ID';
/** What a person makes of it who renames it. */
export const otherLabel = 'Addigy Agent';

/** The last one is no policy. */
export const policyIds = ['p10', 'p10-child', 'p11', 'p12', 'p-none', null] as const;

export const serialOf = (n: number): string => (n < 0 ? '' : `C02MODEL${n}`);
/** As people compare them: without case and white space. */
export const sameSerial = (left: string, right: string): boolean => plainSerial(left) === plainSerial(right);
export const plainSerial = (serial: string): string => serial.replaceAll(' ', '').toUpperCase();

export const text = (value: string): SeededFact => ({ type: 'string', value });
const date = (at: number): SeededFact => ({ type: 'date', value: new Date(at).toISOString() });

export function deviceOf(
  n: number,
  of: { readonly serial: string; readonly policyId: string | null; readonly at: number },
): SeededDevice {
  return {
    agentid: `agent-${n}`,
    audit_date: new Date(of.at).toISOString(),
    facts: {
      serial_number: text(of.serial),
      device_name: text(`Mac ${n}`),
      device_model_name: text('MacBook Air'),
      hardware_model: text('MacBookAir10,1'),
      policy_id: of.policyId === null ? { type: 'string', value: null } : text(of.policyId),
      registration_date: date(of.at - 86_400_000),
      last_online: date(of.at),
    },
  };
}
