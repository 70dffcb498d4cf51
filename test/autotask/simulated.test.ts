/** The adapter against the stateful simulator, under each answer that Autotask's documents leave open. */

import { afterEach, describe, expect, it } from 'vitest';
import type { AutotaskOptions } from '#autotask/client';
import { createItemDirectory } from '#autotask/items';
import { proveLogin } from '#autotask/login';
import { defaultSeed } from '../simulators/autotask/seed.ts';
import {
  type AutotaskQuirks,
  type AutotaskSeed,
  type AutotaskSimulator,
  startAutotaskSimulator,
} from '../simulators/autotask/server.ts';

const { signal } = new AbortController();
const markField = 'Addigy Agent ID';
const mac = 29_681_001;
const user = defaultSeed.users[0]!;

let simulator: AutotaskSimulator | undefined;
afterEach(async () => {
  await simulator?.close();
  simulator = undefined;
});

async function start(seed: Partial<AutotaskSeed> = {}, quirks: Partial<AutotaskQuirks> = {}, latencyMs = 0) {
  const started = await startAutotaskSimulator({ seed: { ...defaultSeed, ...seed }, quirks, latencyMs });
  simulator = started;
  const { username, secret, trackingIdentifier } = user;
  const credentials = { username, secret, trackingIdentifier };
  const common = { credentials, random: () => 0, now: () => Date.now(), timeoutMs: 5000 };
  const options: AutotaskOptions = { ...common, zoneUrl: `${started.url}/ATServicesRest/`, readOnly: false };
  const login = (over: object = {}) =>
    proveLogin({ ...common, baseUrl: started.url, credentials: { ...credentials, ...over } }, signal);
  return { simulator: started, items: createItemDirectory(options), options, login };
}

const item = (serialNumber: string, agentId: string | null = null, companyID = 175) => ({
  companyID,
  productID: mac,
  isActive: true,
  serialNumber,
  udfs: { [markField]: agentId },
});

describe('login', () => {
  it('finds the zone and proves the credentials, which zone discovery never sees', async () => {
    const { simulator, login } = await start();
    expect((await login()).url).toMatch(/\/ATServicesRest\/$/u);
    expect(simulator.journal.count()).toBe(2);
    expect(simulator.world.secretsSentToZone).toBe(0);
  });

  it.each<[string, object, Partial<AutotaskQuirks>, object]>([
    ['an unknown user', { username: 'nobody@example.com' }, {}, { kind: 'unknown-user' }],
    ['a wrong secret', { secret: 'wrong-secret' }, {}, { kind: 'unauthorised' }],
    ['a wrong identifier', { trackingIdentifier: 'WRONG' }, {}, { failure: 'unauthorised' }],
    [
      'a wrong identifier, told as a 500',
      { trackingIdentifier: 'WRONG' },
      { wrongTrackingIdentifier: '500-message' },
      { failure: 'unauthorised' },
    ],
  ])('%s: refused, and asked at most once', async (_why, over, quirks, error) => {
    const { simulator, login } = await start({}, quirks);
    await expect(login(over)).rejects.toMatchObject({ failure: 'unauthorised', ...error });
    expect(simulator.journal.count({ path: /Version/u })).toBeLessThanOrEqual(1);
  });
});

describe('a round trip', () => {
  it('describes, creates, reads, finds, changes', async () => {
    const { items } = await start();
    const facts = await items.describe(markField, signal);
    expect([facts.markField, facts.lengths.get('serial')]).toEqual(['present', 100]);
    expect(await items.companies([0, 175, 176, 9], signal)).toHaveLength(3);
    expect(await items.products({ ids: [], names: ['apple mac'] }, signal)).toMatchObject([{ id: mac }]);

    const id = await items.create(
      {
        companyId: 175,
        productId: mac,
        fields: { title: 'Oven', serial: 'C02OVEN1', installed: '2024-01-31' },
        udfs: { [markField]: 'agent-1' },
      },
      signal,
    );
    const created = {
      id,
      companyId: 175,
      active: true,
      mark: { kind: 'agent', agentId: 'agent-1' },
      fields: { title: 'Oven', serial: 'C02OVEN1', installed: '2024-01-31' },
    };
    expect(await items.item(id, markField, signal)).toMatchObject(created);
    expect(await items.read({ companyIds: [175], serials: [], markField }, signal)).toMatchObject([created]);
    const found = await items.find({ serials: [], agentIds: ['agent-1'], markField }, signal);
    expect(found).toMatchObject([created]);

    await items.update(
      id,
      { active: false, fields: { title: 'Old oven' }, udfs: { [markField]: null } },
      signal,
    );
    expect(await items.item(id, markField, signal)).toMatchObject({
      active: false,
      fields: { title: 'Old oven', serial: 'C02OVEN1' },
    });
  });

  it.each(['404', 'null-item'] as const)('an item that is not there (%s)', async (missingRecord) => {
    const { items } = await start({}, { missingRecord });
    expect(await items.item(999_999, markField, signal)).toBeNull();
  });
});

