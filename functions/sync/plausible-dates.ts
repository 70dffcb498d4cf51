/**
 * Addigy decodes dates from serial numbers, and can be ten years off (a 2020 MacBookAir9,1 whose warranty
 * "ended" in 2011). An implausible date is no date.
 */
import type { Device } from './device.ts';

const day = 86_400_000;
const earliest = Date.UTC(2001, 0, 1);
const year = 365.25 * day;

function between(time: number | null, from: number, to: number): number | null {
  const at = time ?? Number.NaN;
  return at >= from && at <= to ? at : null;
}

/** When something happened: from 2001 to tomorrow (clocks and time zones differ). */
export function plausiblePast(time: number | null, now: number): number | null {
  return between(time, earliest, now + day);
}

/** Not before the device could have been bought, and at most the eight years that no warranty reaches. */
export function plausibleWarranty(
  device: Pick<Device, 'registered' | 'warrantyExpires'>,
  now: number,
): number | null {
  const registered = plausiblePast(device.registered, now);
  const from = Math.max(earliest, (registered ?? earliest) - 5 * year);
  return between(device.warrantyExpires, from, now + 8 * year);
}

/** `YYYY-MM-DD`, '' for none. */
export function dayText(time: number | null): string {
  return time === null ? '' : new Date(time).toISOString().slice(0, 10);
}

/** `YYYY-MM-DDTHH:mmZ`, '' for none. */
export function minuteText(time: number | null): string {
  return time === null ? '' : `${new Date(time).toISOString().slice(0, 16)}Z`;
}
