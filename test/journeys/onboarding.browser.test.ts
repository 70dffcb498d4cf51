/**
 * The running system, from a pipeline's request over the real page in a real browser to trusted, and that nothing
 * secret is anywhere else on the way.
 */
import { mkdirSync } from 'node:fs';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ApiUserTable } from '#aws/api-user-table';
import { tableNamed } from '#aws/document-client';
import type { ToldApiUser } from '#onboarding/tell-api-user';
import { browserFlags, findBrowser } from '../hand-off/find-browser.ts';
import { leastPrivilege } from '../simulators/autotask/seed.ts';
import { fleetApiKey } from '../simulators/fleet.ts';
import { type LocalWorld, smallWorld, startLocalWorld, vendorIdentifier } from './local-world.ts';

const executablePath = findBrowser();
const why = executablePath === null ? ' (skipped: no Chromium; set CHROME_PATH)' : '';
const shots = '.local/onboarding';
const customIdentifier = 'JOURNEYCUSTOMIDENTIFIER0001';

describe.skipIf(executablePath === null)(`onboarding in a browser${why}`, { timeout: 90_000 }, () => {
  let world: LocalWorld;
  let browser: Browser;
  let open: BrowserContext | null = null;
  let made = 0;
  const pages: string[] = [];
  const answers: string[] = [];

  beforeAll(async () => {
    mkdirSync(shots, { recursive: true });
    world = await startLocalWorld();
    browser = await chromium.launch({ executablePath: executablePath!, args: [...browserFlags] });
  });
  afterAll(async () => {
    await browser?.close();
    await world?.close();
  });
  afterEach(async () => {
    await open?.close();
    open = null;
  });

  async function ask<Answer>(...call: Parameters<LocalWorld['api']['call']>): Promise<Answer> {
    const answer = await world.api.call<Answer>(...call);
    answers.push(JSON.stringify(answer));
    return answer;
  }

  /** A connection whose API users wait for an administrator, and their links. */
  async function wish(...provision: string[]) {
    made += 1;
    const path = `/connections/onboarding-${made}`;
    const seed = smallWorld();
    world.autotask.seed({ ...seed.autotask, users: [] });
    world.addigy.world.replace(seed.addigy);
    for (const simulator of [world.autotask, world.addigy]) {
      simulator.faults.clear();
      simulator.journal.clear();
    }
    const body = {
      name: `Onboarding ${made}`,
      schedule: { enabled: false },
      sync: { policy: 'sync' },
      provision,
    };
    const declared = await ask<{ apiUsers: ToldApiUser[] }>('PUT', path, body);
    await ask('PUT', `${path}/addigy-key`, { apiKey: fleetApiKey });
    return { path, body, links: declared.apiUsers.map((user) => user.link ?? '') };
  }

  /** For a person to look at; drawing it takes longer than the test. */
  async function shoot(page: Page, name: string): Promise<void> {
    if (process.env.SCREENSHOTS) await page.screenshot({ path: `${shots}/${name}.png`, fullPage: true });
  }

  async function visit(link: string): Promise<Page> {
    open = await browser.newContext({ viewport: { width: 390, height: 800 } });
    const page = await open.newPage();
    await page.goto(link);
    return page;
  }
  const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name }).waitFor();

  /** Presses, reads, and does in Autotask what the page says. */
  async function makeUser(page: Page, more: object = {}) {
    await page.getByRole('button', { name: 'Show username and secret' }).click();
    await page.locator('#minted-secret').waitFor();
    const secret = await page.locator('#minted-secret').inputValue();
    const username = `${await page.locator('#minted-local-part').inputValue()}@msp.example`;
    world.autotask.world.addUser({
      ...{ username, secret, trackingIdentifier: customIdentifier, rights: leastPrivilege },
      protectedData: {
        viewUnprotected: true,
        editUnprotected: false,
        viewProtected: false,
        editProtected: false,
      },
      ...more,
    });
    return { username, secret };
  }
  async function enter(page: Page, username: string): Promise<void> {
    await page.locator('#field-username').fill(username);
    const identifier = page.locator('#field-trackingIdentifier');
    if (await identifier.count()) await identifier.fill(customIdentifier);
  }
  const state = async (path: string, purpose = 'device-sync') =>
    (await ask<ToldApiUser>('GET', `${path}/api-users/${purpose}`)).state;

  it('goes from the one-time link to trusted, to Addigy, and to a first sync; no secret is left on the way', async () => {
    const { path, body, links } = await wish('device-sync', 'addigy');
    expect(await state(path)).toBe('awaiting-administrator');
    // The same request again is the same link.
    const again = await ask<{ apiUsers: ToldApiUser[] }>('PUT', path, body);
    expect(again.apiUsers.map((user) => user.link)).toEqual(links);

    const page = await visit(links[0]!);
    await shoot(page, '1-opened');
    const own = await makeUser(page);
    await enter(page, own.username);
    await page.getByRole('button', { name: 'Verify' }).click();
    await heading(page, 'Almost: one thing to fix');
    expect(await page.locator('.line.denied').innerText()).toMatch(
      /Edit Unprotected Data[\s\S]*Protected Data Permission/u,
    );
    expect(await page.content()).not.toContain(own.secret);
    await shoot(page, '2-refused');
    expect(await state(path)).toBe('refused');

    world.autotask.world.setPermission(own.username, { protectedData: { editUnprotected: true } });
    world.autotask.journal.clear();
    await page.getByRole('button', { name: 'test again' }).click();
    await heading(page, 'All done');
    expect(world.autotask.journal.count({})).toBeLessThanOrEqual(25);
    await shoot(page, '3-trusted');
    pages.push(await page.content());
    expect(await state(path)).toBe('trusted');
    await open?.close();

    const second = await visit(links[1]!);
    const addigys = await makeUser(second, {
      trackingIdentifier: vendorIdentifier,
      protectedData: {
        viewUnprotected: true,
        editUnprotected: true,
        viewProtected: false,
        editProtected: false,
      },
      rights: {},
    });
    await enter(second, addigys.username);
    world.addigy.world.pasteAutotaskCredentials({ username: addigys.username, password: addigys.secret });
    await second.getByRole('button', { name: 'Save' }).click();
    await heading(second, 'Now let us ask Addigy');
    await second
      .getByRole('button', { name: /Check|Ask Addigy/u })
      .first()
      .click();
    await heading(second, 'All done');
    await shoot(second, '4-reached');
    pages.push(await second.content());

    const { runId } = await ask<{ runId: string }>('POST', `${path}/runs`, { apply: true });
    const run = await world.api.settled(path.split('/')[2]!, runId, { silenceMs: 60_000 });
    answers.push(JSON.stringify([run, await world.api.lines(path.split('/')[2]!, runId)]));
    expect([run.status, run.counts.create]).toEqual(['succeeded', 10]);

    const said = world.host.events().map((event) => event['detail-type']);
    for (const type of ['Hand-off Ready', 'Api User Refused', 'Api User Trusted', 'Addigy Reached'])
      expect(said).toContain(type);
    const tokens = links.map((link) => link.split('/').at(-1) ?? '');
    const secrets = [
      own.username,
      own.secret,
      addigys.username,
      addigys.secret,
      customIdentifier,
      vendorIdentifier,
      fleetApiKey,
    ];
    const logs = [...world.host.doors.names, 'http-api', 'queues']
      .flatMap((name) => world.host.logs(name))
      .join('\n');
    expect(logs).toContain('/hand-offs/');
    const events = JSON.stringify(world.host.events());
    const withoutLinks = answers.join('\n').replaceAll(/https?:[^"]*\/hand-offs\/open\/[\w-]+/gu, '');
    for (const [where, text] of Object.entries({
      logs,
      events,
      answers: withoutLinks,
      pages: pages.join('\n'),
    })) {
      for (const secret of [...secrets, ...tokens])
        expect(text.includes(secret), `${where} hold a secret`).toBe(false);
    }
    // The page's own address does not hold the token, and what it asks of Autotask holds no secret in an address.
    expect(second.url()).not.toContain(tokens[1]);
    const addresses = world.autotask.journal
      .entries({})
      .map((entry) => entry.path)
      .join('\n');
    for (const secret of [own.secret, addigys.secret, customIdentifier])
      expect(addresses).not.toContain(secret);
  });

  it('tells a link that was made up from one that has been replaced by a newer: neither opens', async () => {
    const { path, links } = await wish('device-sync');
    const madeUp = `${links[0]!.slice(0, -4)}AAAA`;
    const page = await visit(madeUp);
    expect(await page.locator('h1').innerText()).not.toContain('Make an API user');
    await ask('POST', `${path}/api-users/device-sync/hand-offs`);
    await page.goto(links[0]!);
    expect(await page.locator('h1').innerText()).not.toContain('Make an API user');
    await shoot(page, '5-unknown');
  });

  it('says of an expired link that it has expired, and what to do', async () => {
    const { path, links } = await wish('device-sync');
    const users = new ApiUserTable(tableNamed(world.host.outputs.TableName ?? ''));
    const record = (await users.get(path.split('/')[2]!, 'device-sync'))!;
    const { attempt } = record;
    if (attempt === null) throw new Error('nothing is under way');
    await users.save({ ...record, attempt: { ...attempt, handOff: { ...attempt.handOff, expiresAt: 1 } } });
    const page = await visit(links[0]!);
    await page
      .getByText(/expired/iu)
      .first()
      .waitFor();
    expect(await page.getByRole('button').count()).toBe(0);
    await shoot(page, '8-expired');
    // Whoever asked for it gets another by asking again.
    const again = await ask<ToldApiUser>('POST', `${path}/api-users/device-sync/hand-offs`);
    await page.goto(again.link ?? '');
    await heading(page, 'Make an API user in Autotask');
  });

  it('shows the values once: not to a second visitor, and not when the page is loaded again', async () => {
    const { links } = await wish('device-sync');
    const page = await visit(links[0]!);
    const { secret } = await makeUser(page);
    await page.reload();
    expect(await page.content()).not.toContain(secret);
    await page.getByRole('button', { name: 'Make new values' }).waitFor();
  });

  it.each<[what: string, more: object, title: string]>([
    ['a wrong secret', { secret: 'typed-otherwise' }, 'Autotask does not accept it yet'],
    ['a user that is not ready yet', { readyInMs: 240_000 }, 'Autotask does not accept it yet'],
    ['a locked user', { locked: true }, 'Autotask does not accept it yet'],
  ])('%s is tried once, and waited for', async (_, more, title) => {
    const { path, links } = await wish('device-sync');
    const page = await visit(links[0]!);
    const { username } = await makeUser(page, more);
    await enter(page, username);
    await page.getByRole('button', { name: 'Verify' }).click();
    await heading(page, title);
    await shoot(page, '6-waiting');
    expect(world.autotask.journal.count({ path: /\/version$/iu })).toBe(1);
    expect(await ask<ToldApiUser>('GET', `${path}/api-users/device-sync`)).toMatchObject({
      state: 'verifying',
      waitsFor: 'autotask',
    });
  });

  it('Autotask in maintenance is said, and nothing is lost', async () => {
    const { links } = await wish('device-sync');
    const page = await visit(links[0]!);
    const { username } = await makeUser(page);
    world.autotask.world.setPermission(username, { protectedData: { editUnprotected: true } });
    await enter(page, username);
    world.autotask.faults.add({
      match: {},
      do: { kind: 'answer', status: 200, body: '<html>maintenance</html>' },
    });
    await page.getByRole('button', { name: 'Verify' }).click();
    await page.getByText('maintenance').first().waitFor();
    await shoot(page, '7-maintenance');
    world.autotask.faults.clear();
  });

  it('from the request to trusted takes under three seconds with an administrator who needs no time', async () => {
    const began = performance.now();
    const { path, links } = await wish('device-sync');
    const { makeDeviceSyncUser } = await import('../../bin/story/administrator.ts');
    const worlds = { autotask: world.autotask.world, addigy: world.addigy.world, vendorIdentifier };
    await makeDeviceSyncUser(links[0]!, worlds, async () => {});
    const ms = performance.now() - began;
    expect(await state(path)).toBe('trusted');
    console.info(`from PUT to trusted, over a refusal: ${ms.toFixed(0)} ms`);
    expect(ms).toBeLessThan(3_000);
  });
});
