/** All that can happen in a story. Devices and items are named by a place in their list, going round. */
import fc from 'fast-check';
import { companyIds } from './beginning.ts';
import { faultKinds, scriptOf } from './misfortunes.ts';
import type { Cut } from './mortal.ts';
import { markField, otherLabel, policyIds, serialOf, text } from './names.ts';
import { apiUser } from './vendors.ts';
import type { World } from './world.ts';

const place = fc.nat(7);
const serial = fc.integer({ min: 0, max: 6 });
const company = fc.nat(companyIds.length - 1);
const policy = fc.nat(policyIds.length - 1);
const hour = 3_600_000;

/** Does it, and tells it; '' where there was nothing to do it to. */
type Deed<Of> = (of: Of, world: World) => Promise<string> | string;
interface Kind<Of> {
  readonly weight: number;
  readonly of: fc.Arbitrary<Of>;
  readonly does: Deed<Of>;
}
const kind = <Of>(weight: number, of: fc.Arbitrary<Of>, does: Deed<Of>): Kind<Of> => ({ weight, of, does });

const withDevice = (at: number, world: World, does: (agentId: string) => string): string => {
  const agentId = world.device(at);
  return agentId === null ? '' : does(agentId);
};

const cuts: fc.Arbitrary<Cut | null> = fc.oneof(
  { weight: 3, arbitrary: fc.constant(null) },
  {
    weight: 2,
    arbitrary: fc.record({
      how: fc.constantFrom('killed', 'killed', 'deadline'),
      at: fc.integer({ min: 1, max: 40 }),
      when: fc.constantFrom('before', 'after'),
    }),
  },
);
const working = fc.record({ cut: cuts, twice: fc.boolean(), atOnce: fc.constantFrom(1, 1, 2, 3) });
type Working = typeof working extends fc.Arbitrary<infer Of> ? Of : never;

async function work({ cut, twice, atOnce }: Working, world: World): Promise<string> {
  if (twice) world.system.duplicate();
  const legs = await world.watch(() => world.system.work({ atOnce, cut }));
  for (const { end } of legs) world.count(`leg ${end}`);
  const run = await world.system.lastRun();
  const cutText = cut === null ? '' : `, the first one ${cut.how} ${cut.when} step ${cut.at}`;
  const status =
    run === null
      ? 'no run has ended'
      : `the last run is ${run.status} ${run.reason ?? ''} ${JSON.stringify(run.counts)}`;
  return `${legs.length} deliveries${twice ? ', of each message two' : ''}, ${atOnce} at once${cutText}: ${legs.map(({ end }) => end).join(', ') || 'nothing'}; ${status}`;
}

