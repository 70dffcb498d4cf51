/** The page in a real browser: with a script and without, by keyboard, on a phone, and held to WCAG by axe. */
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults, RunOptions } from 'axe-core';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DeskInMemory, handOffId, token } from './desk-in-memory.ts';
import { browserFlags, findBrowser } from './find-browser.ts';
import { views } from './sample-views.ts';
import { servePages } from './serve-pages.ts';

const executablePath = findBrowser();
const why = executablePath === null ? ' (skipped: no Chromium; set CHROME_PATH)' : '';
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const shots = '.local/hand-off';
const standards = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const phone = { width: 375, height: 740 };

// A page takes a second to draw and to judge; on a busy machine, ten.
describe.skipIf(executablePath === null)(`the page in a browser${why}`, { timeout: 60_000 }, () => {
  let browser: Browser;
  let served: Awaited<ReturnType<typeof servePages>>;
  let desk: DeskInMemory;
  let open: BrowserContext | null = null;
  /** What the browser complained about: a blocked style, a script's error. */
  let complaints: string[] = [];

  beforeAll(async () => {
    mkdirSync(shots, { recursive: true });
    served = await servePages(() => desk);
    browser = await chromium.launch({ executablePath: executablePath!, args: [...browserFlags] });
  });
  afterAll(async () => {
    await browser.close();
    await served.close();
  });
  beforeEach(async () => {
    await open?.close();
    desk = new DeskInMemory();
    complaints = [];
  });

  async function newPage(script = true): Promise<Page> {
    const context = await browser.newContext({ javaScriptEnabled: script, viewport: phone });
    const page = await context.newPage();
    page.on('console', (message) => {
      if (message.type() === 'error' && !message.text().includes('status of 4'))
        complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(`http://127.0.0.1:${served.port}/hand-offs/open/${token}`);
    return page;
  }
  /** A page of the test's own, closed before the next one. */
  async function visit(options: { script: boolean } = { script: true }): Promise<Page> {
    const page = await newPage(options.script);
    open = page.context();
    return page;
  }
  async function look(page: Page, state: string, script: boolean): Promise<void> {
    if (!script) return;
    // For a person to look at; drawing it takes longer than the test.
    if (process.env.SCREENSHOTS) await page.screenshot({ path: `${shots}/${state}.png` });
    expect(await faultsOf(page)).toEqual([]);
  }
  const heading = (page: Page) => page.locator('h1').innerText();

  it('opens by its link, and the token is in no address', async () => {
    const page = await visit();
    expect(page.url()).toBe(`http://127.0.0.1:${served.port}/hand-offs/${handOffId}`);
    expect(await heading(page)).toContain('Make an API user in Autotask');
    expect(await page.evaluate('document.cookie')).toBe('');
    expect(complaints).toEqual([]);
  });

  it.each([true, false])('leads from the first step to the last (script: %s)', async (script) => {
    const page = await visit({ script });
    await page.getByRole('button', { name: 'Show username and secret' }).click();
    await page.locator('#minted-secret').waitFor();
    expect(await page.locator('#minted-secret').inputValue()).toBe(desk.minted.secret);
    await look(page, 'shown', script);

    await page.getByLabel('Username (Key)', { exact: true }).fill('no-domain');
    await page.getByRole('button', { name: 'Verify' }).click();
    await page.getByRole('link', { name: 'Username (Key)' }).waitFor();
    expect(await page.getByLabel('Username (Key)', { exact: true }).inputValue()).toBe('no-domain');
    await look(page, 'invalid', script);

    await page.getByLabel('Username (Key)', { exact: true }).fill('no-domain@acme.example');
    await page.locator('#field-trackingIdentifier').fill('ABCDEFG');
    await page.getByRole('button', { name: 'Verify' }).click();
    await page.getByRole('heading', { level: 1, name: 'Almost: one thing to fix' }).waitFor();
    expect(await page.locator('.line.denied').innerText()).toMatch(
      /Edit Unprotected Data[\s\S]*Missing[\s\S]*Protected Data Permission[\s\S]*tick/u,
    );

    await page.getByRole('button', { name: 'test again' }).click();
    await page.getByRole('heading', { level: 1, name: 'All done' }).waitFor();
    expect(desk.submissions.at(-1)).toEqual({
      username: 'no-domain@acme.example',
      secret: '',
      trackingIdentifier: 'ABCDEFG',
    });
    await page.reload();
    expect(await heading(page)).toContain('All done');
    expect(complaints).toEqual([]);
  });

  it('is worked by keyboard alone, and the focus goes where the news is', async () => {
    const page = await visit();
    const focused = () => page.evaluate('document.activeElement.textContent.trim().slice(0, 60)');
    const tabTo = async (name: RegExp) => {
      for (let n = 0; n < 60; n += 1) {
        await page.keyboard.press('Tab');
        if (
          name.test(
            String(
              await page.evaluate(
                'document.activeElement.getAttribute("aria-label") ?? document.activeElement.id + document.activeElement.textContent',
              ),
            ),
          )
        )
          return;
      }
      throw new Error(`no way by Tab to ${name}`);
    };
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('Skip to the content');
    await tabTo(/^Show username and secret/u);
    await page.keyboard.press('Enter');
    await page.locator('#minted-secret').waitFor();
    expect(await focused()).toBe('Your values, shown this once');
    await tabTo(/^Copy Password/u);
    await page.keyboard.press('Space');
    await page.getByText('Copied', { exact: true }).waitFor();
    await tabTo(/^field-username/u);
    await page.keyboard.type('nobody');
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: 'Username (Key)' }).waitFor();
    expect(await focused()).toBe('Nothing was sent to Autotask yet');
    await tabTo(/^Username/u);
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('field-username');
    await page.keyboard.press('Control+A');
    await page.keyboard.type('a@acme.example');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Almost' }).waitFor();
    expect(await focused()).toContain('Almost: one thing to fix');
    await page.locator('#news', { hasText: 'one thing to fix' }).waitFor();
  });

  it('copies a value, and says so', async () => {
    const page = await visit();
    await open!.grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.getByRole('button', { name: 'Show username and secret' }).click();
    await page.getByRole('button', { name: 'Copy Password (Secret)' }).click();
    await page.getByText('Password (Secret) copied', { exact: true }).waitFor();
    // The page itself may not read the clipboard (Permissions-Policy), so it is pasted.
    await page.locator('#field-secret').focus();
    await page.keyboard.press('Control+V');
    expect(await page.locator('#field-secret').inputValue()).toBe(desk.minted.secret);
  });

  it('looks again by itself while it waits, but never while somebody types', async () => {
    desk = new DeskInMemory(views['not accepted yet']);
    const page = await visit();
    await page.clock.install();
    await page.reload();
    const looks = () => desk.asked.filter((one) => one === 'look').length;
    await page.locator('summary h2').click();
    await page.locator('#field-secret').fill('x');
    const before = looks();
    desk.view = views.done;
    await page.clock.runFor(60_000);
    expect(looks()).toBe(before);
    await page.locator('#field-secret').fill('');
    await page.locator('h1').click();
    await page.evaluate('document.activeElement.blur()');
    await page.clock.runFor(60_000);
    await page.getByRole('heading', { level: 1, name: 'All done' }).waitFor();
    expect(await page.title()).toContain('All done');
  });

  it('says that no answer came, and lets it be tried again', async () => {
    const page = await visit();
    await page.route('**/show', (route) => route.abort());
    await page.getByRole('button', { name: 'Show username and secret' }).click();
    await page.getByText('No answer came').locator('visible=true').first().waitFor();
    await page.unroute('**/show');
    await page.getByRole('button', { name: 'Show username and secret' }).click();
    await page.locator('#minted-secret').waitFor();
  });

  async function faultsOf(page: Page, options: RunOptions = { runOnly: standards }): Promise<string[]> {
    if (await page.evaluate('typeof axe === "undefined"')) await page.evaluate(axe);
    // What axe found in order is not told: each node of it would be written down and sent.
    const asked = JSON.stringify({ ...options, resultTypes: ['violations'] });
    const violations = (await page.evaluate(
      `axe.run(document, ${asked}).then((found) => found.violations)`,
    )) as AxeResults['violations'];
    return violations.map(
      ({ id, nodes }) =>
        `${id}: ${nodes.map((node) => `${node.html.slice(0, 120)} ${node.failureSummary}`).join(' | ')}`,
    );
  }

  describe('in each state', () => {
    let page: Page;
    beforeAll(async () => {
      desk = new DeskInMemory();
      page = await newPage();
    });
    afterAll(() => page.context().close());

    it.each(Object.entries(views))('has no fault that axe finds, light or dark: %s', async (state, view) => {
      desk = new DeskInMemory(view);
      await page.reload();
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        const path = `${shots}/${state.replaceAll(/\W+/gu, '-')}-${colorScheme}.png`;
        if (process.env.SCREENSHOTS) await page.screenshot({ path, fullPage: true });
      }
      await page.evaluate('for (const one of document.querySelectorAll("details")) one.open = true');
      expect(await faultsOf(page, { runOnly: ['color-contrast'] })).toEqual([]);
      await page.emulateMedia({ colorScheme: 'light' });
      expect(await faultsOf(page)).toEqual([]);
      const isCut = await page.evaluate('document.documentElement.scrollWidth > innerWidth');
      expect(isCut, 'nothing is wider than the phone').toBe(false);
    });
  });
});
