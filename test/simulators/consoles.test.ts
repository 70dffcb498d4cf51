import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readOptions } from '../../bin/story/options.ts';
import { openVendors, type StoryVendors } from '../../bin/story/vendors.ts';
import { type AddigySimulator, startAddigySimulator } from './addigy/server.ts';
import { type AutotaskSeed, type AutotaskSimulator, startAutotaskSimulator } from './autotask/server.ts';

const vendorIdentifier = 'ADDIGYVENDORIDENTIFIER00001';
const boxes = { viewUnprotected: false, editUnprotected: false, viewProtected: true, editProtected: false };
const seeded = {
  username: 'old@msp.example',
  secret: 'the-old-secret',
  trackingIdentifier: 'OLDCUSTOMIDENTIFIER00000001',
  protectedData: boxes,
};
const seed: AutotaskSeed = {
  users: [seeded, { ...seeded, username: 'bound@msp.example', trackingIdentifier: vendorIdentifier }],
  companies: [{ id: 7001, companyName: 'Acme', isActive: true }],
  products: [],
  udfs: [],
  items: [],
};
const organizationId = 'org-1';

let autotask: AutotaskSimulator;
let addigy: AddigySimulator;

beforeAll(async () => {
  autotask = await startAutotaskSimulator({ seed, console: { vendorIdentifier } });
  addigy = await startAddigySimulator({
    seed: { organizationId, apiKeys: ['key'], policies: [], devices: [] },
    autotask: { url: autotask.url, trackingIdentifier: vendorIdentifier },
  });
});
afterAll(() => Promise.all([addigy.close(), autotask.close()]));
beforeEach(() => {
  autotask.seed(seed);
  autotask.journal.clear();
  addigy.world.autotaskCredentials = null;
  addigy.journal.clear();
});

type Fields = Record<string, string>;
const page = async (url: string) => (await fetch(`${url}/_sim/console`)).text();
const send = (url: string, form: string, fields: Fields = {}) =>
  fetch(`${url}/_sim/console/${form}`, {
    method: 'POST',
    body: new URLSearchParams(fields),
    redirect: 'manual',
  });
const fresh = {
  username: 'new@msp.example',
  password: 'the-new-secret',
  level: 'stock',
  tracking: 'custom',
};
const press = (username: string, verb: string, fields: Fields = {}) =>
  send(autotask.url, `users/${autotask.world.user(username)?.resourceId}/${verb}`, fields);

/** The status of a login over the API. */
async function login(user: { username: string; secret: string; trackingIdentifier: string }) {
  const headers = {
    UserName: user.username,
    Secret: user.secret,
    ApiIntegrationCode: user.trackingIdentifier,
  };
  return (await fetch(`${autotask.url}/ATServicesRest/V1.0/Version`, { headers })).status;
}

/** Of one user: what the page says, and which boxes are ticked. */
async function rowOf(username: string) {
  const id = autotask.world.user(username)?.resourceId;
  const row = new RegExp(`<section id="user-${id}">[\\s\\S]*?</section>`, 'u').exec(
    await page(autotask.url),
  )?.[0];
  const isTicked = (name: string) => row?.includes(`name="${name}" checked`);
  return { row: row ?? '', view: isTicked('view'), edit: isTicked('edit') };
}

