/** Whatever Addigy answers: what its specification allows, and a lot that it does not. */
import { afterAll, beforeAll, describe, it } from 'vitest';
import { AddigyError } from '#addigy/addigy-error';
import { createDeviceSource } from '#addigy/device-source';
import { createNativeSync } from '#addigy/native-sync';
import { proveKey } from '#addigy/prove-key';
import { createAddigyReach } from '#addigy/reach';
import { addigyDocument } from '../contract/addigy-contract.ts';
import { answerArbitrary } from '../contract/schema-arbitrary.ts';
import {
  type AnyAnswerServer,
  holdReader,
  isEmptyList,
  partOf,
  type Reading,
  startAnyAnswerServer,
} from '../http/any-answer-server.ts';

const { signal } = new AbortController();
const optionsOf = (baseUrl: string) => ({
  baseUrl,
  apiKey: 'addigy-key-1',
  timeoutMs: 5000,
  random: () => 0,
  now: () => 0,
  requestsPerSecond: 100_000,
});
const organizationId = 'org-1';

const policies = [
  { policyId: 'p-1', name: 'North', parent: null, orgid: organizationId, autotask_account_id: 101 },
  { policyId: 'p-2', name: 'South', parent: 'p-1', orgid: organizationId, autotask_account_id: 0 },
];
const devices = {
  items: [
    {
      agentid: 'agent-1',
      orgid: organizationId,
      audit_date: '2026-01-05T10:00:00.1Z',
      facts: {
        serial_number: { type: 'string', value: 'C02ABC', error_msg: '' },
        policy_id: { type: 'string', value: 'p-1', error_msg: '' },
        ethernet_ma_cs: { type: 'list', value: ['14-7D-DA-4F-73-10'], error_msg: '' },
        last_online: { type: 'date', value: '2026-01-05T10:00:00.12Z', error_msg: '' },
        free_disk_space_gb: { type: 'number', value: 12.5, error_msg: '' },
      },
    },
  ],
  metadata: { page: 1, page_count: 1, per_page: 100, result_count: 1, total: 1 },
};

interface Reader extends Pick<Reading<unknown>, 'isNothing' | 'saysNothing'> {
  readonly operation: readonly [method: string, path: string];
  readonly sample: unknown;
  readonly read: (url: string) => Promise<unknown>;
}

/** A bare list, or one in `items`, or null for it. */
const saysEmpty = (body: unknown): boolean => {
  const list = Array.isArray(body) || body === null ? body : partOf(body, 'items');
  return list === null || isEmptyList(list);
};
const isOfOrganization = (item: unknown): boolean =>
  [organizationId, '', undefined, null].includes(partOf(item, 'orgid') as string);
const never = { isNothing: () => false, saysNothing: () => false };

const readers: Readonly<Record<string, Reader>> = {
  policies: {
    operation: ['POST', '/oa/policies/query'],
    sample: policies,
    read: (url) => createDeviceSource({ ...optionsOf(url), organizationId: null }).policies(signal),
    isNothing: isEmptyList,
    saysNothing: saysEmpty,
  },
  'policies of one organisation': {
    operation: ['POST', '/oa/policies/query'],
    sample: policies,
    read: (url) => createDeviceSource({ ...optionsOf(url), organizationId }).policies(signal),
    isNothing: isEmptyList,
    saysNothing: (body) =>
      saysEmpty(body) || (Array.isArray(body) && body.some((item) => !isOfOrganization(item))),
  },
  'the organisation of a key': {
    operation: ['POST', '/oa/policies/query'],
    sample: policies,
    read: (url) => proveKey(optionsOf(url), signal),
    ...never,
  },
  devices: {
    operation: ['POST', '/devices'],
    sample: devices,
    read: (url) => createDeviceSource({ ...optionsOf(url), organizationId: null }).devices(signal),
    isNothing: (view) => partOf(view, 'complete') === true && isEmptyList(partOf(view, 'devices')),
    saysNothing: (body) => saysEmpty(body),
  },
  'devices of one organisation': {
    operation: ['POST', '/o/{organization_id}/devices'],
    sample: devices,
    read: (url) => createDeviceSource({ ...optionsOf(url), organizationId }).devices(signal),
    isNothing: (view) => partOf(view, 'complete') === true && isEmptyList(partOf(view, 'devices')),
    saysNothing: (body) =>
      saysEmpty(body) || [partOf(body, 'items')].flat().every((item) => !isOfOrganization(item)),
  },
  'the companies that Addigy sees': {
    operation: ['GET', '/o/{organization_id}/integrations/autotask/accounts'],
    sample: [{ id: 7, name: 'Acme' }],
    read: (url) => createAddigyReach({ ...optionsOf(url), organizationId }).accounts('', signal),
    isNothing: isEmptyList,
    saysNothing: saysEmpty,
  },
  'a native sync': {
    operation: ['POST', '/o/{organization_id}/integrations/autotask/policy/device/sync'],
    sample: {},
    read: (url) => createNativeSync({ ...optionsOf(url), organizationId }).syncPolicy('p-1', signal),
    ...never,
  },
};

describe.each(['allowed', 'spoilt'] as const)('an answer that is %s', (kind) => {
  let server: AnyAnswerServer;
  beforeAll(async () => {
    server = await startAnyAnswerServer();
  });
  afterAll(() => server.close());

  it.each(Object.entries(readers))('%s', async (_name, { operation, sample, ...reader }) => {
    await holdReader(kind, {
      server,
      good: answerArbitrary(addigyDocument, operation, sample),
      isTyped: (error) => error instanceof AddigyError && error.failure.length > 0,
      ...reader,
    });
  });
});
