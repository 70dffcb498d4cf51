/** How a command ends: what the API said, the status, and the one sentence. In JSON, the document too. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exits } from '../../../bin/cli/exit.ts';
import { runInProcess, type Terminal } from './run-in-process.ts';
import {
  connection,
  key,
  problem,
  run,
  type ScriptedAnswer,
  type ScriptedApi,
  startScriptedApi,
  summary,
  waitingUser,
} from './scripted-api.ts';

let api: ScriptedApi;
beforeAll(async () => {
  api = await startScriptedApi();
});
afterAll(() => api.close());

const runId = '20261124T010203004Z-k3f9x0';
const one = '/connections/acme';
const runs = `POST ${one}/runs`;
const theRun = `GET ${one}/runs/${runId}`;
const queued = { status: 202, body: { runId, status: 'queued' } };
const list = { body: { connections: [connection()], next: null } };
const gateway = (status: number, message: string): ScriptedAnswer => ({ status, body: { message } });

interface Row {
  readonly args: string;
  readonly answers?: Readonly<Record<string, ScriptedAnswer | readonly ScriptedAnswer[]>>;
  readonly status: number;
  /** On stderr. */
  readonly says?: RegExp;
  readonly terminal?: Terminal;
}

const rows: Readonly<Record<string, Row>> = {
  'a list': { args: 'connections', answers: { 'GET /connections': list }, status: 0 },
  'a run that succeeded': {
    args: 'plan acme',
    answers: { [runs]: queued, [theRun]: { body: run() } },
    status: 0,
  },
  'a run that was held': {
    args: 'plan acme',
    answers: {
      [runs]: queued,
      [theRun]: { body: run({ status: 'held', reason: 'blind', detail: 'No mark is seen.' }) },
    },
    status: 1,
  },
  'a run of which one change failed': {
    args: 'apply acme --plan p',
    answers: {
      [runs]: queued,
      [theRun]: { body: run({ counts: { ...(run().counts as object), failed: 1 } }) },
    },
    status: 1,
  },
  'a run that is read, whatever it came to': {
    args: `runs acme ${runId}`,
    answers: { [theRun]: { body: run({ status: 'failed', reason: 'unavailable' }) } },
    status: 0,
  },
  'a right that is denied': {
    args: 'validate acme addigy',
    answers: { [`POST ${one}/api-users/addigy/validations`]: { body: reported('denied') } },
    status: 1,
  },
  'a right that is inconclusive': {
    args: 'validate acme addigy',
    answers: { [`POST ${one}/api-users/addigy/validations`]: { body: reported('inconclusive') } },
    status: 0,
  },
  'a right that is inconclusive, strictly': {
    args: 'validate acme addigy --strict',
    answers: { [`POST ${one}/api-users/addigy/validations`]: { body: reported('inconclusive') } },
    status: 1,
  },
  'a key that Addigy refuses': {
    args: 'connections addigy-key acme',
    answers: { [`PUT ${one}/addigy-key`]: problem(422, 'addigy-key-refused') },
    terminal: { input: 'an-addigy-CANARY-key\n' },
    status: 1,
    says: /^In short\. What it is about\.$/u,
  },
  'no URL': {
    args: 'connections',
    terminal: { environment: { ADDIGY_AUTOTASK_URL: '' } },
    status: 2,
    says: /^Which API\?/u,
  },
  'no key': {
    args: 'connections',
    terminal: { environment: { ADDIGY_AUTOTASK_KEY: '' } },
    status: 2,
    says: /^There is no key\.[\s\S]*--key-file/u,
  },
  'a key that could not be sent': {
    args: 'connections',
    terminal: { environment: { ADDIGY_AUTOTASK_KEY: 'aak_CANARY\nand more' } },
    status: 2,
    says: /ADDIGY_AUTOTASK_KEY holds is not a key/u,
  },
  'a key file that is not there': {
    args: 'connections --key-file /nowhere/key',
    status: 2,
    says: /\/nowhere\/key cannot be read: ENOENT/u,
  },
  'a URL with a password': {
    args: 'connections --url https://me:CANARY@x.test',
    status: 2,
    says: /holds a name or a password/u,
  },
  'a key in the clear': {
    args: 'connections --url http://api.example.test',
    status: 2,
    says: /in the clear: use https/u,
  },
  'an unknown command': {
    args: 'pln acme',
    status: 2,
    says: /unknown command 'pln'[\s\S]*Did you mean plan/u,
  },
  'an unknown option': { args: 'plan acme --aply', status: 2, says: /unknown option '--aply'/u },
  'a number that is none': { args: 'runs acme --limit many', status: 2, says: /whole number of at least 1/u },
  'apply without a plan': { args: 'apply acme', status: 2, says: /Which plan\?/u },
  'an offboarding that nobody agreed to': { args: 'offboard acme', status: 2, says: /add --yes/u },
  'a field that is none': {
    args: 'connections set acme sync.polcy=create',
    answers: {
      [`GET ${one}`]: { body: connection() },
      [`PUT ${one}`]: problem(400, 'invalid-request', {
        errors: [{ field: 'sync.polcy', message: 'is not a field' }],
      }),
    },
    status: 2,
    says: /^In short:\n {2}sync\.polcy: is not a field$/u,
  },
  'nobody listens': {
    args: 'connections --url http://127.0.0.1:9',
    status: 3,
    says: /^http:\/\/127\.0\.0\.1:9 did not answer/u,
  },
  'a host that is none': {
    args: 'connections --url https://nowhere.invalid',
    status: 3,
    says: /no such host could be found/u,
  },
  'TLS where there is none': { args: 'connections --url TLS', status: 3, says: /did not answer/u },
  'another service': {
    args: 'connections',
    answers: { 'GET /connections': { body: '<html>', isForeign: true } },
    status: 3,
    says: /not as this API does/u,
  },
  'a path that the API does not have': {
    args: 'connections',
    answers: {},
    status: 3,
    says: /is it the ApiUrl/u,
  },
  'a fault': {
    args: 'connections',
    answers: { 'GET /connections': problem(500, 'internal', { requestId: 'r-1' }) },
    status: 3,
    says: /^What it is about\.\n {2}Request r-1$/u,
  },
  'a vendor that is down': {
    args: 'validate acme addigy',
    answers: { [`POST ${one}/api-users/addigy/validations`]: problem(503, 'vendor-unavailable') },
    status: 3,
    says: /^What it is about\.$/u,
  },
  'a key that opens nothing': {
    args: 'connections',
    answers: { 'GET /connections': gateway(401, 'Unauthorized') },
    status: 4,
    says: /does not know this key/u,
  },
  'a key that opens less': {
    args: 'plan acme',
    answers: { [runs]: gateway(403, 'Forbidden') },
    status: 4,
    says: /lacks the scope sync\.$/u,
  },
  // Which words API Gateway has for a signature that it refuses, no source confirms.
  'a refusal in other words': {
    args: 'plan acme',
    answers: { [runs]: gateway(403, 'Missing Authentication Token') },
    status: 4,
    says: /lacks the scope sync\.$/u,
  },
  'a run that is going': {
    args: 'plan acme',
    answers: { [runs]: problem(409, 'run-in-progress', { runId }) },
    status: 5,
    says: new RegExp(`Follow it: addigy-autotask runs acme ${runId} --wait$`, 'u'),
  },
  'a plan that has changed': {
    args: 'apply acme --plan p',
    answers: { [runs]: problem(409, 'plan-changed', { planId: 'p', currentPlanId: 'q' }) },
    status: 5,
    says: /The newest plan is q\./u,
  },
  'somebody else was quicker': {
    args: 'connections set acme name=B',
    answers: {
      [`GET ${one}`]: { body: connection(), headers: { etag: '"v-1"' } },
      [`PUT ${one}`]: problem(412, 'precondition-failed'),
    },
    status: 5,
    says: /declared it anew meanwhile/u,
  },
  'a connection that is none': {
    args: 'plan acme',
    answers: { [runs]: problem(404, 'not-found') },
    status: 6,
    says: /^What it is about\.$/u,
  },
  'Ctrl-C while a run goes on': {
    args: 'plan acme',
    answers: { [runs]: queued, [theRun]: { body: run({ status: 'running' }) } },
    terminal: { interruptAfterMs: 300 },
    status: 130,
    says: new RegExp(`The run goes on\\.\n {2}Follow it: addigy-autotask runs acme ${runId} --wait$`, 'u'),
  },
  'Ctrl-C before an answer': {
    args: 'connections',
    answers: { 'GET /connections': { isSilent: true } },
    terminal: { interruptAfterMs: 200 },
    status: 130,
    says: /^Stopped before the answer came\.$/u,
  },
};

