/** What becomes of the way to the vendors: the field of the mark, the API user's rights, its allowance, and bad days. */
import fc from 'fast-check';
import { kind } from './kind.ts';
import { oftenKinds, scriptOf } from './misfortunes.ts';
import { markField, otherLabel } from './names.ts';
import { apiUser } from './vendors.ts';

export const accessCommands = {
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
    16,
    fc.record({
      kind: fc.constantFrom(...oftenKinds),
      on: fc.constantFrom('read', 'write', 'write'),
      skip: fc.constantFrom(0, 0, 0, 1, 1, 2, 3, 4),
      times: fc.constantFrom(1, 1, 2, 5),
    }),
    (of, world) => {
      const { vendor, script } = scriptOf(of);
      world.vendors[vendor].faults.add(script);
      return `after ${of.skip} of its kind, ${of.times} times a ${of.on} of ${vendor} meets: ${of.kind}`;
    },
  ),
  prove: kind(2, fc.constant({}), async (_, world) => {
    await world.system.prove();
    return 'the credentials are stored and proved again';
  }),
};
