/** What happens to devices and policies in Addigy. */
import fc from 'fast-check';
import { hour, kind, place, serial, withDevice } from './kind.ts';
import { policyIds, serialOf, text } from './names.ts';

const policy = fc.nat(policyIds.length - 1);

export const deviceCommands = {
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
};
