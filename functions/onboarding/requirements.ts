/**
 * What an API user must be able to do, as data: one entry for each line of the permission report. A change
 * of Autotask's labels is a change of this file and of `procedure.ts`.
 */
import type { Engine, Purpose } from './connection.ts';

export interface Requirement {
  readonly id: string;
  readonly title: string;
  readonly why: string;
  readonly purposes: readonly Purpose[];
  readonly engines: readonly Engine[];
  /** How it is found out. */
  readonly probe: string;
  /** What an administrator does about it, in Autotask's (or Addigy's) words. */
  readonly fix: string;
}

const direct = { purposes: ['device-sync'], engines: ['direct', 'native'] } as const;
/** The native engine only reads with this user: Addigy writes. */
const writing = { purposes: ['device-sync'], engines: ['direct'] } as const;

const level = (feature: string): string =>
  `Admin > Account Settings & Users > Resources/Users (HR) > Security > Security Levels: open the API user's level and set ${feature}. A system level cannot be edited: copy it, edit the copy, and assign that to the user.`;
const boxes = (box: string): string =>
  `Admin > Account Settings & Users > Resources/Users (HR) > Security > Protected Data Permission: in the API user's row tick ${box}, then Save.`;

export const requirements = [
  {
    id: 'login',
    title: 'Login and zone',
    why: 'Nothing works before Autotask accepts the credentials.',
    ...direct,
    probe:
      'zoneInformation without the secret, then one GET Version with all three headers. It is tried once.',
    fix: 'Resources/Users (HR) > Resources/Users > the API user: Active is ticked, Locked is not, and Username (Key), Password (Secret) and API Tracking Identifier are those that were entered here. A user that was just made can take five minutes to work.',
  },
  {
    id: 'tracking-identifier',
    title: 'API Tracking Identifier',
    why: 'A user bound to a vendor works for that vendor alone; ours must be Custom (Internal Integration).',
    ...direct,
    probe: 'The login: Autotask refuses a user whose identifier is another.',
    fix: 'Resources/Users (HR) > Resources/Users > the API user > API Tracking Identifier: choose Custom (Internal Integration), and enter here the identifier that Autotask then shows. A user that has one already keeps it: make a new user.',
  },
  {
    id: 'companies-query',
    title: 'Companies: view',
    why: 'A device belongs to a company; without the right Autotask shows an empty list and no error.',
    ...direct,
    probe:
      'The level’s rights, and the first companies: the MSP’s own is always there, so an empty list is a missing right.',
    fix: level('CRM > Customer & Cancelation (Company) to All'),
  },
  {
    id: 'products-query',
    title: 'Products: view',
    why: 'A configuration item needs a product.',
    ...writing,
    probe: 'The level’s rights, and the first active products.',
    fix: level('Inventory > Products to View All'),
  },
  {
    id: 'items-query',
    title: 'Configuration items: view',
    why: 'What cannot be seen would be created a second time.',
    ...direct,
    probe: 'The level’s rights, and the first configuration items.',
    fix: level('CRM > Configuration Items & Subscriptions: View to All'),
  },
  {
    id: 'items-create',
    title: 'Configuration items: add',
    why: 'A new device becomes a new item.',
    ...writing,
    probe: 'The level’s rights; where the canary had to be made, its creation.',
    fix: level('CRM > Configuration Items & Subscriptions: Add, and Admin > Configuration Items'),
  },
  {
    id: 'items-update',
    title: 'Configuration items: edit',
    why: 'A device that changed or is gone changes its item.',
    ...writing,
    probe: 'The level’s rights; with the canary, an edit of it.',
    fix: level('CRM > Configuration Items & Subscriptions: Edit to All'),
  },
  {
    id: 'field-definitions',
    title: 'User-defined fields: view',
    why: 'Tells whether the mark’s field exists, and that it is not protected.',
    ...direct,
    probe: 'The definitions of the fields of configuration items, else their names in the items’ metadata.',
    fix: level('Admin > User-Defined Fields to be viewed'),
  },
  {
    id: 'mark-field',
    title: 'The field of the mark',
    why: 'The mark on an item says that it is ours: without it a rebuilt service would create every item again.',
    ...writing,
    probe:
      'A field of this name, active, of text, not protected; made where there is none and the level allows it.',
    fix: 'Admin > Account Settings & Users > Application-Wide (Shared) Features > User-Defined Fields > Devices (Configuration Items): make an active field of type Text (Single Line) with this name, not Protected.',
  },
  {
    id: 'view-unprotected-data',
    title: 'View Unprotected Data',
    why: 'The mark is a user-defined field: without this box it is hidden or masked, and what is ours cannot be told.',
    ...direct,
    probe:
      'An item that is known to have a value in an unprotected field: its value, the mask *****, or nothing.',
    fix: boxes('View Unprotected Data'),
  },
  {
    id: 'edit-unprotected-data',
    title: 'Edit Unprotected Data',
    why: 'The mark is written to a user-defined field.',
    ...writing,
    probe:
      'A fresh word written to the mark of an item of our own (the canary) and read back. There is no proof without a write.',
    fix: boxes('Edit Unprotected Data (which ticks View Unprotected Data as well)'),
  },
  {
    id: 'addigy-reach',
    title: 'Addigy reaches Autotask',
    why: 'Only Addigy can log in with a user of its own tracking identifier.',
    purposes: ['addigy'],
    engines: ['direct', 'native'],
    probe: 'Addigy is asked for the Autotask companies that it finds with the credentials that it holds.',
    fix: 'Addigy > Account > Integrations > Autotask: paste the Username into API Username (1) and the Password into Key (2), and save. In Autotask, the user must be active, with Addigy’s entry under API Tracking Identifier > Integration Vendor, and both boxes ticked under Protected Data Permission.',
  },
] as const satisfies readonly Requirement[];

export type RequirementId = (typeof requirements)[number]['id'];

export const requirementsOf = (purpose: Purpose, engine: Engine): readonly (typeof requirements)[number][] =>
  requirements.filter(
    (one) =>
      (one.purposes as readonly Purpose[]).includes(purpose) &&
      (one.engines as readonly Engine[]).includes(engine),
  );
