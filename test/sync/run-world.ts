/** A small world to run a sync in: devices in memory, items in memory, a clock that a test turns. */
import { createHash } from 'node:crypto';
import type { Company, Product } from '#sync/configuration-item';
import type { Device, Policy } from '#sync/device';
import type { DeviceSource, ItemDirectory, PortError } from '#sync/ports';
import type { RunReport } from '#sync/report';
import { type RunRequest, type RunWorld, runSync } from '#sync/run';
import { type SyncSettings, syncSettingsSchema } from '#sync/settings';

export const startOfTime = Date.UTC(2026, 0, 15, 12);
export const day = 24 * 3_600_000;
export const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

export function aDevice(n: number, more: Partial<Device> = {}): Device {
  return {
    agentId: `agent-${n}`,
    serial: `C02A${n}`,
    name: `Mac ${n}`,
    family: 'mac',
    model: 'MacBook Air',
    hardwareModel: 'MacBookAir10,1',
    virtual: false,
    policyId: 'p10',
    osVersion: '14.5',
    macAddresses: [],
    lastSeen: startOfTime,
    registered: startOfTime - 400 * day,
    warrantyExpires: null,
    ipAddress: '',
    freeDiskGb: null,
    currentUser: '',
    ...more,
  };
}

export const aPolicy = (companyId: number | null, more: Partial<Policy> = {}): Policy => ({
  id: `p${companyId}`,
  name: `Policy of ${companyId}`,
  parentId: null,
  companyId,
  ...more,
});

export const aCompany = (id: number): Company => ({ id, name: `Company ${id}`, active: true });
export const products: readonly Product[] = [{ id: 1, name: 'Apple Device', active: true }];

/** Fields of it are changed between runs, as an estate changes. */
export class InMemoryDevices implements DeviceSource {
  devicesKnown: readonly Device[];
  policiesKnown: readonly Policy[];
  /** '' where the read is complete. */
  doubt = '';
  failure: PortError | null = null;
  /** Which of the two reads fails. */
  fails: 'policies' | 'devices' = 'policies';
  private requests = 0;

  constructor(devices: readonly Device[], policies: readonly Policy[] = [aPolicy(10)]) {
    this.devicesKnown = devices;
    this.policiesKnown = policies;
  }

  async policies(): Promise<readonly Policy[]> {
    this.requests += 1;
    if (this.failure !== null && this.fails === 'policies') throw this.failure;
    return this.policiesKnown;
  }

  async devices(): Promise<{ devices: readonly Device[]; complete: boolean; doubt: string }> {
    this.requests += 1;
    if (this.failure !== null && this.fails === 'devices') throw this.failure;
    return { devices: this.devicesKnown, complete: this.doubt === '', doubt: this.doubt };
  }

  calls(): number {
    return this.requests;
  }
}

export const someSettings = (more: Record<string, unknown> = {}): SyncSettings =>
  syncSettingsSchema.parse({ policy: 'sync', ...more });

export interface Going {
  readonly request?: Partial<RunRequest>;
  readonly world?: Partial<RunWorld>;
  readonly signal?: AbortSignal;
}

export function run(source: DeviceSource, directory: ItemDirectory, going: Going = {}): Promise<RunReport> {
  return runSync(
    {
      connectionId: 'acme',
      settings: someSettings(),
      apply: true,
      planId: null,
      only: null,
      missing: new Map(),
      unanswered: new Map(),
      addigyReaches: false,
      ...going.request,
    },
    {
      source,
      directory,
      now: () => startOfTime,
      digest,
      progress: () => {},
      planned: async () => {},
      ...going.world,
    },
    going.signal ?? new AbortController().signal,
  );
}
