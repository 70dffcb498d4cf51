/** What a seeded device's facts say, and in which of the ways that Addigy says it. */
import type { AddigySeed } from '../addigy/seed.ts';
import type { Looks } from './mess.ts';
import type { Model } from './models.ts';
import type { Random } from './random.ts';

type SeededFact = AddigySeed['devices'][number]['facts'][string];

const day = 86_400_000;

/** Facts that hundreds of thousands of devices share are one object. */
export const yes: SeededFact = { type: 'boolean', value: true };
export const no: SeededFact = { type: 'boolean', value: false };
export const noText: SeededFact = { type: 'string', value: null };
const noDate: SeededFact = { type: 'date', value: null };
const noNumber: SeededFact = { type: 'number', value: null };
const notAvailable: SeededFact = { type: 'string', value: 'Not Available' };
const noLocales: SeededFact = { type: 'list', value: ['No', 'Locales'] };
const epoch: SeededFact = { type: 'date', value: '1970-01-01T00:00:00Z' };
const broken: SeededFact = { type: 'string', value: null, error_msg: 'fact script exited with status 1' };
export const text = (value: string): SeededFact => ({ type: 'string', value });
export const date = (value: string): SeededFact => ({ type: 'date', value });

export function macFacts(
  index: number,
  looks: Looks,
  seenAt: number,
  registeredAt: number,
  name: string,
  random: Random,
): Record<string, SeededFact> {
  // Addigy decodes some serials ten years off (seen on a recorded 2020 MacBook Air).
  const warrantyAt = looks.oldWarranty ? registeredAt - 3650 * day : registeredAt + 365 * day;
  return {
    host_name: looks.errorFact
      ? broken
      : text(
          name
            .replaceAll(/[^A-Za-z0-9]+/gu, '-')
            .toLowerCase()
            .slice(0, 60),
        ),
    localhost_name: notAvailable,
    last_online: looks.epochLastOnline ? epoch : date(stamp(seenAt, index + 1)),
    warranty_expiration_date: date(stamp(warrantyAt, index)),
    time_machine_last_backup_date: epoch,
    agent_version: text('2.18.4'),
    current_user: looks.errorFact ? broken : text(`user${random.below(40)}`),
    // Numbers come as text on some agents.
    free_disk_space_gb:
      index % 2 === 0
        ? { type: 'number', value: 40 + random.below(800) / 10 }
        : { type: 'number', value: `${random.below(900)}.5` },
    filevault_enabled: index % 5 === 0 ? no : yes,
    ethernet_mac_address: noText,
    ethernet_ma_cs: index % 4 === 0 ? { type: 'list', value: [macOf(index, 0xa8)] } : noLocales,
    local_ip: text(`10.${index % 200}.${random.below(255)}.${random.below(255)}`),
    client_ip: text(`198.51.100.${random.below(255)}`),
  };
}

/** A phone, a tablet or a television has no agent: the agent's facts are there, and null. */
export function mobileFacts(index: number, model: Model, looks: Looks): Record<string, SeededFact> {
  return {
    host_name: noText,
    last_online: looks.epochLastOnline ? epoch : noDate,
    warranty_expiration_date: noDate,
    agent_version: looks.errorFact ? broken : noText,
    current_user: noText,
    free_disk_space_gb: noNumber,
    filevault_enabled: { type: 'boolean', value: null },
    local_ip: noText,
    ...(model.family === 'iphone'
      ? { imei: text(`35 ${200000 + (index % 700000)} ${100000 + (index % 800000)} 7`) }
      : {}),
  };
}

export function macOf(index: number, first: number): string {
  const hex = `${first.toString(16).padStart(2, '0')}7dda${(index & 0xffffff).toString(16).padStart(6, '0')}`;
  const pairs = hex.match(/../gu)!;
  if (index % 3 === 0) return pairs.join(':');
  return index % 3 === 1 ? pairs.join(':').toUpperCase() : pairs.join('-').toUpperCase();
}

/** One to three fractional digits, and now and then no Z. */
export function stamp(at: number, variant: number): string {
  const iso = new Date(at).toISOString();
  return `${iso.slice(0, 20 + (1 + (variant % 3)))}${variant % 11 === 0 ? '' : 'Z'}`;
}
