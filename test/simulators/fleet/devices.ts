/** The devices of the fleet as Addigy would tell of them. */
import type { AddigySeed } from '../addigy/seed.ts';
import type { Estate } from './estate.ts';
import { date, macFacts, macOf, mobileFacts, no, noText, stamp, text, yes } from './facts.ts';
import { type Circumstance, circumstances, type Looks, looksOf } from './mess.ts';
import { type Model, pickModel, virtualModels, visionModel } from './models.ts';
import type { Random } from './random.ts';

type SeededDevice = AddigySeed['devices'][number];

export interface MadeDevice {
  readonly circumstance: Circumstance;
  readonly looks: Looks;
  readonly model: Model;
  /** As Apple would print it; the seeded fact may be in lower case, or padded. '' for none. */
  readonly serial: string;
  readonly name: string;
  /** Of the company that the device's policy leads to; null if it leads to none. */
  readonly companyId: number | null;
  readonly seed: SeededDevice;
}

const day = 86_400_000;
const people = [
  'Adam',
  'Beatrice',
  'Chloé',
  'Dmitri',
  'Esra',
  'Femi',
  'Grace',
  'Hiroshi',
  'Inés',
  'Jürgen',
  'Kiran',
  'Léa',
  'Maja',
  'Niamh',
  'Óscar',
  'Priya',
  'Quentin',
  'Rosa',
  'Søren',
  'Tomás',
  'Uma',
  'Věra',
  'Wanjiru',
  'Xin',
  'Yusuf',
  'Zoë',
];

export function makeDevices(count: number, estate: Estate, now: number, random: Random): MadeDevice[] {
  const devices: MadeDevice[] = [];
  const list = circumstances(count, random);
  /** A clean device that no twin shares its serial with yet: one twin each. */
  let partner: MadeDevice | null = null;
  for (let index = 0; index < count; index += 1) {
    const circumstance = list[index]!;
    const twinOf = circumstance === 'twin' ? partner : null;
    // Two twins without a clean device between them: the second is clean itself.
    const real = circumstance === 'twin' && twinOf === null ? 'clean' : circumstance;
    const device = makeDevice(index, real, twinOf, devices.at(-1) ?? null, estate, now, random);
    devices.push(device);
    if (real === 'clean') partner = device;
    if (real === 'twin') partner = null;
  }
  return devices;
}

function makeDevice(
  index: number,
  circumstance: Circumstance,
  twinOf: MadeDevice | null,
  previous: MadeDevice | null,
  estate: Estate,
  now: number,
  random: Random,
): MadeDevice {
  const model = twinOf?.model ?? modelOf(circumstance, random);
  const serial = twinOf?.serial ?? serialOf(index, circumstance, model);
  const looks = settle(looksOf(index), model, serial);
  const { policyId, companyId } =
    twinOf === null ? placeOf(circumstance, index, estate, random) : placeOfTwin(twinOf);
  const name = looks.sameName && previous !== null ? previous.name : nameOf(index, model, looks, random);
  // A twin is an enrolment that ended long ago: the device that is alive must be the newest.
  const seenAt = twinOf === null ? now - random.below(20 * day) : now - (90 + random.below(300)) * day;
  const registeredAt = seenAt - (30 + random.below(900)) * day;
  const agentid = `${random.hex(8)}-${random.hex(4)}-4${random.hex(3)}-b${random.hex(3)}-${index.toString(16).padStart(12, '0')}`;
  const shownSerial = showSerial(serial, looks);
  return {
    circumstance,
    looks,
    model,
    serial,
    name,
    companyId,
    seed: {
      agentid,
      audit_date: stamp(seenAt, index),
      ...(model.family === 'mac' ? { agent_audit_date: stamp(seenAt, index + 1) } : {}),
      facts: {
        serial_number: text(shownSerial),
        device_name: text(looks.escapedName ? name.replaceAll('’', '\\u2019') : name),
        device_model_name: text(model.name),
        hardware_model: text(model.identifier),
        product_name: text(model.identifier),
        os_version: text(model.os),
        policy_id: policyId === null ? noText : text(policyId),
        policy_ids: { type: 'list', value: policyId === null ? null : [policyId] },
        registration_date: date(stamp(registeredAt, index + 2)),
        mdm_last_connected: date(stamp(seenAt - 60_000, index)),
        has_mdm: yes,
        is_supervised: index % 3 === 0 ? no : yes,
        wifi_mac_address: text(macOf(index, 0x14)),
        ...(model.family === 'mac'
          ? macFacts(index, looks, seenAt, registeredAt, name, random)
          : mobileFacts(index, model, looks)),
      },
    },
  };
}

