/** Whatever Autotask answers: what its OpenAPI allows, and a lot that it does not. */
import { afterAll, beforeAll, describe, it } from 'vitest';
import { type AutotaskClient, createAutotaskClient } from '#autotask/client';
import { describeItems } from '#autotask/describe-items';
import { readAccess, readEveryAccess } from '#autotask/entity-access';
import { AutotaskError } from '#autotask/errors';
import { defineTextField, readFieldDefinitions } from '#autotask/field-definitions';
import { createItemDirectory } from '#autotask/items';
import { listCompanies } from '#autotask/list-companies';
import { logIn } from '#autotask/login';
import { createItem, itemById, updateItem } from '#autotask/one-item';
import { readFields } from '#autotask/read-fields';
import { readCompanies, readNamed } from '#autotask/read-references';
import { countRows, readCountedRows, readRows } from '#autotask/read-rows';
import { discoverZone } from '#autotask/zone';
import { autotaskDocument } from '../contract/autotask-contract.ts';
import { answerArbitrary } from '../contract/schema-arbitrary.ts';
import {
  type AnyAnswerServer,
  holdReader,
  isEmptyList,
  partOf,
  type Reading,
  startAnyAnswerServer,
} from '../http/any-answer-server.ts';
import type { Asked } from '../http/scripted-server.ts';
import { usual } from './scripted-autotask.ts';

const { signal } = new AbortController();
const mark = 'Addigy Agent ID';
const all = [{ op: 'gte', field: 'id', value: 0 }] as const;
const credentials = { username: 'u@example.com', secret: 'S3cret!value', trackingIdentifier: 'TRACK0ID' };
const chance = { random: () => 0, now: () => 0, timeoutMs: 5000 };

const item = {
  id: 7,
  companyID: 175,
  productID: 3,
  isActive: true,
  referenceTitle: 'Ann’s Mac',
  serialNumber: 'C02ABC',
  installDate: '2024-01-31T00:00:00',
  lastModifiedTime: '2024-01-31T15:04:05.307',
  userDefinedFields: [{ name: mark, value: 'agent-1' }],
};
const pageDetails = { count: 1, requestCount: 500, prevPageUrl: null, nextPageUrl: null };
const fields = {
  fields: [
    { name: 'serialNumber', dataType: 'string', length: 100, isRequired: false },
    {
      name: 'dataType',
      dataType: 'integer',
      length: 0,
      picklistValues: [{ value: '1', label: 'Text (Single Line)', isActive: true }],
    },
  ],
};
const info = {
  name: 'ConfigurationItem',
  canCreate: true,
  canUpdate: true,
  userAccessForCreate: 'All',
  userAccessForQuery: 'Restricted',
};
const zoneOf = (url: string) => ({ zoneName: 'Zone', url: `${url}/ATServicesRest/`, webUrl: '', ci: 1 });

interface Reader extends Pick<Reading<unknown>, 'isNothing' | 'saysNothing'> {
  readonly operation: readonly [method: string, path: string];
  readonly sample: unknown;
  readonly instead?: (asked: Asked) => unknown;
  readonly read: (client: AutotaskClient, url: string) => Promise<unknown>;
}

const never = { isNothing: () => false, saysNothing: () => false };
const rows = (body: unknown): unknown[] => [partOf(body, 'items')].flat();
const noItems = {
  isNothing: isEmptyList,
  saysNothing: (body: unknown) => isEmptyList(partOf(body, 'items')),
};
const isAnyOf = (ids: readonly number[]) => (row: unknown) => ids.includes(partOf(row, 'id') as number);

const isOfAnother = (definition: unknown): boolean =>
  partOf(definition, 'isActive') === false || (partOf(definition, 'udfType') ?? 6) !== 6;

