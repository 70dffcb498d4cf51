/**
 * Whatever fails, and wherever a run is cut: nothing is written twice, nothing is lost, and quiet runs
 * after it come to rest with each device's item as it should be.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ConfigurationItem } from '#sync/configuration-item';
import { type Device, serialKey } from '#sync/device';
import type { FailureKind } from '#sync/ports';
import type { RunReport } from '#sync/report';
import { faultyItems, type Moment } from './faulty-items.ts';
import { InMemoryItems, portError } from './in-memory-items.ts';
import { aCompany, aDevice, aPolicy, InMemoryDevices, products, run, someSettings } from './run-world.ts';
import { anItem } from './sample-changes.ts';

type Fault = FailureKind | 'stop' | 'crash';
interface Trouble {
  readonly fault: Fault;
  readonly when: Moment['when'];
}

const policyIds = ['p10', 'p11', 'pnull'];
const device = fc.record({
  serial: fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 0, max: 30 }) }, fc.constant(-1)),
  isLower: fc.boolean(),
  policyId: fc.constantFrom(...policyIds),
});
const item = fc.record({
  companyId: fc.constantFrom(10, 10, 10, 11, 99),
  serial: fc.integer({ min: 0, max: 30 }),
  /** Of a device, of one that is gone, or none. */
  mark: fc.oneof(fc.integer({ min: 0, max: 40 }), fc.constant(null)),
  active: fc.boolean(),
});
/** None of the writes' faults says less than it did: `refused`, `exhausted` and the like come before a write takes place. */
const trouble: fc.Arbitrary<Trouble | null> = fc.oneof(
  { weight: 6, arbitrary: fc.constant(null) },
  {
    weight: 4,
    arbitrary: fc.oneof(
      fc.record({
        fault: fc.constantFrom<Fault>('lost', 'unreadable', 'unavailable', 'stop', 'crash'),
        when: fc.constantFrom<Moment['when']>('before', 'after'),
      }),
      fc.record({
        fault: fc.constantFrom<Fault>('refused', 'exhausted', 'unauthorised', 'stopped'),
        when: fc.constant<Moment['when']>('before'),
      }),
    ),
  },
);
const estate = fc.record({
  devices: fc.array(device, { minLength: 1, maxLength: 14 }),
  items: fc.array(item, { maxLength: 12 }),
  onCompanyMove: fc.constantFrom('report', 'recreate'),
  troubles: fc.array(fc.array(trouble, { maxLength: 30 }), { minLength: 1, maxLength: 3 }),
});

type Estate = typeof estate extends fc.Arbitrary<infer Value> ? Value : never;

const serialOf = (n: number, isLower: boolean): string => (n < 0 ? '' : isLower ? ` c02x${n}` : `C02X${n}`);

function devicesOf({ devices }: Estate): Device[] {
  return devices.map(({ serial, isLower, policyId }, n) =>
    aDevice(n, { serial: serialOf(serial, isLower).trim(), policyId }),
  );
}

/** No mark twice: such an estate is not ours to repair. */
function itemsOf({ items }: Estate): ConfigurationItem[] {
  const taken = new Set<number>();
  return items.map(({ companyId, serial, mark, active }, at) => {
    const isFree = mark !== null && !taken.has(mark);
    if (isFree) taken.add(mark);
    const fields = { ...anItem(at + 1).fields, serial: serialOf(serial, at % 2 === 0) };
    return anItem(at + 1, isFree ? `agent-${mark}` : '', { companyId, active, fields });
  });
}

function troubleMaker(tape: readonly (Trouble | null)[], stop: AbortController): (moment: Moment) => void {
  let at = 0;
  const given = new Map<string, Trouble | null>();
  return ({ call, nth, when }) => {
    if (call !== 'create' && call !== 'update' && call !== 'find' && call !== 'item') return;
    const id = `${call} ${nth}`;
    if (when === 'before') given.set(id, tape[at++] ?? null);
    const now = given.get(id) ?? null;
    if (now === null || now.when !== when) return;
    if (now.fault === 'stop') stop.abort();
    else if (now.fault === 'crash') throw new TypeError('the process was killed');
    else throw portError(now.fault, `it was ${now.fault}`);
  };
}

