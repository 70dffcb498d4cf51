/**
 * An estate in which nothing is odd, so that a plain script can do the whole job: every device is a Mac with a serial
 * number, and becomes one item of its policy's company. What a sync has to make of it is known beforehand.
 */
import type { AddigySeed } from '../simulators/addigy/seed.ts';
import type { AutotaskSeed } from '../simulators/autotask/seed.ts';
import { fleetApiKey, fleetApiUser } from '../simulators/fleet.ts';

export const tidyProductId = 29_681_201;
export const tidyMarkField = 'Addigy Agent ID';
const devicesOfACompany = 100;

export interface TidyWorld {
  readonly addigy: AddigySeed;
  readonly autotask: AutotaskSeed;
}

/** `isSettled`: the items are there already, as a first sync leaves them. */
export function makeTidyWorld(devices: number, isSettled: boolean): TidyWorld {
  const numbers = Array.from({ length: devices }, (_, at) => at);
  const companies = Array.from({ length: Math.ceil(devices / devicesOfACompany) }, (_, at) => ({
    id: 1000 + at,
    companyName: `Company ${at}`,
    isActive: true,
  }));
  const text = (value: string) => ({ type: 'string', value }) as const;
  const registered = { type: 'date', value: '2024-01-05T10:00:00Z' } as const;
  const seen = { type: 'date', value: '2025-11-03T08:00:00Z' } as const;
  return {
    addigy: {
      organizationId: '00000000-0000-4000-8000-00000000b0b0',
      apiKeys: [fleetApiKey],
      policies: companies.map(({ id, companyName }) => ({
        policyId: `policy-${id}`,
        name: companyName,
        parent: null,
        autotask_account_id: id,
      })),
      devices: numbers.map((at) => ({
        agentid: agentIdOf(at),
        audit_date: seen.value,
        facts: {
          serial_number: text(serialOf(at)),
          device_name: text(nameOf(at)),
          device_model_name: text('MacBook Air'),
          hardware_model: text('MacBookAir10,1'),
          os_version: text('15.1'),
          policy_id: text(`policy-${companyOf(at)}`),
          registration_date: registered,
          last_online: seen,
        },
      })),
    },
    autotask: {
      users: [fleetApiUser],
      companies,
      products: [{ id: tidyProductId, name: 'Apple Mac', isActive: true }],
      udfs: [{ name: tidyMarkField }],
      items: isSettled ? numbers.map(itemOf) : [],
      // Of calls in an hour: what is measured here is how many a way needs.
      threshold: { limit: 10_000_000, used: 0 },
    },
  };
}

const companyOf = (at: number): number => 1000 + Math.floor(at / devicesOfACompany);
const agentIdOf = (at: number): string => `00000000-0000-4000-8000-${at.toString(16).padStart(12, '0')}`;
const serialOf = (at: number): string => `C02${at.toString(36).toUpperCase().padStart(8, '0')}`;
const nameOf = (at: number): string => `Mac ${at}`;

function itemOf(at: number): AutotaskSeed['items'][number] {
  return {
    companyID: companyOf(at),
    productID: tidyProductId,
    isActive: true,
    referenceTitle: nameOf(at),
    serialNumber: serialOf(at),
    referenceNumber: 'MacBookAir10,1',
    installDate: '2024-01-05T00:00:00',
    udfs: { [tidyMarkField]: agentIdOf(at) },
  };
}

/** An item as the simulator's control plane tells it. */
export interface ToldItem {
  readonly companyID: number;
  readonly productID: number;
  readonly isActive: boolean;
  readonly referenceTitle?: string | null;
  readonly serialNumber?: string | null;
  readonly referenceNumber?: string | null;
  readonly installDate?: string | null;
  readonly udfs?: Readonly<Record<string, string | null>>;
}

/** Throws where Autotask holds anything else than exactly one right item for each device: the same check for every way. */
export async function checkTidyResult(autotaskUrl: string, devices: number): Promise<void> {
  const state = (await (await fetch(`${autotaskUrl}/_sim/state`)).json()) as { items: readonly ToldItem[] };
  const wrong = whatIsWrong(state.items, devices);
  if (wrong !== '') throw new Error(wrong);
}

/** '' where there is exactly one right item for each device, and no other. */
export function whatIsWrong(items: readonly ToldItem[], devices: number): string {
  const told = items.map(lineOf).sort();
  const wanted = Array.from({ length: devices }, (_, at) => lineOf(itemOf(at))).sort();
  const wrong = wanted.findIndex((line, at) => line !== told[at]);
  if (told.length === wanted.length && wrong === -1) return '';
  return `for ${devices} devices there are ${told.length} items; the first that differs is ${told[wrong]}, and should be ${wanted[wrong]}`;
}

const lineOf = (item: ToldItem): string =>
  JSON.stringify([
    item.udfs?.[tidyMarkField],
    item.serialNumber,
    item.companyID,
    item.productID,
    item.isActive,
    item.referenceTitle,
    item.referenceNumber,
    item.installDate?.slice(0, 10),
  ]);
