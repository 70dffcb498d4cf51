/** `OpenAccess` over a list of items in memory, for tests of what is above the port. */
import type { Access, OpenAccess } from '#permissions/access';
import { type ConfigurationItem, type Masked, masked } from '#sync/configuration-item';
import type { FailureKind, PortError } from '#sync/ports';
import { definition, itemOf, markField, rights } from './sample-findings.ts';

export class Refusal extends Error implements PortError {
  readonly failure: FailureKind;
  readonly locked: boolean;
  constructor(failure: FailureKind, message: string, locked = false) {
    super(message);
    this.failure = failure;
    this.locked = locked;
  }
}

export interface InMemoryAutotask {
  readonly openAccess: OpenAccess;
  /** Null: every login goes well. */
  login: Refusal | null;
  viewUnprotected: boolean;
  editUnprotected: boolean;
  readonly logins: string[];
  readonly items: Map<number, ConfigurationItem>;
}

export function inMemoryAutotask(): InMemoryAutotask {
  const autotask: InMemoryAutotask = {
    login: null,
    viewUnprotected: true,
    editUnprotected: true,
    logins: [],
    items: new Map(),
    openAccess: async ({ username }) => {
      autotask.logins.push(username);
      if (autotask.login !== null) throw autotask.login;
      return accessTo(autotask);
    },
  };
  return autotask;
}

function accessTo(autotask: InMemoryAutotask): Access {
  let calls = 2;
  const asked = <Value>(value: Value): Promise<Value> => {
    calls += 1;
    return Promise.resolve(value);
  };
  const shown = (item: ConfigurationItem): ConfigurationItem =>
    autotask.viewUnprotected ? item : { ...item, mark: { kind: 'masked' }, udfs: hidden(item) };
  return {
    zone: { name: 'Zone', url: 'https://zone.test/', webUrl: 'https://ww0.autotask.net/' },
    entities: () =>
      asked([
        rights('Companies'),
        rights('Products'),
        rights('ConfigurationItems', { create: 'all', update: 'all' }),
        rights('UserDefinedFieldDefinitions'),
      ]),
    entity: () => asked(null),
    someCompanies: () => asked([{ id: 0, name: 'MSP', active: true }]),
    someProducts: () => asked([{ id: 1, name: 'Apple Mac', active: true }]),
    someItems: () => asked([...autotask.items.values()].slice(0, 1).map(shown)),
    fieldDefinitions: () => asked([definition()]),
    listedFields: () => asked([markField]),
    defineField: () => asked(undefined),
    itemWithValue: () => asked(null),
    itemsBySerial: (serial) =>
      asked([...autotask.items.values()].filter((item) => item.fields.serial === serial).map(shown)),
    item: (id) => {
      const item = autotask.items.get(id);
      return asked(item === undefined ? null : shown(item));
    },
    createItem: ({ companyId, fields }) => {
      const id = autotask.items.size + 1;
      const made = itemOf({ kind: 'empty' });
      autotask.items.set(id, { ...made, id, companyId, active: true, fields: { ...made.fields, ...fields } });
      return asked(id);
    },
    updateItem: async (id, patch) => {
      calls += 1;
      const item = autotask.items.get(id)!;
      const word = patch.udfs?.[markField];
      if (word !== undefined && !autotask.editUnprotected)
        throw new Refusal('refused', 'Autotask refused the field.');
      autotask.items.set(id, {
        ...item,
        active: patch.active ?? item.active,
        fields: { ...item.fields, ...patch.fields },
        ...(word == null ? {} : { mark: { kind: 'agent', agentId: word } }),
      });
    },
    calls: () => calls,
  };
}

const hidden = (item: ConfigurationItem): ReadonlyMap<string, string | null | Masked> | undefined =>
  item.udfs && new Map([...item.udfs.keys()].map((name) => [name, masked] as const));
