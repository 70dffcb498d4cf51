/** The lines that say why a device or an item is left as it is. */

import type { Held, HeldReason } from './change.ts';
import { deviceName } from './change-writer.ts';
import type { ConfigurationItem } from './configuration-item.ts';
import type { Device } from './device.ts';

/** `companyId` is the company that the device's policy leads to; NaN for none. */
export function heldDevice(
  device: Device,
  companyId: number,
  item: ConfigurationItem | null,
  reason: HeldReason,
  detail: string,
): Held {
  return {
    reason,
    agentId: device.agentId,
    itemId: item?.id ?? null,
    companyId: Number.isNaN(companyId) ? null : companyId,
    name: deviceName(device),
    serial: device.serial,
    detail,
  };
}

/** Without an agent id: the device has a line of its own, or does not exist any more. */
export function heldItem(item: ConfigurationItem, reason: HeldReason, detail: string): Held {
  return {
    reason,
    agentId: '',
    itemId: item.id,
    companyId: item.companyId,
    name: item.fields.title,
    serial: item.fields.serial,
    detail,
  };
}
