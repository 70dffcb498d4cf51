/**
 * Every request of the adapter, and every answer of the simulator, held to Addigy's own specification:
 * so that the two cannot share one misunderstanding.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDeviceSource } from '#addigy/device-source';
import { createNativeSync } from '#addigy/native-sync';
import { proveKey } from '#addigy/prove-key';
import { createAddigyReach } from '#addigy/reach';
import { type AddigySimulator, startAddigySimulator } from '../simulators/addigy/server.ts';
import { fleetApiKey, makeFleet } from '../simulators/fleet.ts';
import type { JournalEntry } from '../simulators/journal.ts';
import { addigyContract, addigyFile } from './addigy-contract.ts';
import type { Exchange } from './exchange.ts';

/** What went over the wire, as far as the journal's parsed bodies tell. */
const exchangeOf = ({ body, answer, ...entry }: JournalEntry): Exchange => ({
  ...entry,
  rawBody: body === null ? '' : JSON.stringify(body),
  rawAnswer: answer === null ? '' : JSON.stringify(answer),
});
const faultsOfRequest = (entry: JournalEntry) => addigyContract!.requestFaults(exchangeOf(entry));
const faultsOfAnswer = (entry: JournalEntry) => addigyContract!.answerFaults(exchangeOf(entry));

describe.skipIf(addigyContract === null)(
  `Addigy’s specification (skipped where ${addigyFile} is not present)`,
  () => {
    const { addigy: seed } = makeFleet({ devices: 250, seed: 5 });
    const signal = new AbortController().signal;
    let addigy: AddigySimulator;

    beforeAll(async () => {
      addigy = await startAddigySimulator({ seed });
    });
    afterAll(() => addigy.close());

    async function journalOf(work: () => Promise<unknown>): Promise<JournalEntry[]> {
      addigy.journal.clear();
      await work();
      return addigy.journal.entries();
    }

    const call = (method: string, path: string, body?: unknown, key = fleetApiKey) =>
      fetch(`${addigy.url}/api/v2${path}`, {
        method,
        headers: { 'x-api-key': key, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });

    it.each([null, seed.organizationId])(
      'is kept by every request of the adapter (organisation %s)',
      async (organizationId) => {
        const options = {
          baseUrl: addigy.url,
          apiKey: fleetApiKey,
          random: () => 0,
          now: () => 0,
          timeoutMs: 5000,
          requestsPerSecond: 1000,
        };
        const entries = await journalOf(async () => {
          await proveKey(options, signal);
          const source = createDeviceSource({ ...options, organizationId });
          await source.policies(signal);
          const view = await source.devices(signal);
          expect(view).toMatchObject({ complete: true, devices: { length: 250 } });
        });
        expect(entries).toHaveLength(1 + 1 + 3);
        expect(entries.flatMap(faultsOfRequest)).toEqual([]);
        expect(entries.flatMap(faultsOfAnswer)).toEqual([]);
      },
    );

    it('is kept by what asks about Autotask', async () => {
      const linked = seed.policies.find((policy) => policy.autotask_account_id)!;
      const options = {
        baseUrl: addigy.url,
        apiKey: fleetApiKey,
        organizationId: seed.organizationId,
        random: () => 0,
        now: () => 0,
        timeoutMs: 5000,
      };
      const entries = await journalOf(async () => {
        const reach = createAddigyReach(options);
        expect(await reach.accounts('', signal)).toHaveLength(seed.autotaskAccounts!.length);
        await reach.accounts('a & b', signal);
        await createNativeSync(options).syncPolicy(linked.policyId, signal);
      });
      expect(entries.map(({ status }) => status)).toEqual([200, 200, 200]);
      expect(entries.flatMap(faultsOfRequest)).toEqual([]);
      expect(entries.flatMap(faultsOfAnswer)).toEqual([]);
    });

    it('is kept by every answer of the simulator', async () => {
      const org = `/o/${seed.organizationId}`;
      const linked = seed.policies.find((policy) => policy.autotask_account_id)!;
      const account = seed.autotaskAccounts![1]!;
      const statuses: number[] = [];
      const entries = await journalOf(async () => {
        for (const [method, path, body, key] of [
          ['GET', '/configuration/permissions'],
          ['POST', '/oa/policies/query', {}],
          ['POST', '/oa/policies/query', { policies: [linked.policyId] }],
          ['POST', '/oa/policies/query', { unknown: 1 }],
          ['POST', '/devices', {}],
          ['POST', '/devices', { page: 99 }],
          ['POST', '/devices', { page: 'one' }],
          [
            'POST',
            `${org}/devices`,
            { page: 2, per_page: 20, sort_field: 'serial_number', sort_direction: 'asc' },
          ],
          ['GET', `${org}/facts`],
          ['GET', `${org}/integrations/autotask/accounts?phrase=a`],
          ['GET', `${org}/integrations/autotask/accounts/${account.id}`],
          ['GET', `${org}/integrations/autotask/accounts/1`],
          ['POST', `${org}/integrations/autotask/policy/device/sync`, { policy_id: linked.policyId }],
          ['POST', `${org}/integrations/autotask/policy/device/sync`, {}],
          ['POST', '/devices', {}, 'a wrong key'],
        ] as const) {
          statuses.push((await call(method, path, body, key)).status);
        }
      });
      expect(statuses).toEqual([200, 200, 200, 400, 200, 200, 400, 200, 200, 200, 200, 500, 200, 400, 401]);
      expect(entries.flatMap(faultsOfAnswer)).toEqual([]);
    });

    describe('is really held to', () => {
      const good: JournalEntry = {
        at: 0,
        method: 'POST',
        path: '/api/v2/devices',
        headers: { 'x-api-key': 'k', 'content-type': 'application/json' },
        body: { page: 1, desired_fact_identifiers: ['serial_number'] },
        status: 200,
        answer: {
          items: [{ agentid: 'a', facts: { x: { type: 'string', value: 1, error_msg: '' } } }],
          metadata: { total: 1 },
        },
        ms: 0,
        flags: [],
        fault: null,
      };

      it('lets a good one pass', () => {
        expect(faultsOfRequest(good)).toEqual([]);
        expect(faultsOfAnswer(good)).toEqual([]);
      });

      it.each([
        ['a path that does not exist', { path: '/api/v2/device' }],
        ['another base path', { path: '/devices' }],
        ['a method that does not exist', { method: 'GET' }],
        ['no key', { headers: { 'content-type': 'application/json' } }],
        ['an unknown field', { body: { perPage: 1 } }],
        ['a wrong type', { body: { page: '1' } }],
        ['an unknown field inside', { body: { query: { policies: 'p' } } }],
        ['no body', { body: null }],
        ['an undeclared query parameter', { path: '/api/v2/devices?page=1' }],
      ])('refuses a request with %s', (_, change) => {
        expect(faultsOfRequest({ ...good, ...change })).not.toEqual([]);
      });

      it.each([
        ['an unknown field', { answer: { items: [], next: 'x' } }],
        ['an unknown field inside', { answer: { items: [{ agentId: 'a' }] } }],
        ['a wrong type', { answer: { items: {} } }],
        ['a bare list', { answer: [] }],
        ['an error of another shape', { status: 500, answer: { errors: [] } }],
      ])('refuses an answer with %s', (_, change) => {
        expect(faultsOfAnswer({ ...good, ...change })).not.toEqual([]);
      });
    });
  },
);