function reported(verdict: string) {
  const line = {
    id: 'addigy-reach',
    title: 'Addigy reaches Autotask',
    verdict,
    evidence: 'Seen.',
    fix: 'Do it.',
  };
  const report = {
    purpose: 'addigy',
    at: '2026-11-24T01:00:00.000Z',
    lines: [line],
    excess: [],
    notes: [],
    calls: { autotask: 0, addigy: 1 },
  };
  return waitingUser({ purpose: 'addigy', state: 'trusted', waitsFor: 'nobody', link: null, report });
}

describe('ends', () => {
  it.each(Object.entries(rows))('%s', async (_what, { args, answers = {}, status, says, terminal }) => {
    api.script(answers);
    const words = args.replace('--url TLS', `--url ${api.url.replace('http:', 'https:')}`).split(' ');
    const ended = await runInProcess(api, words, terminal);
    expect([ended.status, ended.err.trimEnd()]).toEqual([status, expect.stringMatching(says ?? /^$/u)]);
    // A mistyped command line is answered by its usage; all else is one document.
    if (/^error:/u.test(ended.err)) expect(ended.out).toBe('');
    else {
      const document = JSON.parse(ended.out) as { error?: { exitStatus: number; message: string } };
      if (says !== undefined) expect(document.error?.exitStatus).toBe(status);
    }
  });

  it('after its time: with 7, and the run goes on', async () => {
    api.script({ [runs]: queued, [theRun]: { body: run({ status: 'queued' }) } });
    const minute = AbortSignal.timeout;
    AbortSignal.timeout = () => minute.call(AbortSignal, 300);
    const ended = await runInProcess(api, ['plan', 'acme', '--timeout', '1']).finally(() => {
      AbortSignal.timeout = minute;
    });
    expect([ended.status, JSON.parse(ended.out).error]).toEqual([
      7,
      expect.objectContaining({ code: 'still-going', runId }),
    ]);
  });

  it('as docs/cli.md and --help say', async () => {
    const page = readFileSync('docs/cli.md', 'utf8');
    const { out } = await runInProcess(null, ['--help']);
    for (const [status, meaning] of Object.values(exits)) {
      expect(page).toContain(`| ${status} | ${meaning} |`);
      expect(out.replace(/\s+/gu, ' ')).toContain(`${status} ${meaning}`);
    }
    const commands = [...out.matchAll(/^ {2}([a-z]+) .*\b/gmu)]
      .map(([, name]) => name!)
      .filter((name) => name !== 'help');
    expect(commands.length).toBeGreaterThan(8);
    for (const name of commands) expect(page).toContain(`addigy-autotask ${name}`);
  });
});

