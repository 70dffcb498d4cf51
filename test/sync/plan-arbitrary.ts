/** Estates drawn from small pools, so that serial numbers, marks, twins and moves collide in most of them. */
import fc from 'fast-check';
import { type Mark, masked } from '#sync/configuration-item';
import type { Device, Policy } from '#sync/device';
import type { PlanInput } from '#sync/plan-input';
import { day, device, hour, input, item, now } from './sample-plan-input.ts';

const agents = ['a', 'b', 'c', 'd', 'e', 'f'];
const strangers = ['x', 'y'];
const serials = ['S1', 's1 ', 'S2', 'S3', 'S4', ''];
const titles = ['', 'Mac one', 'Mac  two', 'Ann’s 💻', 'x'.repeat(30)];
const macs = ['aa:bb:cc:00:00:01', 'aa:bb:cc:00:00:02'];
const policyIds = ['p0', 'p1', 'p2', 'p3', 'p4'];

const times = fc.constantFrom(null, 0, now - 400 * day, now - 40 * day, now - hour, now - 2 * hour);

const anyDevice = (agentId: string): fc.Arbitrary<Device> =>
  fc
    .record({
      serial: fc.constantFrom(...serials, 'S5', 'S6'),
      name: fc.constantFrom('Mac one', ...titles),
      family: fc.constantFrom('mac', 'mac', 'iphone', 'other'),
      virtual: fc.nat({ max: 14 }).map((chance) => chance === 0),
      policyId: fc.constantFrom(null, ...policyIds),
      macAddresses: fc.subarray(macs),
      lastSeen: times,
      registered: times,
      warrantyExpires: fc.constantFrom(null, 0, now + 300 * day, now + 9000 * day),
      freeDiskGb: fc.constantFrom(null, 1.2, 99.6),
      model: fc.constantFrom('', 'MacBook Air'),
    })
    .map((changed) => device(agentId, changed));

const anyMark: fc.Arbitrary<Mark> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Mark>({ kind: 'empty' }) },
  { weight: 1, arbitrary: fc.constant<Mark>({ kind: 'unseen' }) },
  {
    weight: 6,
    arbitrary: fc.constantFrom(...agents, ...strangers).map((agentId): Mark => ({ kind: 'agent', agentId })),
  },
);

const anyItem = fc
  .record({
    companyId: fc.constantFrom(10, 10, 20, 30, 40),
    active: fc.constantFrom(true, true, false),
    mark: anyMark,
    title: fc.constantFrom('Mac one', ...titles),
    serial: fc.constantFrom(...serials, 'S5', 'S6'),
    installed: fc.constantFrom('', '2024-05-06'),
    mac: fc.constantFrom('', ...macs),
    disk: fc.constantFrom(undefined, null, '50', masked),
    lastModified: fc.constantFrom(null, now - hour, now - 30 * day),
  })
  .map(({ companyId, active, mark, title, serial, installed, mac, disk, lastModified }) => {
    const made = item(0, {
      companyId,
      active,
      mark,
      lastModified,
      fields: { title, serial, installed, referenceNumber: mac },
    });
    if (made.udfs === undefined || disk === undefined) return made;
    return { ...made, udfs: new Map([...made.udfs, ['Free GB', disk] as const]) };
  });

const anyPolicies: fc.Arbitrary<Policy[]> = fc
  .array(
    fc.record({
      parentId: fc.constantFrom(null, ...policyIds, 'not sent'),
      companyId: fc.constantFrom(null, 0, 10, 10, 10, 20, 20, 30, 50),
    }),
    { minLength: policyIds.length, maxLength: policyIds.length },
  )
  .map((rows) => rows.map((row, at) => ({ id: policyIds[at]!, name: '', ...row })));

const limit = fc.record({ percent: fc.constantFrom(0, 30, 100), atLeast: fc.constantFrom(0, 1, 2, 100) });

export const anySettings = fc.record(
  {
    policy: fc.constantFrom('observe', 'create', 'upsert', 'sync', 'sync', 'sync'),
    onCompanyMove: fc.constantFrom('report', 'recreate'),
    graceHours: fc.constantFrom(0, 24),
    staleAfterDays: fc.constantFrom(null, 30),
    refreshDays: fc.constantFrom(0, 7),
    matchByMac: fc.constantFrom(null, 'referenceNumber'),
    defaultCompanyId: fc.constantFrom(null, null, 20),
    companies: fc.constantFrom({}, { p4: 0 }, { p0: 20 }),
    limits: fc.record({ updates: limit, deactivations: limit }),
    exclude: fc.constantFrom({}, { policies: ['p2'] }, { families: ['iphone'] }, { serials: ['s3'] }),
    fields: fc.constant([
      { to: 'title', from: 'name', rule: 'overwrite' },
      { to: 'serial', from: 'serial', rule: 'overwrite' },
      { to: 'installed', from: 'registered', rule: 'fill-empty' },
      { to: 'udf:Free GB', from: 'freeDiskGb', rule: 'overwrite' },
      { to: 'warrantyExpires', from: 'warrantyExpires', rule: 'overwrite' },
    ]),
  },
  { requiredKeys: ['fields', 'limits'] },
);

/** Limits that hold nothing. */
export const openLimits = {
  limits: { updates: { percent: 100, atLeast: 1000 }, deactivations: { percent: 100, atLeast: 1000 } },
};

const anyEstate = fc.record({
  devices: fc
    .subarray(agents)
    .chain((chosen) => fc.tuple(...chosen.map((agentId) => anyDevice(agentId))))
    .map((devices): Device[] => devices),
  items: fc.array(anyItem, { maxLength: 9 }).map((items) => items.map((one, at) => ({ ...one, id: at + 1 }))),
  policies: anyPolicies,
  complete: fc.constantFrom(true, true, true, false),
  missing: fc.constantFrom(
    new Map<number, number>(),
    new Map([
      [1, now - 30 * hour],
      [2, now - hour],
    ]),
  ),
});

export function anyInput(forced: object = {}): fc.Arbitrary<PlanInput> {
  return fc
    .tuple(anyEstate, anySettings)
    .map(([estate, settings]) =>
      input(
        { ...estate, facts: { lengths: new Map([['title', 20]]), udfNames: null, markField: 'present' } },
        { ...settings, ...forced },
      ),
    );
}