function modelOf(circumstance: Circumstance, random: Random): Model {
  if (circumstance === 'virtual') return random.pick(virtualModels);
  return circumstance === 'vision' ? visionModel : pickModel(random);
}

const prefixes = { mac: 'C02', iphone: 'F2L', ipad: 'DMP', 'apple-tv': 'G9Q', vision: 'JV3' } as const;

function serialOf(index: number, circumstance: Circumstance, model: Model): string {
  if (circumstance === 'no-serial') return '';
  const digits = (index * 7919 + 104_729).toString(36).toUpperCase().padStart(8, '0');
  return circumstance === 'virtual' ? `PARALLELS-${digits}` : `${prefixes[model.family]}${digits}`;
}

function showSerial(serial: string, looks: Looks): string {
  const cased = looks.lowerCaseSerial ? serial.toLowerCase() : serial;
  return looks.paddedSerial && serial !== '' ? ` ${cased}  ` : cased;
}

/** Only the oddities that this device can show: a phone has no warranty date, a device without a serial none to pad. */
function settle(looks: Looks, model: Model, serial: string): Looks {
  const ownName = !looks.sameName && !looks.longName;
  return {
    ...looks,
    lowerCaseSerial: looks.lowerCaseSerial && serial !== '',
    paddedSerial: looks.paddedSerial && serial !== '',
    oldWarranty: looks.oldWarranty && model.family === 'mac',
    curlyName: looks.curlyName && ownName,
    escapedName: looks.escapedName && ownName,
    emojiName: looks.emojiName && ownName,
    longName: looks.longName && !looks.sameName,
  };
}

interface Place {
  readonly policyId: string | null;
  readonly companyId: number | null;
}

function placeOf(circumstance: Circumstance, index: number, estate: Estate, random: Random): Place {
  if (circumstance === 'unmapped') {
    // Every fifth is in no policy at all.
    return { policyId: index % 5 === 0 ? null : random.pick(estate.unmappedPolicyIds), companyId: null };
  }
  if (circumstance === 'cycle') return { policyId: random.pick(estate.cyclePolicyIds), companyId: null };
  const { clients } = estate;
  // A few clients have most of the devices.
  const client =
    circumstance === 'inactive-company'
      ? estate.inactiveClient
      : clients[Math.floor(clients.length * random.next() ** 1.6)]!;
  return { policyId: random.pick(client.policyIds), companyId: client.companyId };
}

function placeOfTwin(device: MadeDevice): Place {
  return { policyId: device.seed.facts.policy_id!.value as string, companyId: device.companyId };
}

function nameOf(index: number, model: Model, looks: Looks, random: Random): string {
  if (looks.longName) {
    // Family emoji and surrogate pairs all along it: wherever it is cut, it can be cut wrong.
    return `${'📱👩‍👩‍👧‍👦 Fourth-grade classroom loan device, left trolley '.repeat(7)}${index}`;
  }
  const person = people[index % people.length]!;
  const apostrophe = looks.curlyName || looks.escapedName ? '’' : "'";
  const owned = `${person}${apostrophe}s ${model.noun}`;
  if (looks.emojiName) return `${owned} 🚀`;
  if (looks.curlyName || looks.escapedName || random.chance(0.3)) return owned;
  return `${model.noun.toUpperCase().replaceAll(' ', '')}-${String(index).padStart(5, '0')}`;
}
