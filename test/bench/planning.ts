/** Plans so many devices against so many items, in a process of its own, and prints time and memory as JSON. */
import { createHash } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import type { ConfigurationItem } from '#sync/configuration-item';
import type { Device } from '#sync/device';
import { planSync } from '#sync/plan';
import { syncSettingsSchema } from '#sync/settings';

const size = Number(process.argv[2]);
const companies = Math.max(1, Math.floor(size / 100));
const registered = Date.UTC(2024, 0, 5);

const devices = Array.from(
  { length: size },
  (_, at): Device => ({
    agentId: `agent-${at}`,
    serial: `C02${at.toString(36).toUpperCase().padStart(8, '0')}`,
    name: `Mac ${at}`,
    family: 'mac',
    model: 'MacBook Air',
    hardwareModel: 'MacBookAir10,1',
    virtual: false,
    policyId: `policy-${at % companies}`,
    osVersion: '15.1',
    macAddresses: [],
    lastSeen: registered,
    registered,
    warrantyExpires: null,
    ipAddress: '',
    freeDiskGb: null,
    currentUser: '',
  }),
);
// One item in a hundred has another name by now; one device in a hundred has no item yet.
const items = devices.flatMap((device, at): ConfigurationItem[] =>
  at % 100 === 1
    ? []
    : [
        {
          id: at + 1,
          companyId: (at % companies) + 1,
          productId: 1,
          active: true,
          mark: { kind: 'agent', agentId: device.agentId },
          fields: {
            title: at % 100 === 0 ? `Old ${at}` : device.name,
            serial: device.serial,
            referenceNumber: device.hardwareModel,
            location: '',
            notes: '',
            installed: '2024-01-05',
            warrantyExpires: '',
          },
          udfs: new Map([['Addigy Agent ID', device.agentId]]),
          lastModified: registered,
        },
      ],
);
const ids = Array.from({ length: companies }, (_, at) => at);
const input = {
  connectionId: 'bench',
  settings: syncSettingsSchema.parse({ policy: 'sync', limits: { updates: { percent: 100 } } }),
  devices,
  policies: ids.map((at) => ({
    id: `policy-${at}`,
    name: `Policy ${at}`,
    parentId: null,
    companyId: at + 1,
  })),
  items,
  companies: ids.map((at) => ({ id: at + 1, name: `Company ${at}`, active: true })),
  products: new Map([['mac', 1] as const]),
  categories: new Map(),
  types: new Map(),
  facts: { lengths: new Map(), udfNames: ['Addigy Agent ID'], markField: 'present' as const },
  missing: new Map(),
  complete: true,
  now: Date.UTC(2026, 0, 1),
  digest: (text: string) => createHash('sha256').update(text).digest('hex'),
};
const began = performance.now();
const plan = planSync(input);
const ms = performance.now() - began;
if (plan.changes.length !== Math.ceil(size / 100) * 2)
  throw new Error(`planned ${plan.changes.length} changes`);
// The most that it ever was, in kilobytes.
const { maxRSS } = process.resourceUsage();
process.stdout.write(JSON.stringify({ size, ms: Math.round(ms), peakMb: Math.round(maxRSS / 1024) }));