export const commandKinds = {
  enrol: kind(3, fc.record({ serial, policy }), (of, world) => {
    const agentId = world.enrol(of.serial, policyIds[of.policy]!);
    return `${agentId} enrols with ${serialOf(of.serial)} in ${policyIds[of.policy]}`;
  }),
  reEnrol: kind(3, fc.record({ device: place, forgetOld: fc.boolean() }), (of, world) =>
    withDevice(of.device, world, (old) => {
      const { facts } = world.vendors.addigy.world.device(old)!;
      const agentId = world.enrol(-1, null);
      for (const fact of ['serial_number', 'device_name', 'policy_id'])
        world.vendors.addigy.world.setFact(agentId, fact, facts[fact]!);
      if (of.forgetOld) world.vendors.addigy.world.retire(old);
      return `${old} is wiped and enrols again as ${agentId}${of.forgetOld ? '; Addigy forgets the old one' : ''}`;
    }),
  ),
  rename: kind(
    2,
    fc.record({ device: place, name: fc.constantFrom('Till', 'Oven', ' Counter  2 ') }),
    (of, world) =>
      withDevice(of.device, world, (agentId) => {
        world.vendors.addigy.world.rename(agentId, of.name);
        return `${agentId} is renamed to ${JSON.stringify(of.name)}`;
      }),
  ),
  correctSerial: kind(1, fc.record({ device: place, serial: fc.integer({ min: -1, max: 6 }) }), (of, world) =>
    withDevice(of.device, world, (agentId) => {
      world.vendors.addigy.world.setFact(agentId, 'serial_number', text(serialOf(of.serial)));
      return `${agentId} now has the serial number ${serialOf(of.serial) || '(none)'}`;
    }),
  ),
  movePolicy: kind(2, fc.record({ device: place, policy }), (of, world) =>
    withDevice(of.device, world, (agentId) => {
      const policyId = policyIds[of.policy]!;
      world.vendors.addigy.world.move(agentId, policyId);
      return `${agentId} moves to ${policyId}`;
    }),
  ),
  remapCompany: kind(
    1,
    fc.record({ policy: fc.nat(policyIds.length - 2), company: fc.constantFrom(10, 11, 12, null) }),
    (of, world) => {
      world.vendors.addigy.world.linkPolicy(policyIds[of.policy]!, of.company);
      return `${policyIds[of.policy]} is linked to ${of.company ?? 'no company'}`;
    },
  ),
  retire: kind(3, fc.record({ device: place }), (of, world) =>
    withDevice(of.device, world, (agentId) => {
      world.vendors.addigy.world.retire(agentId);
      return `${agentId} is deleted in Addigy`;
    }),
  ),
  goSilent: kind(1, fc.record({ device: place, days: fc.constantFrom(1, 29, 40) }), (of, world) =>
    withDevice(of.device, world, (agentId) => {
      world.vendors.addigy.world.silence(
        agentId,
        new Date(world.clock.now - of.days * 24 * hour).toISOString(),
      );
      return `${agentId} has been silent for ${of.days} days`;
    }),
  ),

  personEdits: kind(
    2,
    fc.record({
      item: place,
      field: fc.constantFrom('referenceTitle', 'serialNumber', 'referenceNumber', 'notes'),
      value: fc.constantFrom('Till', 'c02model1', 'C02MODEL3', 'by hand', ''),
    }),
    (of, world) =>
      edit(
        of.item,
        world,
        { [of.field]: of.value || null },
        `writes ${of.field} ${JSON.stringify(of.value)}`,
      ),
  ),
  personDeactivates: kind(2, fc.record({ item: place }), (of, world) =>
    edit(of.item, world, { isActive: false }, 'deactivates it'),
  ),
  personReactivates: kind(1, fc.record({ item: place }), (of, world) =>
    edit(of.item, world, { isActive: true }, 'reactivates it'),
  ),
  personMerges: kind(2, fc.record({ item: place, into: place }), (of, world) => {
    const [from, into] = [world.item(of.item), world.item(of.into)];
    // Autotask merges within a company.
    if (from === null || into === null || from.id === into.id || from.companyID !== into.companyID) return '';
    world.vendors.autotask.edit({ kind: 'merge-items', source: from.id, target: into.id });
    return `a person merges item ${from.id} into ${into.id}`;
  }),
  personAdds: kind(2, fc.record({ serial, company }), (of, world) => {
    const companyID = companyIds[of.company]!;
    const { id } = world.vendors.autotask.world.addItem({
      companyID,
      productID: 1,
      isActive: true,
      referenceTitle: 'Added by hand',
      serialNumber: serialOf(of.serial).toLowerCase(),
    });
    return `a person adds item ${id} with ${serialOf(of.serial)} to company ${companyID}`;
  }),
  personMarks: kind(1, fc.record({ item: place, device: place }), (of, world) =>
    withDevice(of.device, world, (agentId) =>
      edit(of.item, world, { udfs: { [world.label()]: agentId } }, `writes the mark of ${agentId} into it`),
    ),
  ),
  personClearsMark: kind(1, fc.record({ item: place }), (of, world) =>
    edit(of.item, world, { udfs: { [world.label()]: null } }, 'clears its mark'),
  ),
  companyState: kind(
    1,
    fc.record({ company: fc.constantFrom(10, 11, 12), active: fc.boolean() }),
    (of, world) => {
      const patch = { isActive: of.active };
      world.vendors.autotask.edit({ kind: 'edit-record', entity: 'Companies', id: of.company, patch });
      return `company ${of.company} becomes ${of.active ? 'active' : 'inactive'}`;
    },
  ),

  relabelMark: kind(1, fc.constant({}), (_, world) => {
    const name = world.label();
    const patch = { name: name === markField ? otherLabel : markField };
    world.vendors.autotask.edit({ kind: 'edit-udf', name, patch });
    return `a person renames the field of the mark to ${patch.name}`;
  }),
  protectMark: kind(1, fc.record({ isProtected: fc.boolean() }), (of, world) => {
    world.vendors.autotask.edit({ kind: 'edit-udf', name: world.label(), patch: of });
    return `the field of the mark is ${of.isProtected ? '' : 'no longer '}protected`;
  }),
  permission: kind(
    2,
    fc.record({ viewUnprotected: fc.boolean(), editUnprotected: fc.boolean() }),
    (of, world) => {
      const { username } = apiUser;
      world.vendors.autotask.edit({ kind: 'set-permission', username, protectedData: of });
      return `the API user may ${of.viewUnprotected ? '' : 'not '}view and may ${of.editUnprotected ? '' : 'not '}edit unprotected data`;
    },
  ),
  rights: kind(
    1,
    fc.record({ query: fc.boolean(), create: fc.boolean(), update: fc.boolean() }),
    (of, world) => {
      const { username } = apiUser;
      world.vendors.autotask.edit({ kind: 'set-permission', username, rights: { ConfigurationItems: of } });
      return `the API user's rights to configuration items are ${JSON.stringify(of)}`;
    },
  ),
  threshold: kind(1, fc.record({ left: fc.constantFrom(0, 3, 12, 10_000) }), (of, world) => {
    world.vendors.autotask.edit({
      kind: 'set-threshold',
      limit: 10_000,
      used: 5_000 - Math.min(of.left, 5_000),
    });
    return `of the hour's allowance ${of.left} requests are left`;
  }),
  misfortune: kind(
    13,
    fc.record({
      kind: fc.constantFrom(...faultKinds),
      on: fc.constantFrom('read', 'write', 'write'),
      skip: fc.nat(4),
      times: fc.constantFrom(1, 1, 2, 5),
    }),
    (of, world) => {
      const { vendor, script } = scriptOf(of);
      world.vendors[vendor].faults.add(script);
      return `after ${of.skip} of its kind, ${of.times} times a ${of.on} of ${vendor} meets: ${of.kind}`;
    },
  ),

  tick: kind(18, fc.record({ ticks: fc.constantFrom(1, 1, 2), ...workingParts() }), async (of, world) => {
    await world.system.tick(of.ticks);
    return `The schedule ticks${of.ticks > 1 ? ' twice at once' : ''}: ${await work(of, world)}`;
  }),
  ask: kind(5, fc.record({ reviewed: fc.boolean(), ...workingParts() }), async (of, world) => {
    const answer = await world.system.ask(of.reviewed);
    return `A person asks for ${of.reviewed ? 'the reviewed plan' : 'a run'} (${answer}): ${await work(of, world)}`;
  }),
  time: kind(3, fc.record({ hours: fc.constantFrom(0.02, 0.3, 1, 30, 80) }), async (of, world) => {
    await world.clock.pass(of.hours * hour);
    return `${of.hours} hours go by: ${await work({ cut: null, twice: false, atOnce: 1 }, world)}`;
  }),
  clockJumps: kind(1, fc.record({ minutes: fc.constantFrom<number>(-90, -5, 5, 300) }), (of, world) => {
    world.clock.jump(of.minutes * 60_000);
    return `the clock jumps by ${of.minutes} minutes`;
  }),
  prove: kind(2, fc.constant({}), async (_, world) => {
    await world.system.prove();
    return 'the credentials are stored and proved again';
  }),
  climb: kind(
    1,
    fc.record({ policy: fc.constantFrom('sync', 'upsert', 'create', 'observe') }),
    async (of, world) => {
      await world.declare({ policy: of.policy });
      return `the connection's policy becomes ${of.policy}`;
    },
  ),
} as const;

export type CommandName = keyof typeof commandKinds;

function workingParts() {
  return { cut: cuts, twice: fc.boolean(), atOnce: fc.constantFrom(1, 1, 2, 3) };
}

function edit(at: number, world: World, patch: object, what: string): string {
  const item = world.item(at);
  if (item === null) return '';
  world.vendors.autotask.world.edit(item.id, patch as Record<string, unknown>);
  return `a person opens item ${item.id} and ${what}`;
}
