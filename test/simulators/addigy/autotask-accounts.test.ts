import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type AutotaskSeed, type AutotaskSimulator, startAutotaskSimulator } from '../autotask/server.ts';
import { type AddigySimulator, startAddigySimulator } from './server.ts';

const addigyIdentifier = 'ADDIGYVENDORIDENTIFIER';
const boxes = { viewUnprotected: true, editUnprotected: true, viewProtected: false, editProtected: false };
const user = {
  username: 'addigy@msp.example',
  secret: 'the-pasted-secret',
  trackingIdentifier: addigyIdentifier,
  protectedData: boxes,
};
const seed: AutotaskSeed = {
  users: [
    user,
    { ...user, username: 'custom@msp.example', trackingIdentifier: 'CUSTOM' },
    { ...user, username: 'locked@msp.example', locked: true },
    { ...user, username: 'blind@msp.example', rights: { Companies: { query: false } } },
  ],
  companies: [
    { id: 7001, companyName: 'Acme', isActive: true },
    { id: 7002, companyName: 'Beta', isActive: true },
  ],
  products: [],
  udfs: [],
  items: [],
};

let autotask: AutotaskSimulator;
let addigy: AddigySimulator;

beforeAll(async () => {
  autotask = await startAutotaskSimulator({ seed });
  addigy = await startAddigySimulator({
    seed: { organizationId: 'org-1', apiKeys: ['key'], policies: [], devices: [] },
    autotask: { url: autotask.url, trackingIdentifier: addigyIdentifier },
  });
});
afterAll(() => Promise.all([addigy.close(), autotask.close()]));
beforeEach(() => {
  autotask.seed(seed);
  autotask.journal.clear();
  addigy.world.autotaskCredentials = null;
  Object.assign(addigy.quirks, { autotaskCredentialsWork: true, autotaskFailureStatus: 500 });
});

async function accounts(path = '') {
  const answer = await fetch(`${addigy.url}/api/v2/o/org-1/integrations/autotask/accounts${path}`, {
    headers: { 'x-api-key': 'key' },
  });
  return { status: answer.status, body: (await answer.json()) as unknown };
}
const paste = (username: string, password = user.secret) =>
  addigy.world.pasteAutotaskCredentials({ username, password });

describe('the accounts, through Autotask', () => {
  it('are what Autotask shows to the pasted credentials and Addigy’s identifier', async () => {
    paste(user.username);
    const { status, body } = await accounts();
    expect(status).toBe(200);
    expect(body).toEqual(
      expect.arrayContaining([
        { id: 7001, name: 'Acme' },
        { id: 7002, name: 'Beta' },
      ]),
    );
    const [zone, query] = autotask.journal.entries();
    expect(zone).toMatchObject({ method: 'GET', flags: [] });
    expect(query!.headers).toMatchObject({
      username: user.username,
      secret: user.secret,
      apiintegrationcode: addigyIdentifier,
    });
  });

  it.each([
    ['?phrase=ac', [{ id: 7001, name: 'Acme' }]],
    ['?phrase=nobody', []],
    ['/7002', { id: 7002, name: 'Beta' }],
  ])('%s', async (path, body) => {
    paste(user.username);
    expect(await accounts(path)).toEqual({ status: 200, body });
  });

  it('are new once Autotask has a new one', async () => {
    paste(user.username);
    autotask.seed({ ...seed, companies: [{ id: 9, companyName: 'New', isActive: true }] });
    expect(await accounts('?phrase=new')).toEqual({ status: 200, body: [{ id: 9, name: 'New' }] });
  });

  it.each<[string, () => void]>([
    ['nothing pasted', () => {}],
    ['an unknown user', () => paste('nobody@msp.example')],
    ['a wrong password', () => paste(user.username, 'wrong')],
    ['a locked user', () => paste('locked@msp.example')],
    ['a user of another identifier', () => paste('custom@msp.example')],
    [
      'an integration that is down',
      () => {
        paste(user.username);
        addigy.quirks.autotaskCredentialsWork = false;
      },
    ],
  ])('%s: the unconfirmed failure, either way', async (_, given) => {
    given();
    expect((await accounts()).status).toBe(500);
    addigy.quirks.autotaskFailureStatus = 400;
    expect(await accounts('/7001')).toMatchObject({ status: 400, body: { code: 400 } });
  });

  it('are an empty list for a user who may not see companies, as Autotask has it', async () => {
    paste('blind@msp.example');
    expect(await accounts()).toEqual({ status: 200, body: [] });
  });

  it('are asked for with what the control plane pasted, which is told to nobody', async () => {
    const edit = (body: unknown) =>
      fetch(`${addigy.url}/_sim/edit`, { method: 'POST', body: JSON.stringify(body) });
    expect((await edit({ op: 'paste-autotask-credentials', username: user.username })).status).toBe(400);
    const done = { op: 'paste-autotask-credentials', username: user.username, password: user.secret };
    expect((await edit(done)).status).toBe(200);
    expect((await accounts('?phrase=beta')).status).toBe(200);
    const state = await (await fetch(`${addigy.url}/_sim/state`)).text();
    expect(state).toContain(user.username);
    expect(state).not.toContain(user.secret);
  });
});