describe('Autotask’s console', () => {
  it('says what it is, and where zone discovery and the root lead', async () => {
    expect(await page(autotask.url)).toContain('<h1>Simulated Autotask (not the vendor’s UI)</h1>');
    const zone = await fetch(`${autotask.url}/ATServicesRest/V1.0/zoneInformation?user=${seeded.username}`);
    expect(await zone.json()).toMatchObject({ webUrl: `${autotask.url}/_sim/console` });
    const root = await fetch(`${autotask.url}/`, { redirect: 'manual' });
    expect([root.status, root.headers.get('location')]).toEqual([303, '/_sim/console']);
  });

  it('makes a user who can log in, with the identifier that it shows, and no box ticked', async () => {
    const answer = await send(autotask.url, 'users', { ...fresh, username: ` ${fresh.username} ` });
    expect([answer.status, answer.headers.get('location')]).toEqual([
      303,
      `/_sim/console#user-${autotask.world.user(fresh.username)?.resourceId}`,
    ]);
    const { row, view, edit } = await rowOf(fresh.username);
    expect([view, edit]).toEqual([false, false]);
    const [, trackingIdentifier = ''] = /<code>([A-Z2-7]{27})<\/code>/u.exec(row) ?? [];
    const user = { username: fresh.username, secret: fresh.password, trackingIdentifier };
    expect(await login(user)).toBe(200);
    expect(await login({ ...user, trackingIdentifier: seeded.trackingIdentifier })).toBe(401);
    expect(await page(autotask.url)).not.toContain(fresh.password);
  });

  it('makes another identifier for another user', async () => {
    await send(autotask.url, 'users', fresh);
    await send(autotask.url, 'users', { ...fresh, username: 'next@msp.example' });
    const [one, other] = autotask.world.users().slice(-2);
    expect(one?.trackingIdentifier).not.toBe(other?.trackingIdentifier);
  });

  it.each([
    ['stock', 'All'],
    ['least', 'None'],
  ])('gives the security level %s: to make products, %s', async (level, access) => {
    await send(autotask.url, 'users', { ...fresh, level, tracking: 'addigy' });
    const headers = {
      UserName: fresh.username,
      Secret: fresh.password,
      ApiIntegrationCode: vendorIdentifier,
    };
    const url = `${autotask.url}/ATServicesRest/V1.0/Products/entityInformation`;
    expect(await (await fetch(url, { headers })).json()).toMatchObject({
      info: { userAccessForCreate: access },
    });
  });

  it.each<[name: string, ticked: Fields, view: boolean, edit: boolean]>([
    ['none', {}, false, false],
    ['View', { view: 'on' }, true, false],
    ['Edit, which ticks View', { edit: 'on' }, true, true],
    ['both', { view: 'on', edit: 'on' }, true, true],
  ])('ticks %s, and shows it', async (_, ticked, view, edit) => {
    const { protectedData } = autotask.world.user(seeded.username)!;
    Object.assign(protectedData, { viewUnprotected: !view, editUnprotected: !edit });
    expect((await press(seeded.username, 'boxes', ticked)).status).toBe(303);
    expect(protectedData).toEqual({ ...boxes, viewUnprotected: view, editUnprotected: edit });
    expect(await rowOf(seeded.username)).toMatchObject({ view, edit });
    expect(autotask.world.user('bound@msp.example')!.protectedData).toEqual(boxes);
  });

  it('deactivates, activates and unlocks, each for the API too', async () => {
    await press(seeded.username, 'deactivate');
    expect((await rowOf(seeded.username)).row).toMatch(/Inactive\.[\s\S]*>Activate</u);
    expect(await login(seeded)).toBe(401);
    await press(seeded.username, 'activate');
    expect((await rowOf(seeded.username)).row).toMatch(/>Active\.[\s\S]*>Deactivate</u);
    expect((await rowOf(seeded.username)).row).not.toContain('>Unlock<');
    autotask.world.lock(seeded.username);
    expect((await rowOf(seeded.username)).row).toMatch(/Active, locked\.[\s\S]*>Unlock</u);
    expect(await login(seeded)).toBe(401);
    await press(seeded.username, 'unlock');
    expect(await login(seeded)).toBe(200);
  });

  it.each<[name: string, form: string, fields: Fields, sentence: string]>([
    ['no username', 'users', { ...fresh, username: ' ' }, 'Username (Key) is missing.'],
    ['no name', 'users', { ...fresh, username: '@msp.example' }, 'must look like an e-mail address.'],
    ['no address', 'users', { ...fresh, username: 'new' }, 'must look like an e-mail address.'],
    ['a taken name', 'users', { ...fresh, username: 'OLD@msp.example' }, 'is taken by another API user.'],
    ['no password', 'users', { ...fresh, password: '' }, 'Password (Secret) is missing.'],
    ['no level', 'users', { ...fresh, level: '' }, 'Security Level is missing.'],
    ['no choice', 'users', { ...fresh, tracking: '' }, 'API Tracking Identifier is missing'],
    ['nobody', 'users/1/boxes', { view: 'on' }, 'There is no such API user'],
  ])('refuses %s with a sentence, and changes nothing', async (_, form, fields, sentence) => {
    const before = JSON.stringify(autotask.world.users());
    const answer = await send(autotask.url, form, fields);
    const text = await answer.text();
    expect([answer.status, text]).toEqual([400, expect.stringContaining(sentence)]);
    expect(text).not.toContain(fresh.password);
    expect(JSON.stringify(autotask.world.users())).toBe(before);
  });

  it('refuses what no form sent', async () => {
    const answer = await fetch(`${autotask.url}/_sim/console/users`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(fresh),
    });
    expect([answer.status, await answer.text()]).toEqual([
      400,
      expect.stringContaining('That was not sent by a form.'),
    ]);
  });

  it.each([
    ['GET', 'users'],
    ['POST', ''],
    ['POST', 'nonsense'],
    ['POST', 'users/1/delete/now'],
    ['DELETE', ''],
  ])('has no page %s /_sim/console/%s', async (method, path) => {
    const body = method === 'POST' ? { body: new URLSearchParams(fresh) } : {};
    const answer = await fetch(`${autotask.url}/_sim/console/${path}`, { method, ...body });
    expect(answer.status).toBe(404);
    expect(await answer.text()).toContain('There is no such page here.');
  });

  it.each(['"><script>alert(1)</script>@x.example', "'&lt;<img/onerror=1>@x.example"])(
    'escapes %s, made or refused',
    async (username) => {
      expect((await send(autotask.url, 'users', { ...fresh, username })).status).toBe(303);
      const refused = await (await send(autotask.url, 'users', { ...fresh, username })).text();
      for (const text of [await page(autotask.url), refused]) {
        expect(text).toContain('@x.example');
        expect(text).not.toMatch(/<script|<img/u);
        expect(text).not.toContain(username);
      }
    },
  );

  it('never shows the vendor’s identifier, nor puts anything into the journal', async () => {
    const texts = [
      await (await send(autotask.url, 'users', { ...fresh, tracking: 'addigy' })).text(),
      await (await send(autotask.url, 'users', { ...fresh, tracking: 'addigy' })).text(),
      await (await send(autotask.url, 'nonsense')).text(),
      await page(autotask.url),
      await page(addigy.url),
    ];
    expect(autotask.world.user(fresh.username)?.trackingIdentifier).toBe(vendorIdentifier);
    for (const text of texts) expect(text).not.toContain(vendorIdentifier);
    expect((await rowOf(fresh.username)).row).toContain('Integration Vendor: Addigy');
    expect(autotask.journal.count()).toBe(0);
  });

  it('is struck by no fault', async () => {
    autotask.faults.add({ match: { path: 'console' }, do: { kind: 'answer', status: 503 } });
    expect((await fetch(`${autotask.url}/_sim/console`)).status).toBe(200);
    autotask.faults.clear();
  });

  it('is not there unless it is asked for', async () => {
    const plain = await startAutotaskSimulator({ seed });
    const statuses = [];
    for (const path of ['/_sim/console', '/']) statuses.push((await fetch(plain.url + path)).status);
    await plain.close();
    expect(statuses).toEqual([404, 404]);
  });
});