describe('reading', () => {
  it('takes 26 calls for an unchanged run of 10,000 items', async () => {
    const { simulator, items } = await start({
      items: Array.from({ length: 10_000 }, (_, n) => item(`C02${String(n).padStart(6, '0')}`, `agent-${n}`)),
    });
    const serials = Array.from({ length: 10_000 }, (_, n) => `C02${String(n).padStart(6, '0')}`);
    await items.describe(markField, signal);
    await items.companies([175], signal);
    await items.products({ ids: [mac], names: ['Apple Mac'] }, signal);
    const read = await items.read({ companyIds: [175], serials, markField }, signal);
    expect(new Set(read.map((one) => one.id)).size).toBe(10_000);
    expect(simulator.journal.count()).toBe(26);
  }, 60_000);

  it('looks up marks and serials where the company holds far more', async () => {
    const others = Array.from({ length: 4500 }, (_, n) => item(`OTHER${n}`));
    const { simulator, items } = await start({
      items: [...others, item('C02MINE1', 'agent-1'), item('renamed', 'agent-2'), item('C02SEEN3', null, 0)],
    });
    const serials = ['C02MINE1', 'C02TWO22', 'c02seen3'];
    const read = await items.read({ companyIds: [175], serials, markField }, signal);
    expect(read.map((one) => one.fields.serial).sort()).toEqual(['C02MINE1', 'C02SEEN3', 'renamed']);
    expect(simulator.journal.count({ path: /ConfigurationItems/u })).toBe(5);
  }, 60_000);

  it('finds a serial in mixed case where text is compared with case: walks rather than look it up', async () => {
    const others = Array.from({ length: 4500 }, (_, n) => item(`OTHER${n}`));
    const { items } = await start(
      { items: [...others, item('C02MINE1', 'agent-1'), item('C02tYpEd')] },
      { caseSensitive: true },
    );
    const serials = ['C02MINE1', 'C02TYPED'];
    const read = await items.read({ companyIds: [175], serials, markField }, signal);
    expect(read.map((one) => one.fields.serial)).toContain('C02tYpEd');
  }, 60_000);

  it('a page that comes short loses nothing, counted or not', async () => {
    const { simulator, items } = await start({
      items: Array.from({ length: 30 }, (_, n) => item(`C02SER${n}`, `agent-${n}`)),
    });
    const short = {
      match: { path: 'ConfigurationItems/query$' },
      times: 3,
      do: { kind: 'cut-page', keep: 7 },
    } as const;
    simulator.faults.add(short);
    expect(await items.read({ companyIds: [175], serials: [], markField }, signal)).toHaveLength(30);
    simulator.faults.clear();
    simulator.faults.add(short);
    const serials = Array.from({ length: 30 }, (_, n) => `C02SER${n}`);
    expect(await items.find({ serials, agentIds: [], markField }, signal)).toHaveLength(30);
  });

  const texts = [true, false].flatMap((caseSensitive) =>
    (['seen', 'ignored'] as const).map((trailingSpaces) => ({ caseSensitive, trailingSpaces })),
  );
  it.each(texts)('finds a serial in any case and padding: %j', async (quirks) => {
    const { items } = await start(
      { items: [item('C02ABCDE'), item('c02abcde '), item('XC02ABCDE'), item('a1'), item('1A1')] },
      quirks,
    );
    const found = await items.find({ serials: ['c02AbCdE', 'A1'], agentIds: [], markField }, signal);
    expect(found.map((one) => one.fields.serial).sort()).toEqual(['C02ABCDE', 'a1', 'c02abcde ']);
  });
});

describe('what the user may see', () => {
  const blind = {
    viewUnprotected: false,
    editUnprotected: false,
    viewProtected: false,
    editProtected: false,
  };
  const hidden = { users: [{ ...user, protectedData: blind }], items: [item('C02MINE1', 'agent-1')] };

  it.each([
    ['omitted', 'unseen'],
    ['masked', 'masked'],
  ] as const)('marks are never taken for empty (%s)', async (withoutAnyBox, mark) => {
    const { items } = await start(hidden, { withoutAnyBox });
    const read = await items.read({ companyIds: [175], serials: [], markField }, signal);
    expect(read.map((one) => one.mark.kind)).toEqual([mark]);
  });

  it.each(['evaluated', 'empty', 'error'] as const)(
    'a filter by hidden marks (%s) harms nothing',
    async (hiddenUdfFilter) => {
      const { items } = await start(hidden, { hiddenUdfFilter });
      const found = await items.find({ serials: ['C02MINE1'], agentIds: ['agent-1'], markField }, signal);
      expect(found).toHaveLength(1);
      expect(found[0]?.mark.kind).not.toBe('empty');
    },
  );

  it('a field that does not exist is absent', async () => {
    const { items } = await start({ udfs: [{ name: 'Other' }] });
    expect((await items.describe(markField, signal)).markField).toBe('absent');
  });

  it('a field written in another case is written as Autotask writes it', async () => {
    const { simulator, items } = await start();
    expect((await items.describe('ADDIGY AGENT ID', signal)).markField).toBe('present');
    const draft = { companyId: 175, productId: mac, fields: {}, udfs: { 'ADDIGY AGENT ID': 'agent-1' } };
    const id = await items.create(draft, signal);
    expect(simulator.world.item(id)?.udfs).toMatchObject({ [markField]: 'agent-1' });
  });
});