const readers: Readonly<Record<string, Reader>> = {
  'all the rows': {
    operation: ['POST', '/V1.0/Products/query'],
    sample: { items: [{ id: 3, name: 'Mac' }], pageDetails },
    read: (client) => readRows(client, 'Products', all, signal),
    ...noItems,
  },
  'rows that were counted': {
    operation: ['POST', '/V1.0/ConfigurationItems/query'],
    sample: { items: [item], pageDetails },
    read: (client) => readCountedRows(client, 'ConfigurationItems', all, 1, signal),
    isNothing: isEmptyList,
    saysNothing: () => false,
  },
  'a count': {
    operation: ['POST', '/V1.0/ConfigurationItems/query/count'],
    sample: { queryCount: 1 },
    read: (client) => countRows(client, 'ConfigurationItems', all, signal),
    isNothing: (count) => count === 0,
    saysNothing: (body) => partOf(body, 'queryCount') === 0,
  },
  'the metadata of fields': {
    operation: ['GET', '/V1.0/ConfigurationItems/entityInformation/fields'],
    sample: fields,
    read: (client) => readFields(client, 'ConfigurationItems', 'fields', signal),
    isNothing: isEmptyList,
    saysNothing: (body) => isEmptyList(partOf(body, 'fields')),
  },
  'companies by id': {
    operation: ['POST', '/V1.0/Companies/query'],
    sample: { items: [{ id: 5, companyName: 'Acme', isActive: true }], pageDetails },
    read: (client) => readCompanies(client, [0, 5, 7], signal),
    isNothing: isEmptyList,
    saysNothing: (body) => Array.isArray(partOf(body, 'items')) && !rows(body).some(isAnyOf([0, 5, 7])),
  },
  'every company': {
    operation: ['POST', '/V1.0/Companies/query'],
    sample: { items: [{ id: 5, companyName: 'Acme', isActive: true }], pageDetails },
    read: (client) => listCompanies(client, signal),
    isNothing: isEmptyList,
    saysNothing: (body) =>
      Array.isArray(partOf(body, 'items')) && rows(body).every((row) => partOf(row, 'isActive') === false),
  },
  'products by id and name': {
    operation: ['POST', '/V1.0/Products/query'],
    sample: { items: [{ id: 3, name: 'Mac', isActive: true }], pageDetails },
    read: (client) => readNamed(client, 'Products', { ids: [0, 3, 9], names: ['Mac'] }, signal),
    isNothing: isEmptyList,
    saysNothing: (body) => Array.isArray(partOf(body, 'items')) && !rows(body).some(isAnyOf([0, 3, 9])),
  },
  'one item': {
    operation: ['GET', '/V1.0/ConfigurationItems/{id}'],
    sample: { item },
    read: (client) => itemById(client, 7, mark, signal),
    isNothing: (result) => result === null,
    saysNothing: (body, status) => status === 404 || partOf(body, 'item') === null,
  },
  'items by serial and mark': {
    operation: ['POST', '/V1.0/ConfigurationItems/query'],
    sample: { items: [item], pageDetails },
    instead: ({ path }) => (path.endsWith('ThresholdInformation') ? usual.body : undefined),
    read: (_, url) =>
      createItemDirectory({ zoneUrl: url, credentials, readOnly: true, ...chance }).find(
        { serials: ['C02ABC'], agentIds: ['agent-1'], markField: mark },
        signal,
      ),
    isNothing: isEmptyList,
    saysNothing: (body) =>
      Array.isArray(partOf(body, 'items')) &&
      !rows(body).some((row) => partOf(row, 'serialNumber') === 'C02ABC'),
  },
  'an item that was made': {
    operation: ['POST', '/V1.0/ConfigurationItems'],
    sample: { itemId: 7 },
    read: (client) =>
      createItem(client, { companyId: 175, productId: 3, fields: {}, udfs: {} }, (udf) => udf, signal),
    isNothing: (id) => !(Number.isSafeInteger(id) && (id as number) > 0),
    saysNothing: () => false,
  },
  'an item that was changed': {
    operation: ['PATCH', '/V1.0/ConfigurationItems'],
    sample: { itemId: 7 },
    read: (client) => updateItem(client, 7, { active: false }, (udf) => udf, signal),
    ...never,
  },
  'the definitions of fields': {
    operation: ['POST', '/V1.0/UserDefinedFieldDefinitions/query'],
    sample: { items: [{ id: 1, name: mark, isActive: true, isProtected: false, udfType: 6 }], pageDetails },
    read: (client) => readFieldDefinitions(client, signal),
    ...noItems,
  },
  'the data type of text': {
    operation: ['GET', '/V1.0/UserDefinedFieldDefinitions/entityInformation/fields'],
    sample: fields,
    read: (client) => defineTextField(client, mark, signal),
    ...never,
  },
  'what items look like': {
    operation: ['POST', '/V1.0/UserDefinedFieldDefinitions/query'],
    sample: { items: [{ id: 1, name: 'Another', isActive: true, udfType: 6 }], pageDetails },
    instead: ({ path }) => (path.includes('entityInformation') ? fields : undefined),
    read: (client) => describeItems(client, mark, signal),
    isNothing: (facts) => partOf(facts, 'markField') === 'absent',
    saysNothing: (body) =>
      Array.isArray(partOf(body, 'items')) &&
      rows(body).every((row) => isOfAnother(row) || typeof partOf(row, 'name') === 'string'),
  },
  'the rights on every entity': {
    operation: ['GET', '/V1.0/EntityInformation'],
    sample: { entityDescriptions: [{ info }] },
    read: (client) => readEveryAccess(client, signal),
    isNothing: isEmptyList,
    saysNothing: () => false,
  },
  'the rights on one': {
    operation: ['GET', '/V1.0/ConfigurationItems/entityInformation'],
    sample: { info },
    read: (client) => readAccess(client, 'ConfigurationItems', signal),
    ...never,
  },
  'a login': {
    operation: ['GET', '/V1.0/Version'],
    sample: { majorVersion: '2026', minorVersion: '3', build: '0', customerType: 'Production' },
    instead: ({ path, headers }) =>
      path.includes('zoneInformation') ? zoneOf(`http://${headers.host}`) : undefined,
    read: (_, url) => logIn({ baseUrl: url, credentials, readOnly: true, ...chance }, signal),
    ...never,
  },
  'the zone': {
    operation: ['GET', '/V1.0/ZoneInformation'],
    sample: zoneOf('https://webservices3.autotask.net'),
    read: (_, url) => discoverZone({ baseUrl: url, ...chance }, 'u@example.com', signal),
    ...never,
  },
  'the allowance': {
    operation: ['GET', '/V1.0/ThresholdInformation'],
    sample: usual.body,
    instead: ({ path }) =>
      path.endsWith('ThresholdInformation') ? undefined : { items: [{ id: 5 }], pageDetails },
    read: (_, url) =>
      createItemDirectory({ zoneUrl: url, credentials, readOnly: true, ...chance }).companies([5], signal),
    isNothing: isEmptyList,
    saysNothing: () => false,
  },
};

describe.each(['allowed', 'spoilt'] as const)('an answer that is %s', (kind) => {
  let server: AnyAnswerServer;
  beforeAll(async () => {
    server = await startAnyAnswerServer();
  });
  afterAll(() => server.close());

  it.each(Object.entries(readers))('%s', async (_name, { operation, sample, read, ...rest }) => {
    await holdReader(kind, {
      server,
      good: answerArbitrary(autotaskDocument, operation, sample),
      read: (url) =>
        read(createAutotaskClient({ zoneUrl: url, credentials, readOnly: false, ...chance }, false), url),
      isTyped: (error) => error instanceof AutotaskError && error.failure.length > 0,
      ...rest,
    });
  });
});
