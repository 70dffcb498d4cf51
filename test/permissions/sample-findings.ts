import type { AccessLevel, EntityAccess, FieldDefinition } from '#permissions/access';
import {
  type Answer,
  type CanaryFindings,
  type Findings,
  type Found,
  seen,
  unasked,
} from '#permissions/findings';
import type { ConfigurationItem, Mark, Masked } from '#sync/configuration-item';
import { noFields } from '../sync/in-memory-items.ts';

export const markField = 'Addigy Agent ID';

export const rights = (entity: string, more: Partial<EntityAccess> = {}): EntityAccess => ({
  entity,
  offers: { create: true, update: true, delete: false },
  query: 'all',
  create: 'none',
  update: 'none',
  delete: 'none',
  ...more,
});

export const level = (entity: string, action: 'query' | 'create' | 'update', access: AccessLevel) =>
  new Map([[entity, rights(entity, { [action]: access })]]);

export const itemOf = (
  mark: Mark,
  udfs?: ReadonlyMap<string, string | null | Masked>,
): ConfigurationItem => ({
  id: 7,
  companyId: 0,
  productId: 1,
  active: false,
  mark,
  fields: noFields,
  udfs,
  lastModified: null,
});

export const definition = (more: Partial<FieldDefinition> = {}): FieldDefinition => ({
  name: markField,
  active: true,
  isProtected: false,
  text: true,
  ...more,
});

export const refused = (detail = 'Autotask refused the request.'): Answer<never> => ({
  kind: 'failed',
  failure: 'refused',
  detail,
});
export const silent: Answer<never> = { kind: 'failed', failure: 'unavailable', detail: 'Autotask failed.' };

export const canaryOf = (more: Partial<CanaryFindings> = {}): Found<CanaryFindings> =>
  seen({
    made: false,
    itemId: 7,
    edit: unasked('the mark was edited'),
    markEdit: seen(true as const),
    readBack: seen(itemOf({ kind: 'agent', agentId: 'addigy-autotask-canary:word' })),
    word: 'addigy-autotask-canary:word',
    ...more,
  });

/** A user that may do exactly what the job needs. */
export const findingsOf = (more: Partial<Findings> = {}): Findings => ({
  zone: { name: 'Zone', url: 'https://webservices14.autotask.net/ATServicesRest/', webUrl: '' },
  entities: new Map(
    [
      rights('Companies'),
      rights('Products'),
      rights('ConfigurationItems', { create: 'all', update: 'all' }),
      rights('UserDefinedFieldDefinitions'),
    ].map((one) => [one.entity, one]),
  ),
  companies: seen([{ id: 0, name: 'MSP', active: true }]),
  products: seen([{ id: 1, name: 'Apple Mac', active: true }]),
  items: seen([itemOf({ kind: 'empty' })]),
  definitions: seen([definition()]),
  listedFields: seen([markField]),
  defined: unasked('there is one'),
  valued: seen({
    field: markField,
    item: itemOf({ kind: 'agent', agentId: 'a' }, new Map([[markField, 'a']])),
  }),
  canary: canaryOf(),
  ...more,
});