describe('Addigy’s console', () => {
  it('stores what is pasted, says so and no more, and journals nothing', async () => {
    expect(await page(addigy.url)).toContain('No credentials are stored.');
    const pasted = { username: 'bound@msp.example', key: seeded.secret };
    const answer = await send(addigy.url, 'autotask', pasted);
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/_sim/console#stored']);
    const text = await page(addigy.url);
    expect(text).toContain('<h1>Simulated Addigy (not the vendor’s UI)</h1>');
    expect(text).toContain('Credentials are stored.');
    expect(text).not.toContain(pasted.username);
    expect(text).not.toContain(pasted.key);
    expect(addigy.journal.count()).toBe(0);
    const accounts = await fetch(
      `${addigy.url}/api/v2/o/${organizationId}/integrations/autotask/accounts?phrase=acme`,
      { headers: { 'x-api-key': 'key' } },
    );
    expect(await accounts.json()).toEqual([{ id: 7001, name: 'Acme' }]);
  });

  it.each<[fields: Fields, sentence: string]>([
    [{ key: 'k' }, 'API Username (1) is missing.'],
    [{ username: 'u@x.example' }, 'Key (2) is missing.'],
  ])('refuses %j with a sentence', async (fields, sentence) => {
    const answer = await send(addigy.url, 'autotask', fields);
    expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining(sentence)]);
    expect(addigy.world.autotaskCredentials).toBeNull();
  });
});

describe('the vendors of npm start', () => {
  let vendors: StoryVendors;
  beforeAll(async () => {
    const options = readOptions(['--interactive', '--devices', '5'], {});
    if (options !== 'help') vendors = await openVendors(options);
  });
  afterAll(() => vendors.close());

  it('are one estate: a user made and pasted in the consoles works through Addigy', async () => {
    const { worlds, consoles, apiKey, addigyUrl } = vendors;
    expect(consoles).toEqual({
      autotask: `${vendors.autotaskUrl}/_sim/console`,
      addigy: `${addigyUrl}/_sim/console`,
    });
    await send(vendors.autotaskUrl, 'users', { ...fresh, tracking: 'addigy' });
    expect(worlds?.autotask.user(fresh.username)?.trackingIdentifier).toBe(worlds?.vendorIdentifier);
    await send(addigyUrl, 'autotask', { username: fresh.username, key: fresh.password });
    const { organizationId: id } = worlds!.addigy;
    const accounts = await fetch(`${addigyUrl}/api/v2/o/${id}/integrations/autotask/accounts`, {
      headers: { 'x-api-key': apiKey },
    });
    expect(accounts.status).toBe(200);
    for (const url of [vendors.autotaskUrl, addigyUrl])
      expect(await page(url)).not.toContain(worlds?.vendorIdentifier);
  });

  it('lead to the world of today', async () => {
    const state = { ...seed, users: [{ ...seeded, username: 'after@msp.example' }] };
    await fetch(`${vendors.autotaskUrl}/_sim/seed`, { method: 'POST', body: JSON.stringify(state) });
    expect(vendors.worlds?.autotask.users().map(({ username }) => username)).toEqual(['after@msp.example']);
    const zone = await fetch(
      `${vendors.autotaskUrl}/ATServicesRest/V1.0/zoneInformation?user=after@msp.example`,
    );
    expect(await zone.json()).toMatchObject({ webUrl: vendors.consoles?.autotask });
  });
});
