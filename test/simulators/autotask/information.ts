/** What the vendor tells about its entities. The flags reflect the security level, not Protected Data Permission. */
import { type Action, type ApiUser, may } from './api-users.ts';
import { entities } from './entities.ts';
import type { Entity, Field, Offer } from './entity.ts';
import type { Asker } from './evaluate.ts';
import { listedEntities } from './listed-entities.ts';
import type { AutotaskQuirks } from './quirks.ts';
import type { EntityName, ListedName } from './seed.ts';
import type { Row } from './table.ts';
import type { AutotaskWorld } from './world.ts';

const accessNumbers = { None: 0, All: 1, Restricted: 2 };

export const entityInformation = ({ name, ...offer }: Entity, asker: Asker) => described(name, offer, asker);

/** The listed entities too. */
export const everyEntity = (asker: Asker) => ({
  entityDescriptions: Object.entries({ ...entities, ...listedEntities }).map(([name, offer]) =>
    described(name as EntityName | ListedName, offer, asker),
  ),
});

function described(name: EntityName | ListedName, offer: Offer, { user, quirks }: Asker) {
  const access = (action: Action) => accessOf(user, action, name, quirks);
  return {
    info: {
      name: offer.singular,
      canCreate: offer.canCreate,
      canDelete: offer.canDelete,
      canQuery: true,
      canUpdate: offer.canUpdate,
      userAccessForCreate: access('create'),
      userAccessForDelete: access('delete'),
      userAccessForQuery: access('query'),
      userAccessForUpdate: access('update'),
      hasUserDefinedFields: offer.hasUserDefinedFields,
      supportsWebhookCallouts: ['Companies', 'ConfigurationItems', 'Tickets'].includes(name),
    },
  };
}

function accessOf(
  user: ApiUser,
  action: Action,
  name: EntityName | ListedName,
  quirks: AutotaskQuirks,
): string | number {
  const access = may(user, action, name) ? quirks.allowedAccess : 'None';
  return quirks.accessLevels === 'words' ? access : accessNumbers[access];
}

export const fieldsOf = (entity: Entity, { world }: Asker) => ({
  fields: entity.fields.map((field) => ({
    name: field.name,
    dataType: field.type === 'date' ? 'datetime' : field.type,
    length: field.length,
    isRequired: field.required,
    isReadOnly: field.writable !== 'always',
    isQueryable: field.queryable,
    isReference: field.references !== null && !field.pickList,
    referenceEntityType: field.references === null || field.pickList ? '' : singular(field),
    isPickList: field.pickList,
    picklistValues: field.pickList ? pickList(field, world) : null,
    picklistParentValueField: '',
    isSupportedWebhookField: false,
  })),
});

const singular = ({ name, references }: Field): string =>
  references === null || references === 'absent' ? name.replace(/ID$/u, '') : entities[references].singular;

const fixedPickLists: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  companyType: [
    ['1', 'Customer'],
    ['3', 'Prospect'],
    ['6', 'Partner'],
  ],
  licenseType: [
    ['1', 'Professional'],
    ['7', 'API User'],
  ],
  userType: [
    ['9', 'System Administrator'],
    ['17', 'API User (system)'],
  ],
  udfType: [
    ['1', 'Company'],
    ['6', 'Device'],
  ],
  dataType: [
    ['1', 'Text (Single Line)'],
    ['2', 'Text (Multi Line)'],
    ['4', 'Date'],
    ['5', 'List'],
  ],
};

function pickList({ name }: Field, world: AutotaskWorld) {
  // A type is a record of its own and a value of this list; values are text here, and numbers in records.
  const values =
    name === 'configurationItemType'
      ? world.tables.ConfigurationItemTypes.all().map((row) => listed(row))
      : (fixedPickLists[name] ?? []).map(([value, label]) => ({ value, label, isActive: true }));
  return values.map(({ value, label, isActive }, index) => ({
    value,
    label,
    isDefaultValue: false,
    sortOrder: index + 1,
    parentValue: '',
    isActive,
    isSystem: false,
  }));
}

const listed = ({ id, values }: Row) => ({
  value: String(id),
  label: String(values.name),
  isActive: values.isActive === true,
});

/** `type` here, `dataType` there; no word about protection. */
export const userDefinedFieldsOf = (entity: Entity, { world }: Asker) => ({
  fields: (entity.name === 'ConfigurationItems' ? world.udfDefinitions() : [])
    .filter(({ values }) => values.isActive === true)
    .map((definition) => ({
      name: definition.values.name,
      label: definition.values.name,
      type: 'string',
      length: world.udfLength(definition),
      description: definition.values.description ?? '',
      isRequired: definition.values.isRequired === true,
      isReadOnly: false,
      isQueryable: true,
      isReference: false,
      referenceEntityType: '',
      isPickList: false,
      picklistValues: null,
      picklistParentValueField: '',
      defaultValue: null,
      isSupportedWebhookField: false,
    })),
});
