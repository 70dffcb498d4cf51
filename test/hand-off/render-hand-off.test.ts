import { describe, expect, it } from 'vitest';
import { autotaskRoot } from '#hand-off/autotask-link';
import { html } from '#hand-off/html';
import { renderNotice } from '#hand-off/notice';
import { handOffActions, type PageContext } from '#hand-off/page-context';
import { renderHandOff } from '#hand-off/render-hand-off';
import type { HandOffAnswer, HandOffView } from '#onboarding/hand-off';
import { handOffId } from './desk-in-memory.ts';
import { awaiting, reportWith, views } from './sample-views.ts';

const context: PageContext = { nonce: 'N0nce+/=', handOffId, pressed: false, typed: null };
const minted = { localPart: 'k7wq2m9xp4dz6ta', secret: 'Ab3x-9KmQ-w7Rt-pL2v-Hn5Yc' };
const hostile = `"><img src=x onerror=alert(1)>'&</title></main><script>alert(1)</script>`;
const page = (answer: HandOffAnswer, more: Partial<PageContext> = {}) =>
  renderHandOff(answer, { ...context, ...more });
const pageOf = (view: HandOffView, more: Partial<PageContext> = {}) => page({ kind: 'view', view }, more);
const headingOf = (text: string) =>
  /<h1[^>]*>(?:<svg.*?<\/svg>)?\s*([^<]*)<\/h1>/u.exec(text)?.[1]?.trim() ?? '';
const buttonsOf = (text: string) =>
  [...text.matchAll(/<form method="post" action="\/hand-offs\/[0-9a-f]{64}\/([\w-]+)"/gu)].map(
    (found) => found[1],
  );
/** Without the style and the script, which are the same in every page. */
const contentOf = (text: string) => text.replace(/<(style|script)[\s\S]*?<\/\1>/gu, '');

const everyPage: Array<[name: string, text: string]> = [
  ...Object.entries(views).map(([name, view]): [string, string] => [name, pageOf(view)]),
  ['shown', page({ kind: 'shown', view: { ...awaiting, shown: true }, minted })],
  [
    'invalid',
    page({ kind: 'invalid', view: awaiting, errors: [{ field: 'username', message: 'Has no @.' }] }),
  ],
  ['unknown', page({ kind: 'unknown' })],
  ['expired', page({ kind: 'expired' })],
  ['fault', renderNotice('fault', 'n', 'request-1')],
];

describe('html', () => {
  it.each<[part: Parameters<typeof html>[1], text: string]>([
    [
      hostile,
      '&quot;&gt;&lt;img src=x onerror=alert(1)&gt;&#39;&amp;&lt;/title&gt;&lt;/main&gt;&lt;script&gt;alert(1)&lt;/script&gt;',
    ],
    [html`<b>${'<'}</b>`, '<b>&lt;</b>'],
    [[html`<i>`, '<', 3], '<i>&lt;3'],
    [null, ''],
    [false, ''],
    [0, '0'],
  ])('renders %j', (part, text) => {
    expect(html`${part}`.text).toBe(text);
  });
});