/** Each device is in exactly one place of the report. */
function addsUp(report: RunReport): void {
  if (report.planId === '') return;
  const changed = report.changes.filter(({ kind, reason }) => kind !== 'deactivate' && reason !== 'left');
  const held = report.held.filter(({ agentId }) => agentId !== '');
  expect(changed.length + held.length + report.counts.unchanged).toBe(report.devices);
  const { create, update, reactivate, deactivate, applied, failed, pending } = report.counts;
  expect(create + update + reactivate + deactivate).toBe(report.changes.length);
  if (report.applied) expect(applied + failed + pending).toBe(report.changes.length);
}

async function throughTrouble(given: Estate): Promise<{ items: InMemoryItems; last: RunReport }> {
  const companies = [aCompany(10), aCompany(11)];
  const items = new InMemoryItems({ items: itemsOf(given), companies, products });
  const policies = [aPolicy(10), aPolicy(11), aPolicy(null)];
  const devices = new InMemoryDevices(devicesOf(given), policies);
  const generous = { percent: 100, atLeast: 1000 };
  const settings = someSettings({
    graceHours: 0,
    onCompanyMove: given.onCompanyMove,
    limits: { updates: generous, deactivations: generous },
  });
  let missing: ReadonlyMap<number, number> = new Map();
  const sync = async (tape: readonly (Trouble | null)[]): Promise<RunReport | null> => {
    const stop = new AbortController();
    const directory = faultyItems(items, troubleMaker(tape, stop));
    try {
      const report = await run(devices, directory, { request: { settings, missing }, signal: stop.signal });
      addsUp(report);
      if (report.missing !== null) missing = new Map(report.missing);
      return report;
    } catch (error) {
      expect(error).toBeInstanceOf(TypeError);
      return null;
    }
  };
  for (const tape of given.troubles) await sync(tape);
  let last: RunReport | null = null;
  for (let quiet = 0; quiet < 4; quiet++) {
    last = await sync([]);
    if (last?.changes.length === 0) break;
  }
  return { items, last: last as RunReport };
}

const markOf = ({ mark }: ConfigurationItem): string => (mark.kind === 'agent' ? mark.agentId : '');

describe('after any trouble', () => {
  it('quiet runs come to rest, with no mark twice and nothing lost', async () => {
    await fc.assert(
      fc.asyncProperty(estate, async (given) => {
        const { items, last } = await throughTrouble(given);
        expect(last).toMatchObject({ outcome: 'succeeded', changes: [] });

        const all = [...items.items.values()];
        // What a cut run left marked in a company that no policy leads to is not read again.
        const connected = all.filter(({ companyId }) => companyId !== 99);
        const marks = connected.map(markOf).filter((mark) => mark !== '');
        expect(marks.length).toBe(new Set(marks).size);

        const held = new Set(last.held.map(({ agentId }) => agentId));
        for (const device of devicesOf(given)) {
          if (held.has(device.agentId)) continue;
          const companyId = Number(device.policyId?.slice(1));
          const own = connected.filter((one) => one.active && markOf(one) === device.agentId);
          expect(own).toMatchObject([{ companyId, fields: { title: device.name } }]);
          expect(serialKey(own[0]?.fields.serial)).toBe(serialKey(device.serial));
        }

        const before = itemsOf(given);
        for (const one of before) expect(items.items.get(one.id)?.companyId).toBe(one.companyId);
        const created = items.writes.filter((write) => write.kind === 'create');
        const twice = created.map(({ draft }) => `${draft.companyId} ${draft.udfs['Addigy Agent ID']}`);
        expect(twice.length).toBe(new Set(twice).size);
        expect(all.length).toBe(before.length + created.length);
      }),
      { numRuns: 400 },
    );
  });
});