describe('a pipeline', () => {
  it('that lost the answer to a plan asks again with the same key, so that it is one run; another plan has another', async () => {
    const passing = [
      { ...gateway(504, 'Endpoint request timed out'), isForeign: true },
      { ...problem(409, 'request-in-progress'), headers: { 'retry-after': '1' } },
    ];
    api.script({ [runs]: [...passing, queued], [theRun]: { body: run() } });
    for (const _ of [1, 2]) {
      expect((await runInProcess(api, ['plan', 'acme'])).status).toBe(0);
    }
    const asked = api.requests.filter(({ what }) => what === runs);
    const keys = asked.map(({ headers }) => String(headers['idempotency-key']));
    expect(keys.map((one) => keys.indexOf(one))).toEqual([0, 0, 0, 3]);
    for (const one of keys) expect(one).toMatch(/^[0-9a-f-]{36}$/u);
  });

  it('gets every page in one document, or as many entries as it asked for', async () => {
    const page = (next: string | null) => ({ body: { runs: [summary(), summary()], next } });
    const answers = { [`GET ${one}/runs`]: [page('c 1'), page('c2'), page(null)] };
    api.script(answers);
    expect(JSON.parse((await runInProcess(api, ['runs', 'acme'])).out).runs).toHaveLength(6);
    expect(api.requests.map(({ what }) => what)).toEqual([
      `GET ${one}/runs?limit=100`,
      `GET ${one}/runs?limit=100&cursor=c%201`,
      `GET ${one}/runs?limit=100&cursor=c2`,
    ]);
    api.script(answers);
    expect(JSON.parse((await runInProcess(api, ['runs', 'acme', '--limit', '3'])).out).runs).toHaveLength(3);
    expect(api.requests).toHaveLength(2);
  });

  it('gets a run with its lines of every page', async () => {
    api.script({ [theRun]: [{ body: run() }, { body: run({ next: 'more' }) }, { body: run() }] });
    const { changes, held } = JSON.parse((await runInProcess(api, ['runs', 'acme', runId])).out);
    expect([changes.length, held.length]).toEqual([4, 2]);
  });

  it('gives the key by file or by stdin, and the Addigy key by stdin', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'cli-')), 'key');
    writeFileSync(file, `${key}\n`, { mode: 0o600 });
    const environment = { ADDIGY_AUTOTASK_KEY: '' };
    for (const [args, input] of [
      [['--key-file', file], undefined],
      [['--key-file', '-'], `${key}\n`],
    ] as const) {
      api.script({ 'GET /connections': list });
      const ended = await runInProcess(api, ['connections', ...args], {
        environment,
        ...(input ? { input } : {}),
      });
      expect([ended.status, api.requests[0]?.headers.authorization]).toEqual([0, `Bearer ${key}`]);
    }
    api.script({ [`PUT ${one}/addigy-key`]: { body: { state: 'trusted', organizationId: 'org' } } });
    await runInProcess(api, ['connections', 'addigy-key', 'acme'], { input: ' a-token\n' });
    expect(api.requests[0]?.body).toEqual({ apiKey: 'a-token' });
  });

  it('declares the whole from stdin, and a new connection only where there is none', async () => {
    api.script({
      [`GET ${one}`]: problem(404, 'not-found'),
      [`PUT ${one}`]: { status: 201, body: connection() },
    });
    await runInProcess(api, ['connections', 'set', 'acme', 'sync.graceHours=1', '--file', '-'], {
      input: '{"name":"A"}',
    });
    expect(api.requests[1]).toMatchObject({
      body: { name: 'A', sync: { graceHours: 1 } },
      headers: { 'if-none-match': '*' },
    });
  });

  it('hears with --debug what was asked, and never with which key', async () => {
    api.script({ 'GET /connections': { ...list, headers: { 'apigw-requestid': 'req-7' } } });
    const { err } = await runInProcess(api, ['connections', '--debug']);
    expect(err).toBe('debug: GET /connections 200 req-7\n');
  });
});

