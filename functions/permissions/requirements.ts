/**
 * What an API user must be able to do, as data: one entry for each line of the permission report. Autotask's
 * labels come from `procedure/labels.ts`.
 */
import type { Engine, Purpose } from '#connections/connection';
import { labels, pathText, places, rights } from '#procedure/labels';

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

type Right = (typeof rights)[keyof typeof rights];
const level = (...needed: readonly Right[]): string =>
  `${pathText(places.securityLevels.path)}: open the API user's level and set ${needed.map(({ feature, set }) => `${feature} to ${set}`).join(', and ')}. A system level cannot be edited: copy it, edit the copy, and assign that to the user.`;
const boxes = (box: string): string =>
  `${pathText(places.protectedData.path)}: in the API user's row tick ${box}, then Save.`;
const theUser = `${pathText(places.users.path)} > the API user`;

export const requirements = [
  {
    id: 'login',
    title: 'Login and zone',
    why: 'Nothing works before Autotask accepts the credentials.',
    ...direct,
    probe:
      'zoneInformation without the secret, then one GET Version with all three headers. It is tried once.',
    fix: `${theUser}: Active is ticked, Locked is not, and ${labels.username}, ${labels.password} and ${labels.trackingIdentifier} are those that were entered here. A user that was just made can take five minutes to work.`,
  },
  {
    id: 'tracking-identifier',
    title: labels.trackingIdentifier,
    why: `A user bound to a vendor works for that vendor alone; ours must be ${labels.custom}.`,
    ...direct,
    probe: 'The login: Autotask refuses a user whose identifier is another.',
    fix: `${theUser} > ${labels.trackingIdentifier}: choose ${labels.custom}, and enter here the identifier that Autotask then shows. A user that has one already keeps it: make a new user.`,
  },
  {
    id: 'companies-query',
    title: 'Companies: view',
    why: 'A device belongs to a company; without the right Autotask shows an empty list and no error.',
    ...direct,
    probe:
      'The level’s rights, and the first companies: the MSP’s own is always there, so an empty list is a missing right.',
    fix: level(rights.companies),
  },
  {
    id: 'products-query',
    title: 'Products: view',
    why: 'A configuration item needs a product.',
    ...writing,
    probe: 'The level’s rights, and the first active products.',
    fix: level(rights.products),
  },
  {
    id: 'items-query',
    title: 'Configuration items: view',
    why: 'What cannot be seen would be created a second time.',
    ...direct,
    probe: 'The level’s rights, and the first configuration items.',
    fix: level(rights.itemsView),
  },
  {
    id: 'items-create',
    title: 'Configuration items: add',
    why: 'A new device becomes a new item.',
    ...writing,
    probe: 'The level’s rights; where the canary had to be made, its creation.',
    fix: level(rights.itemsAdd, rights.itemsAdmin),
  },
  {
    id: 'items-update',
    title: 'Configuration items: edit',
    why: 'A device that changed or is gone changes its item.',
    ...writing,
    probe: 'The level’s rights; with the canary, an edit of it.',
    fix: level(rights.itemsEdit),
  },
  {
    id: 'field-definitions',
    title: 'User-defined fields: view',
    why: 'Tells whether the mark’s field exists, and that it is not protected.',
    ...direct,
    probe: 'The definitions of the fields of configuration items, else their names in the items’ metadata.',
    fix: level(rights.itemsAdmin),
  },
  {
    id: 'mark-field',
    title: 'The field of the mark',
    why: 'The mark on an item says that it is ours: without it a rebuilt service would create every item again.',
    ...writing,
    probe:
      'A field of this name, active, of text, not protected; made where there is none and the level allows it.',
    fix: `${pathText(places.userDefinedFields.path)}: make an active field of type ${labels.markFieldType} with this name, not Protected.`,
  },
  {
    id: 'view-unprotected-data',
    title: labels.viewBox,
    why: 'The mark is a user-defined field: without this box it is hidden or masked, and what is ours cannot be told.',
    ...direct,
    probe:
      'An item that is known to have a value in an unprotected field: its value, the mask *****, or nothing.',
    fix: boxes(labels.viewBox),
  },
  {
    id: 'edit-unprotected-data',
    title: labels.editBox,
    why: 'The mark is written to a user-defined field.',
    ...writing,
    probe:
      'A fresh word written to the mark of an item of our own (the canary) and read back. There is no proof without a write.',
    fix: boxes(`${labels.editBox} (which ticks ${labels.viewBox} as well)`),
  },
  {
    id: 'addigy-reach',
    title: 'Addigy reaches Autotask',
    why: 'Only Addigy can log in with a user of its own tracking identifier.',
    purposes: ['addigy'],
    engines: ['direct', 'native'],
    probe: 'Addigy is asked for the Autotask companies that it finds with the credentials that it holds.',
    fix: `Addigy > ${pathText(places.addigy.path)}: paste the Username into ${labels.addigyUsername} and the Password into ${labels.addigyKey}, and save. In Autotask, the user must be active, with Addigy’s entry under ${labels.trackingIdentifier} > ${labels.vendor}, and both boxes ticked under ${pathText(places.protectedData.path)}.`,
  },
] as const satisfies readonly Requirement[];

export type RequirementId = (typeof requirements)[number]['id'];

export const requirementsOf = (purpose: Purpose, engine: Engine): readonly (typeof requirements)[number][] =>
  requirements.filter(
    (one) =>
      (one.purposes as readonly Purpose[]).includes(purpose) &&
      (one.engines as readonly Engine[]).includes(engine),
  );
