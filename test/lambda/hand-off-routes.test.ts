import { beforeEach, describe, expect, it, vi } from 'vitest';
import { handOffRoutes } from '#lambda/hand-off-routes';
import { pageDoor } from '#lambda/page-door';
import type { HandOffAnswer, HandOffDesk } from '#onboarding/hand-off';
import { DeskInMemory, digest, handOffId, token } from '../hand-off/desk-in-memory.ts';
import { views } from '../hand-off/sample-views.ts';
import { contextWith, eventOf, type Sent } from '../hand-off/serve-pages.ts';

// The logger reads this when it is loaded: faults are made here on purpose.
vi.hoisted(() => vi.stubEnv('POWERTOOLS_LOG_LEVEL', 'SILENT'));

const page = `/hand-offs/${handOffId}`;
const cookie = `hand-off=${token}`;
const form = 'application/x-www-form-urlencoded';
const typed = { username: 'a@acme.example', secret: 'hunter2-hunter2', trackingIdentifier: 'ABCDEFG' };

let desk: DeskInMemory;
beforeEach(() => {
  desk = new DeskInMemory();
});

async function ask(sent: Sent, remainingMs = 29_000, from: HandOffDesk = desk) {
  const door = pageDoor(handOffRoutes(from, digest));
  const {
    statusCode,
    headers = {},
    body = '',
    cookies = [],
  } = await door(eventOf(sent), contextWith(remainingMs));
  const title = /<h1[^>]*>(?:<svg.*?<\/svg>)?\s*([^<]*)</u.exec(body)?.[1]?.trim() ?? '';
  return { status: statusCode, headers: headers as Record<string, string>, body, cookies, title };
}
const look = (headers: Sent['headers'] = { cookie }) => ask({ method: 'GET', path: page, headers });
const press = (action: string, body = '', headers: Sent['headers'] = {}) =>
  ask({
    method: 'POST',
    path: `${page}/${action}`,
    headers: { cookie, 'content-type': form, 'sec-fetch-site': 'same-origin', ...headers },
    body,
  });
const bodyOf = (fields: Record<string, string>) => new URLSearchParams(fields).toString();

describe('a link', () => {
  it('becomes a cookie of its own page, and leads there', async () => {
    const answer = await ask({ method: 'GET', path: `/hand-offs/open/${token}` });
    expect(answer).toMatchObject({ status: 303, body: '', headers: { location: page } });
    expect(answer.cookies).toEqual([
      `hand-off=${token}; Path=${page}; Max-Age=43200; HttpOnly; Secure; SameSite=Lax`,
    ]);
    expect(JSON.stringify(answer.headers)).not.toContain(token);
    expect(desk.asked).toEqual([]);
  });

  it.each([
    '',
    token.slice(1),
    `${token}x`,
    `${token.slice(1)}.`,
    `${token.slice(1)};`,
    'a%0d%0aset-cookie:x',
  ])('that is none leads nowhere: %j', async (wrong) => {
    const answer = await ask({ method: 'GET', path: `/hand-offs/open/${wrong}` });
    expect(answer).toMatchObject({ status: 404, title: 'This link leads nowhere', cookies: [] });
  });
});

describe('every answer', () => {
  it.each<[what: string, sent: Sent]>([
    ['page', { method: 'GET', path: page, headers: { cookie } }],
    ['way', { method: 'GET', path: `/hand-offs/open/${token}` }],
    ['refusal', { method: 'GET', path: page }],
    ['unknown route', { method: 'GET', path: '/elsewhere' }],
  ])('has the headers that keep it to itself: %s', async (_, sent) => {
    const { headers } = await ask(sent);
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'cross-origin-opener-policy': 'same-origin',
      'strict-transport-security': 'max-age=31536000',
      'x-robots-tag': 'noindex, nofollow',
    });
    expect(headers['permissions-policy']).toContain('clipboard-read=()');
    const policy = headers['content-security-policy'] ?? '';
    for (const rule of [
      "default-src 'none'",
      "form-action 'self'",
      "frame-ancestors 'none'",
      "base-uri 'none'",
      "connect-src 'self'",
    ])
      expect(policy.split('; ')).toContain(rule);
    expect(policy).not.toContain('unsafe');
  });

  it('names the nonce of its page, another one each time', async () => {
    const [first, second] = [await look(), await look()];
    const nonceOf = ({ headers }: typeof first) =>
      /script-src 'nonce-([^']+)'/u.exec(headers['content-security-policy'] ?? '')?.[1] ?? '';
    expect(nonceOf(first)).toHaveLength(24);
    expect(nonceOf(first)).not.toBe(nonceOf(second));
    expect(first.body.split(`nonce="${nonceOf(first)}"`)).toHaveLength(3);
  });
});

