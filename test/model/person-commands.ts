/** What people do to items in Autotask, in its user interface. */
import fc from 'fast-check';
import { companyIds } from './beginning.ts';
import { kind, place, serial, withDevice } from './kind.ts';
import { serialOf } from './names.ts';
import type { World } from './world.ts';

const company = fc.nat(companyIds.length - 1);

export const personCommands = {
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
  personDeletes: kind(1, fc.record({ item: place }), (of, world) => {
    const item = world.item(of.item);
    if (item === null) return '';
    world.vendors.autotask.edit({ kind: 'delete-item', id: item.id });
    return `a person deletes item ${item.id}`;
  }),
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
  /** Adopts it for a device, by hand. */
  personMarks: kind(1, fc.record({ item: place, device: place }), (of, world) =>
    withDevice(of.device, world, (agentId) => {
      world.markedByHand.add(agentId);
      return edit(
        of.item,
        world,
        { udfs: { [world.label()]: agentId } },
        `writes the mark of ${agentId} into it`,
      );
    }),
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
};

function edit(at: number, world: World, patch: object, what: string): string {
  const item = world.item(at);
  if (item === null) return '';
  world.vendors.autotask.world.edit(item.id, patch as Record<string, unknown>);
  return `a person opens item ${item.id} and ${what}`;
}