describe('a person', () => {
  const newest = {
    [`GET ${one}`]: { body: connection() },
    [theRun]: { body: run() },
    [runs]: queued,
  };
  it.each([
    ['y\n', 0, 1],
    ['yes\n', 0, 1],
    ['\n', 1, 0],
    ['no\n', 1, 0],
    ['', 1, 0],
  ])('answers %j to the question', async (input, status, asked) => {
    api.script(newest);
    const ended = await runInProcess(api, ['apply', 'acme', '--newest'], { columns: 80, input });
    expect(ended.err).toContain('Apply plan 0b7c4f1d2a of acme (+ 1  ~ 1  ^ 0  - 0, 2 h ago)? [y/N]');
    expect([ended.status, api.requests.filter(({ what }) => what.startsWith('POST')).length]).toEqual([
      status,
      asked,
    ]);
  });

  it('types the Addigy key unseen', async () => {
    api.script({ [`PUT ${one}/addigy-key`]: { body: { state: 'trusted', organizationId: 'org' } } });
    const ended = await runInProcess(api, ['connections', 'addigy-key', 'acme'], {
      columns: 80,
      input: 'typed-CANARY\r',
    });
    expect([ended.status, api.requests[0]?.body]).toEqual([0, { apiKey: 'typed-CANARY' }]);
    expect(ended.err).toContain('not shown');
  });

  it('sees how far a run is, on stderr', async () => {
    const going = run({ status: 'running', progress: { done: 120, total: 400 } });
    api.script({
      [runs]: queued,
      [theRun]: [{ body: run({ status: 'queued', legs: 0 }) }, { body: going }, { body: run() }],
    });
    const { err } = await runInProcess(api, ['apply', 'acme', '--plan', 'p'], { columns: 80 });
    expect(err).toMatch(/queued[\s\S]*█+░+ 120\/400/u);
  });

  it('waits for an administrator, and is told what happens', async () => {
    const user = (changes: object) => waitingUser({ purpose: 'addigy', ...changes });
    const trusted = user({
      state: 'trusted',
      waitsFor: 'nobody',
      says: 'Addigy reaches Autotask with it.',
      link: null,
    });
    const declared = {
      [`GET ${one}`]: { body: connection() },
      [`PUT ${one}`]: { body: { ...connection(), apiUsers: [user({})] } },
    };
    const path = `GET ${one}/api-users/addigy`;
    const args = ['onboard', 'acme', '--purpose', 'addigy', '--wait'];
    api.script({
      ...declared,
      [path]: [
        { body: user({}) },
        { body: user({ state: 'verifying', says: 'It is tested.' }) },
        { body: trusted },
      ],
    });
    const done = await runInProcess(api, args, { columns: 80 });
    expect([done.status, done.out]).toEqual([
      0,
      expect.stringMatching(/addigy: verifying\. It is tested\.\naddigy: trusted\./u),
    ]);
    api.script({ ...declared, [path]: { body: { ...reported('denied'), state: 'refused' } } });
    const refused = await runInProcess(api, args, { columns: 80 });
    expect([refused.status, refused.out]).toEqual([
      1,
      expect.stringMatching(/✗ Addigy reaches Autotask: denied[\s\S]*Do it\./u),
    ]);
  });
});