describe('looking', () => {
  it('shows how things stand, and no value', async () => {
    const answer = await look();
    expect(answer).toMatchObject({ status: 200, title: 'Make an API user in Autotask' });
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(answer.body).not.toContain(desk.minted.secret);
    expect(answer.body).not.toContain(token);
    expect(desk.asked).toEqual(['look']);
  });

  it.each<[cookies: string | undefined]>([
    [undefined],
    ['other=1'],
    ['hand-off='],
    [`hand-off=${token}x`],
    [`xhand-off=${token}`],
  ])('without the cookie says so: %s', async (wrong) => {
    expect(await look(wrong === undefined ? {} : { cookie: wrong })).toMatchObject({
      status: 401,
      title: 'Open your link again',
    });
    expect(desk.asked).toEqual([]);
  });

  it('finds its cookie among others', async () => {
    expect((await look({ cookie: `a=1; hand-off=short; ${cookie}` })).status).toBe(200);
  });

  it.each<[kind: 'unknown' | 'expired', status: number, title: string]>([
    ['unknown', 404, 'This link leads nowhere'],
    ['expired', 410, 'This link has expired'],
  ])('%s: %d', async (kind, status, title) => {
    desk.answer = { kind };
    expect(await look()).toMatchObject({ status, title });
  });

  it.each(['/hand-offs/abc', `/hand-offs/${handOffId.toUpperCase()}`, '/hand-offs/../x'])(
    '%s: nothing',
    async (path) => {
      expect((await ask({ method: 'GET', path, headers: { cookie } })).status).toBe(404);
      expect(desk.asked).toEqual([]);
    },
  );

  it('at the address of a button leads back to the page', async () => {
    const answer = await ask({ method: 'GET', path: `${page}/verify`, headers: { cookie } });
    expect(answer).toMatchObject({ status: 303, headers: { location: page }, cookies: [] });
    expect(desk.asked).toEqual([]);
  });
});

describe('pressing', () => {
  it.each<[action: string, asked: string[], title: string]>([
    ['show', ['show'], 'Make an API user in Autotask'],
    ['mint', ['mint'], 'Make an API user in Autotask'],
    ['verify-again', ['verify-again'], 'Almost: one thing to fix'],
    ['check', ['check'], 'Almost: one thing to fix'],
    ['retire', ['retire'], 'Almost: one thing to fix'],
  ])('%s asks the desk', async (action, asked, title) => {
    expect(await press(action)).toMatchObject({ status: 200, title });
    expect(desk.asked).toEqual(asked);
  });

  it('show shows the values once', async () => {
    const { secret } = desk.minted;
    expect((await press('show')).body).toContain(secret);
    expect((await press('show')).body).not.toContain(secret);
    expect((await look()).body).not.toContain(secret);
  });

  it('verify hands over what was typed', async () => {
    expect(await press('verify', bodyOf(typed))).toMatchObject({
      status: 200,
      title: 'Almost: one thing to fix',
    });
    expect(desk.submissions).toEqual([typed]);
  });

  it('verify without a tracking identifier hands over a blank one', async () => {
    const { trackingIdentifier, ...rest } = typed;
    await press('verify', bodyOf(rest));
    expect(desk.submissions).toEqual([{ ...rest, trackingIdentifier: '' }]);
  });

  it('verify that cannot be right comes back with what is wrong, and never with the secret', async () => {
    const answer = await press('verify', bodyOf({ ...typed, username: 'nobody' }));
    expect(answer.status).toBe(422);
    expect(answer.body).toContain('value="nobody"');
    expect(answer.body).toContain(`value="${typed.trackingIdentifier}"`);
    expect(answer.body).toContain('Enter the whole username');
    expect(answer.body).not.toContain(typed.secret);
  });

  it.each<[what: string, action: string, body: string, headers: Record<string, string>, status: number]>([
    ['another site', 'verify', bodyOf(typed), { 'sec-fetch-site': 'cross-site' }, 403],
    ['a sister site', 'show', '', { 'sec-fetch-site': 'same-site' }, 403],
    ['nobody knows where', 'show', '', { 'sec-fetch-site': 'none' }, 403],
    ['an action that is none', 'delete', '', {}, 404],
    ['an action of every object', 'constructor', '', {}, 404],
    ['a strange field', 'verify', bodyOf({ ...typed, admin: '1' }), {}, 400],
    ['a field of every object', 'verify', '__proto__=1', {}, 400],
    ['a field twice', 'verify', 'username=a%40b.c&username=d%40e.f', {}, 400],
    ['a field that this button has not', 'show', 'username=a%40b.c', {}, 400],
    ['JSON', 'verify', JSON.stringify(typed), { 'content-type': 'application/json' }, 400],
    ['too much', 'verify', bodyOf({ ...typed, secret: 'x'.repeat(17_000) }), {}, 400],
    ['no cookie', 'show', '', { cookie: 'other=1' }, 401],
  ])('is refused, and nothing is asked, from or with %s', async (_, action, body, headers, status) => {
    const answer = await press(action, body, headers);
    expect(answer.status).toBe(status);
    expect(answer.body).not.toContain(typed.secret);
    expect(desk.asked).toEqual([]);
  });

  it('is taken from a browser that does not say where it comes from', async () => {
    const sent = { method: 'POST', path: `${page}/show`, headers: { cookie } };
    expect((await ask(sent)).status).toBe(200);
  });
});

describe('what goes wrong here', () => {
  it('is a page with a number, and nothing of the fault', async () => {
    desk.fault = new Error('the table is down');
    const answer = await look();
    expect(answer).toMatchObject({ status: 500, title: 'Something went wrong here' });
    expect(answer.body).toContain('request-1');
    expect(answer.body).not.toContain('the table is down');
  });

  it('ends before the door is killed', async () => {
    const never = Object.assign(new DeskInMemory(views.refused), {
      verifyAgain: () => new Promise<HandOffAnswer>(() => {}),
    });
    const sent = { method: 'POST', path: `${page}/verify-again`, headers: { cookie } };
    expect(await ask(sent, 700, never)).toMatchObject({ status: 503, title: 'That took too long' });
  });
});
