/** Devices, items and inputs for the planning tests: a whole one each, of which a case changes what it is about. */
import { createHash } from 'node:crypto';
import type { ConfigurationItem, Mark, Masked, StandardField } from '#sync/configuration-item';
import type { Device } from '#sync/device';
import type { PlanInput } from '#sync/plan-input';
import { syncSettingsSchema } from '#sync/settings';
import { noFields } from './in-memory-items.ts';

export const day = 86_400_000;
export const hour = 3_600_000;
export const now = Date.UTC(2026, 10, 24, 12);
export const registered = Date.UTC(2024, 4, 6);

export const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

/** A Mac in policy `p1`, which leads to company 10. */
export function device(agentId: string, changed: Partial<Device> = {}): Device {
  return {
    agentId,
    serial: `S-${agentId}`,
    name: `Mac ${agentId}`,
    family: 'mac',
    model: 'MacBook Air',
    hardwareModel: 'MacBookAir10,1',
    virtual: false,
    policyId: 'p1',
    osVersion: '15.1',
    macAddresses: [],
    lastSeen: now - hour,
    registered,
    warrantyExpires: null,
    ipAddress: '10.0.0.1',
    freeDiskGb: 100,
    currentUser: 'ann',
    ...changed,
  };
}

type ItemChanges = Partial<Omit<ConfigurationItem, 'fields' | 'mark'>> & {
  readonly mark?: Mark | string;
  readonly fields?: Partial<Record<StandardField, string>>;
};

/** An active, unmarked item in company 10. A `mark` that is a text is an agent id. */
export function item(id: number, changed: ItemChanges = {}): ConfigurationItem {
  const { mark: given = { kind: 'empty' }, fields, ...rest } = changed;
  const mark: Mark = typeof given === 'string' ? { kind: 'agent', agentId: given } : given;
  const udfs = new Map<string, string | null | Masked>([
    ['Addigy Agent ID', mark.kind === 'agent' ? mark.agentId : null],
  ]);
  return {
    id,
    companyId: 10,
    productId: 1,
    active: true,
    mark,
    fields: { ...noFields, ...fields },
    udfs: mark.kind === 'unseen' ? undefined : udfs,
    lastModified: now - day,
    ...rest,
  };
}

/** The item that a sync would have made of this device. */
export function itemOf(of: Device, id: number, changed: ItemChanges = {}): ConfigurationItem {
  return item(id, {
    mark: of.agentId,
    ...changed,
    fields: {
      title: of.name,
      serial: of.serial,
      referenceNumber: of.hardwareModel,
      installed: new Date(of.registered ?? registered).toISOString().slice(0, 10),
      ...changed.fields,
    },
  });
}

/** Policies `p1` and its child `p1a` lead to company 10 (Acme), `p2` to 20 (Beta), `p3` to 30, which is inactive; `p0` to none. */
export function input(changed: Partial<PlanInput> = {}, settings: object = {}): PlanInput {
  return {
    connectionId: 'acme',
    settings: syncSettingsSchema.parse({ policy: 'sync', graceHours: 0, ...settings }),
    devices: [],
    policies: [
      { id: 'p0', name: 'Nobody', parentId: null, companyId: null },
      { id: 'p1', name: 'Acme', parentId: null, companyId: 10 },
      { id: 'p1a', name: 'Acme Macs', parentId: 'p1', companyId: null },
      { id: 'p2', name: 'Beta', parentId: null, companyId: 20 },
      { id: 'p3', name: 'Closed', parentId: null, companyId: 30 },
    ],
    items: [],
    companies: [
      { id: 10, name: 'Acme', active: true },
      { id: 20, name: 'Beta', active: true },
      { id: 30, name: 'Closed', active: false },
    ],
    products: new Map([
      ['mac', 1],
      ['iphone', 2],
    ]),
    categories: new Map(),
    types: new Map(),
    facts: { lengths: new Map(), udfNames: null, markField: 'present' },
    missing: new Map(),
    complete: true,
    now,
    digest,
    ...changed,
  };
}