describe('every page', () => {
  it.each(everyPage)('%s: is whole, small, and asks nothing of anybody', (_, text) => {
    expect(text).toMatch(/^<!doctype html>\n<html lang="en">/u);
    expect(Buffer.byteLength(text)).toBeLessThan(60_000);
    expect(text.match(/<h1/gu)).toHaveLength(1);
    expect(text.match(/<main id="main"/gu)).toHaveLength(1);
    expect(text).toContain('class="skip" href="#main"');
    expect(contentOf(text)).not.toMatch(/\s(?:src|style|on\w+)=/u);
    expect(text).not.toMatch(/<(?:link|img|iframe|object|meta http-equiv)/u);
  });

  it.each(everyPage)('%s: headings skip no level', (_, text) => {
    const levels = [...text.matchAll(/<h([1-6])/gu)].map((found) => Number(found[1]));
    for (const [n, level] of levels.entries()) expect(level - (levels[n - 1] ?? 0)).toBeLessThanOrEqual(1);
  });

  it.each(everyPage)('%s: every field has a label and no id is there twice', (_, text) => {
    const ids = [...text.matchAll(/\sid="([^"]+)"/gu)].map((found) => found[1]!);
    expect(ids.length).toBe(new Set(ids).size);
    const fields = [...text.matchAll(/<input id="([^"]+)"[^>]*>/gu)];
    for (const [field, id] of fields) {
      expect(text).toContain(`<label for="${id}">`);
      expect(field).toContain('autocomplete="off"');
      expect(field).toContain('type="text"');
    }
  });

  it.each(everyPage)('%s: the nonce is on style and script, and nowhere else', (_, text) => {
    expect(text.match(/<(?:style|script[^>]*) nonce="[^"]+"/gu)).toHaveLength(2);
    expect(text.match(/<(?:style|script)[ >]/gu)).toHaveLength(2);
  });
});

describe('what a page says', () => {
  it.each<[state: keyof typeof views, title: string, buttons: string[]]>([
    ['awaiting', 'Make an API user in Autotask', ['show', 'verify']],
    ['shown before', 'Make an API user in Autotask', ['mint', 'verify']],
    ['verifying', 'The API user is being tested', ['mint', 'verify']],
    ['not accepted yet', 'Autotask does not accept it yet', ['mint', 'verify']],
    ['login refused', 'Almost: one thing to fix', ['verify-again', 'mint', 'verify']],
    ['refused', 'Almost: one thing to fix', ['verify-again', 'mint', 'verify']],
    ['done', 'All done: the API user works', []],
    ['done, one to deactivate', 'It works. One step is left', ['retire']],
    ['done, deactivated', 'All done: the API user works', []],
    ['addigy: awaiting', 'Make an API user in Autotask', ['show', 'verify']],
    ['addigy: to be pasted', 'Now let us ask Addigy', ['check', 'mint', 'verify']],
    ['addigy: refused', 'Almost: one thing to fix', ['check', 'mint', 'verify']],
    ['addigy: done', 'All done: the API user works', []],
  ])('%s: %j, with the buttons %j', (state, title, buttons) => {
    const text = pageOf(views[state]);
    expect(headingOf(text)).toBe(title);
    expect(buttonsOf(text)).toEqual(buttons);
    for (const button of buttons) expect(handOffActions).toContain(button);
  });

  it.each<[state: keyof typeof views, looksAgain: boolean]>([
    ['awaiting', false],
    ['verifying', true],
    ['not accepted yet', true],
    ['refused', false],
    ['done', false],
  ])('%s: looks again by itself: %s', (state, looksAgain) => {
    expect(pageOf(views[state]).includes(' data-look-again="')).toBe(looksAgain);
  });

  it.each<[state: keyof typeof views, words: string]>([
    ['awaiting', 'five minutes'],
    ['addigy: awaiting', 'if it is there'],
    ['addigy: awaiting', 'Unconfirmed.'],
    ['not accepted yet', '2026-11-24 09:35 UTC'],
    ['login refused', 'Autotask did not accept the credentials.'],
    ['refused', 'Protected Data Permission: in the API user&#39;s row tick Edit Unprotected Data'],
    ['refused', 'Advice: it may do more than it needs (3)'],
    ['refused', '<b>create, update</b>: Contacts, Tickets'],
    ['refused', 'One right could not be asked.'],
    ['done, one to deactivate', 'Device Sync acme 0'],
    ['awaiting', '2026-12-08 09:30 UTC'],
  ])('%s: says %j', (state, words) => {
    expect(pageOf(views[state])).toContain(words);
  });

  it('tells verdicts by word and shape, the missing ones first', () => {
    const text = contentOf(pageOf(views.refused));
    const at = ['To fix (1)', 'Missing', 'Not proved either way (1)', 'Not proved<', 'Confirmed (9)'].map(
      (words) => text.indexOf(words),
    );
    expect(at).toEqual([...at].sort((left, right) => left - right));
    expect(at).not.toContain(-1);
    expect(text).toContain('icon denied');
  });

  it('asks for a tracking identifier where it is ours alone', () => {
    expect(pageOf(views.awaiting)).toContain('name="trackingIdentifier"');
    expect(pageOf(views['addigy: awaiting'])).not.toContain('name="trackingIdentifier"');
  });
});

describe('what was minted', () => {
  it('stands in the answer that shows it', () => {
    const text = page({ kind: 'shown', view: { ...awaiting, shown: true }, minted }, { pressed: true });
    for (const value of Object.values(minted)) expect(text).toContain(`readonly value="${value}"`);
    expect(text).toContain('<h4 id="values" tabindex="-1" autofocus>');
  });

  it.each(everyPage.filter(([name]) => name !== 'shown'))('does not stand in: %s', (_, text) => {
    for (const value of Object.values(minted)) expect(text).not.toContain(value);
  });
});

describe('what was typed', () => {
  const errors = [
    { field: 'username', message: 'Enter the whole username.' },
    { field: 'trackingIdentifier', message: 'It holds a space.' },
  ] as const;
  const text = page(
    { kind: 'invalid', view: awaiting, errors },
    { pressed: true, typed: { username: hostile, trackingIdentifier: 'AB C' } },
  );

  it.each([
    'aria-describedby="field-username-error field-username-hint" aria-invalid="true"',
    '<p class="error" id="field-username-error"><span>Enter the whole username.</span>',
    '<a href="#field-trackingIdentifier">API Tracking Identifier</a>: It holds a space.',
    'name="trackingIdentifier" type="text" value="AB C"',
    'name="secret" type="text" value=""',
    '<h2 tabindex="-1" autofocus>Nothing was sent to Autotask yet</h2>',
  ])('comes back with what is wrong: %s', (markup) => {
    expect(text).toContain(markup);
  });

  it('is escaped', () => {
    expect(text).not.toContain('<img');
  });
});

describe('what others wrote', () => {
  const line = (title: string) =>
    ({ id: 'login', title, verdict: 'denied', evidence: title, fix: title }) as const;
  const report = {
    ...reportWith({}),
    lines: [line(hostile)],
    excess: [{ what: hostile, may: [hostile] }],
    notes: [hostile],
  };
  it.each<[where: string, view: HandOffView]>([
    ['name', { ...awaiting, connectionName: hostile }],
    ['names of the user', { ...awaiting, firstName: hostile, lastName: hostile }],
    ['mark', { ...awaiting, markField: hostile }],
    ['address', { ...awaiting, webUrl: `https://ww1.autotask.net/${hostile}` }],
    ['script address', { ...awaiting, webUrl: 'javascript:alert(1)' }],
    ['detail', { ...views.refused, detail: hostile }],
    ['report', { ...views.refused, report }],
    ['replaced', { ...views.done, replaced: { firstName: hostile, lastName: hostile, retiredAt: null } }],
  ])('cannot be markup: %s', (_, view) => {
    const text = contentOf(pageOf(view));
    expect(text).not.toMatch(/<img|<script|javascript:|onerror=alert\(1\)>/u);
    expect(text.match(/<\/main>/gu)).toHaveLength(1);
  });

  it('fits into a page, however long it is', () => {
    const long = 'W'.repeat(20_000);
    const excess = Array.from({ length: 250 }, (_, n) => ({
      what: `Entity${n}${long}`,
      may: ['create', 'update'],
    }));
    const lines = reportWith({}).lines.map((one) => ({
      ...one,
      verdict: 'denied' as const,
      evidence: long,
      fix: one.fix + long,
    }));
    const notes = Array.from({ length: 50 }, () => long);
    const view = { ...views.refused, report: { ...report, lines, excess, notes }, detail: long };
    const text = pageOf(view, { typed: { username: long, trackingIdentifier: long } });
    expect(Buffer.byteLength(text)).toBeLessThan(60_000);
    expect(text).toContain('And 210 more.');
  });
});

describe('a way into Autotask', () => {
  it.each<[webUrl: string, root: string | null]>([
    ['https://ww14.autotask.net/', 'https://ww14.autotask.net/'],
    ['https://ww14.autotask.net/Mvc/Some/Page?x=1', 'https://ww14.autotask.net/'],
    ['http://127.0.0.1:4310/ui', 'http://127.0.0.1:4310/'],
    ['http://localhost:4310', 'http://localhost:4310/'],
    ['http://ww14.autotask.net/', null],
    ['https://autotask.net.evil.example/', null],
    ['https://evilautotask.net/', null],
    ['https://user:word@ww14.autotask.net/', null],
    ['https://ww14.autotask.net:8443/', null],
    ['http://10.0.0.1/', null],
    ['javascript:alert(1)', null],
    ['', null],
    ['not an address', null],
  ])('%s: %s', (webUrl, root) => {
    expect(autotaskRoot(webUrl)).toBe(root);
    expect(pageOf({ ...awaiting, webUrl }).includes('target="_blank" rel="noopener noreferrer"')).toBe(
      root !== null,
    );
  });
});