describe('writes that go wrong', () => {
  const draft = (serial: string) => ({
    companyId: 175,
    productId: mac,
    fields: { serial },
    udfs: { [markField]: 'agent-1' },
  });

  it.each(['lose-answer', 'lose-request'] as const)(
    '%s: lost, sent once, and found by looking',
    async (kind) => {
      const { simulator, items } = await start();
      simulator.faults.add({ match: { method: 'POST', path: 'ConfigurationItems$' }, do: { kind } });
      await expect(items.create(draft('C02NEW01'), signal)).rejects.toMatchObject({ failure: 'lost' });
      expect(simulator.journal.count({ method: 'POST', path: /ConfigurationItems$/u })).toBe(1);
      const found = await items.find({ serials: ['C02NEW01'], agentIds: ['agent-1'], markField }, signal);
      expect(found).toHaveLength(kind === 'lose-answer' ? 1 : 0);
    },
  );

  it.each(['500-errors', '403'] as const)('a refusal (%s) is this change alone', async (refusedWrite) => {
    const rights = { ConfigurationItems: { create: false } };
    const { items } = await start({ users: [{ ...user, rights }] }, { refusedWrite });
    await expect(items.create(draft('C02NEW01'), signal)).rejects.toMatchObject({ failure: 'refused' });
  });

  it("a company that does not exist is a refusal in Autotask's words", async () => {
    const { items } = await start();
    const error = await items.create({ ...draft('C'), companyId: 4711 }, signal).catch((reason) => reason);
    expect(error).toMatchObject({ kind: 'validation', failure: 'refused' });
    expect(error.messages.length).toBeGreaterThan(0);
  });
});

describe('limits', () => {
  it('many writes at once stay within three threads', async () => {
    const { simulator, items } = await start({}, {}, 10);
    const ids = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        items.create({ companyId: 175, productId: mac, fields: { serial: `C02N${n}` }, udfs: {} }, signal),
      ),
    );
    expect(new Set(ids).size).toBe(20);
    expect(simulator.world.threads.peak.ConfigurationItems).toBe(3);
    expect(simulator.world.threads.refusals).toBe(0);
  });

  it.each([429, 500])('a write that is refused for the thread limit (%i) is made again', async (status) => {
    const { simulator, items } = await start();
    const body = { errors: ['The ConfigurationItems API thread threshold of 3 threads has been exceeded.'] };
    simulator.faults.add({ match: { method: 'PATCH' }, do: { kind: 'answer', status, body } });
    const { id } = simulator.world.addItem(item('C02X'));
    await items.update(id, { active: false }, signal);
    expect(simulator.world.item(id)?.isActive).toBe(false);
  });

  it('stops at half of the allowance, others included', async () => {
    const { simulator, items } = await start({ threshold: { limit: 100, used: 40 } });
    const ask = async () => items.item(1, markField, signal);
    let asked = 0;
    let error: unknown;
    while (error === undefined && asked < 100)
      await ask().then(
        () => asked++,
        (reason) => (error = reason),
      );
    expect(error).toMatchObject({ kind: 'allowance', failure: 'exhausted' });
    // 50 less the 40 of others and ThresholdInformation itself, which counts.
    expect(asked).toBe(9);
    expect(simulator.journal.count()).toBe(10);
  });

  it.each(['429-text', '500-errors'] as const)(
    'an hour that is used up meanwhile (%s)',
    async (exhausted) => {
      const { simulator, items } = await start({}, { exhausted });
      await items.item(1, markField, signal);
      simulator.world.setThreshold({ used: 20_000 });
      await expect(items.item(1, markField, signal)).rejects.toMatchObject({ failure: 'exhausted' });
      expect(simulator.journal.count()).toBe(3);
    },
  );

  it('maintenance is unavailable', async () => {
    const { simulator, items } = await start();
    const page = { kind: 'answer', status: 200, body: '<html></html>', contentType: 'text/html' } as const;
    simulator.faults.add({ match: { path: 'ConfigurationItems' }, times: 9, do: page });
    await expect(items.read({ companyIds: [175], serials: [], markField }, signal)).rejects.toMatchObject({
      failure: 'unavailable',
    });
  });
});
