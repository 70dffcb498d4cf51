/**
 * Every request that the adapter makes in the life of a connection, and every answer that it gets, held to
 * Autotask's own OpenAPI: so that adapter and simulator cannot share one misunderstanding.
 */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDeviceSource } from '#addigy/device-source';
import { createItemDirectory } from '#autotask/items';
import { createCompanyList } from '#autotask/list-companies';
import { proveLogin } from '#autotask/login';
import { createOpenAccess } from '#autotask/open-access';
import { runSync } from '#sync/run';
import { syncSettingsSchema } from '#sync/settings';
import { type AddigySimulator, startAddigySimulator } from '../simulators/addigy/server.ts';
import { type AutotaskSimulator, startAutotaskSimulator } from '../simulators/autotask/server.ts';
import { fleetApiKey, fleetApiUser, makeFleet } from '../simulators/fleet.ts';
import type { JournalEntry } from '../simulators/journal.ts';
import {
  autotaskDocument as document,
  autotaskFile as file,
  withinAutotask as within,
} from './autotask-contract.ts';

const chance = { random: () => 0, now: Date.now };
const { signal } = new AbortController();

describe.skipIf(document === null)(`the adapter’s requests (skipped where ${file} is not present)`, () => {
  let autotask: AutotaskSimulator;
  let addigy: AddigySimulator;
  let entries: JournalEntry[];

  beforeAll(async () => {
    const fleet = makeFleet({ devices: 150, seed: 11 });
    [autotask, addigy] = await Promise.all([
      startAutotaskSimulator({ seed: fleet.autotask }),
      startAddigySimulator({ seed: fleet.addigy }),
    ]);
    const zone = await proveLogin({ baseUrl: autotask.url, credentials: fleetApiUser, ...chance }, signal);
    const settings = syncSettingsSchema.parse({
      policy: 'sync',
      graceHours: 0,
      onCompanyMove: 'recreate',
      categories: { mac: 'Computer' },
      types: { mac: 1 },
      fields: [
        { to: 'title', from: 'name', rule: 'overwrite' },
        { to: 'serial', from: 'serial', rule: 'overwrite' },
        { to: 'installed', from: 'registered', rule: 'overwrite' },
        { to: 'warrantyExpires', from: 'warrantyExpires', rule: 'overwrite' },
        { to: 'notes', from: 'model', rule: 'fill-empty' },
        { to: 'location', from: 'osVersion', rule: 'fill-empty' },
        { to: 'udf:OS Version', from: 'osVersion', rule: 'overwrite' },
      ],
    });
    const sync = async () => {
      const source = createDeviceSource({
        baseUrl: addigy.url,
        apiKey: fleetApiKey,
        organizationId: null,
        timeoutMs: 10_000,
        requestsPerSecond: 1_000,
        ...chance,
      });
      const directory = createItemDirectory({
        zoneUrl: zone.url,
        credentials: fleetApiUser,
        readOnly: false,
        ...chance,
      });
      const report = await runSync(
        {
          ...{ connectionId: 'contract', settings, apply: true, planId: null, only: null },
          ...{ missing: new Map(), unanswered: new Map(), addigyReaches: false },
        },
        {
          source,
          directory,
          ...chance,
          digest: (text) => createHash('sha256').update(text).digest('hex'),
          progress: () => {},
          planned: async () => {},
        },
        signal,
      );
      expect([report.outcome, report.detail, report.counts.failed]).toEqual(['succeeded', '', 0]);
      return report;
    };
    await sync();
    const marked = autotask.world.items().filter((item) => item.isActive && item.udfs['Addigy Agent ID']);
    const [renamed, retired, moved] = marked
      .map((item) => item.udfs['Addigy Agent ID'] as string)
      .filter((agentId) => addigy.world.device(agentId));
    addigy.world.rename(renamed!, 'Renamed');
    addigy.world.retire(retired!);
    const elsewhere = addigy.world.device(marked.at(-1)!.udfs['Addigy Agent ID']!)!.facts.policy_id!
      .value as string;
    addigy.world.move(moved!, elsewhere);
    await sync();
    await validate(autotask.url, zone.url);
    entries = autotask.journal.entries();
  });
  afterAll(() => Promise.all([autotask.close(), addigy.close()]));

  it('made every kind of request that a sync and a validation need', () => {
    const kinds = new Set(
      entries.map((entry) => `${entry.method} ${within(entry).replace(/\?.*$|\d+$/gu, '')}`),
    );
    expect([...kinds].sort()).toEqual([
      'GET /V1.0/ConfigurationItems/',
      'GET /V1.0/ConfigurationItems/entityInformation',
      'GET /V1.0/ConfigurationItems/entityInformation/fields',
      'GET /V1.0/ConfigurationItems/entityInformation/userDefinedFields',
      'GET /V1.0/EntityInformation',
      'GET /V1.0/ThresholdInformation',
      'GET /V1.0/UserDefinedFieldDefinitions/entityInformation/fields',
      'GET /V1.0/Version',
      'GET /V1.0/zoneInformation',
      'PATCH /V1.0/ConfigurationItems',
      'POST /V1.0/Companies/query',
      'POST /V1.0/ConfigurationItemCategories/query',
      'POST /V1.0/ConfigurationItemTypes/query',
      'POST /V1.0/ConfigurationItems',
      'POST /V1.0/ConfigurationItems/query',
      'POST /V1.0/ConfigurationItems/query/count',
      'POST /V1.0/Products/query',
      'POST /V1.0/UserDefinedFieldDefinitions',
      'POST /V1.0/UserDefinedFieldDefinitions/query',
    ]);
  });

  it('asks nothing that the document does not know', () => {
    expect(
      entries.flatMap((entry) => document!.requestFaults(entry.method, within(entry), entry.body)),
    ).toEqual([]);
  });

  it('is answered nothing that the document does not know', () => {
    expect(
      entries.flatMap((entry) =>
        document!.answerFaults(entry.method, within(entry), entry.status, entry.answer),
      ),
    ).toEqual([]);
  });

  it('never tells the zone a secret', () => {
    expect(autotask.world.secretsSentToZone).toBe(0);
  });
});

/** Every question of an onboarding, answered. */
async function validate(baseUrl: string, zoneUrl: string): Promise<void> {
  const access = await createOpenAccess({ baseUrl, ...chance })(fleetApiUser, signal);
  const field = 'Contract Field';
  const serial = 'CONTRACT-CANARY';
  const [product] = await access.someProducts(1, signal);
  await access.defineField(field, signal);
  const draft = { companyId: 0, productId: product!.id, fields: { serial }, udfs: { [field]: 'word' } };
  const id = await access.createItem(draft, signal);
  await access.updateItem(id, { active: false, udfs: { [field]: 'another word' } }, signal);
  const answers = await Promise.all([
    access.entities(signal),
    access.entity('ConfigurationItems', signal),
    access.someCompanies(1, signal),
    access.someItems(1, field, signal),
    access.fieldDefinitions(signal),
    access.listedFields(signal),
    access.itemWithValue(field, field, signal),
    access.itemsBySerial(serial, 0, field, signal),
    access.item(id, field, signal),
    createCompanyList({ zoneUrl, credentials: fleetApiUser, ...chance }).companies(signal),
  ]);
  for (const answer of answers) expect([answer].flat()).not.toEqual([]);
  expect(answers).not.toContain(null);
}
