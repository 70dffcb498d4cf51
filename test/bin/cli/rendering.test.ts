/** What a person reads on a terminal, at the width of theirs. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runInProcess } from './run-in-process.ts';
import {
  connection,
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

const notFound = problem(404, 'not-found').body as object;
const runId = '20261124T010203004Z-k3f9x0';
const unknown = connection({
  id: 'bolt-and-sons-of-the-north',
  name: 'Bolt & Söhne 株式会社 \u202egnp.exe',
  credentials: { deviceSync: 'missing', addigyKey: 'refused' },
  lastRun: null,
  lastSuccessAt: null,
  dueAt: null,
});
const heldLine = (name: string, reason: string, detail: string) => ({
  ...{
    reason,
    agentId: `${name}-agent`,
    itemId: null,
    companyId: 174,
    name,
    serial: `C02${name.toUpperCase()}`,
  },
  detail,
});
const denied = waitingUser({
  state: 'refused',
  says: 'The test has failed; the page and the report say what to do.',
  link: null,
  report: {
    purpose: 'device-sync',
    at: '2026-11-24T01:00:00.000Z',
    lines: [
      {
        id: 'login',
        title: 'Login and zone',
        verdict: 'confirmed',
        evidence: 'One login was accepted.',
        fix: '',
      },
      {
        ...{ id: 'edit-unprotected-data', title: 'Edit Unprotected Data', verdict: 'denied' },
        ...{
          evidence: 'The mark of item 7 could not be written.',
          fix: 'Admin > Protected Data: tick Edit, then Save.',
        },
      },
    ],
    excess: [{ what: 'Contacts', may: ['delete'] }],
    notes: [],
    calls: { autotask: 12, addigy: 0 },
  },
});

const listed = { 'GET /connections': { body: { connections: [connection(), unknown], next: null } } };
const observed = run({
  counts: { ...(run().counts as object), held: { unmapped: 2, 'other-company': 1 } },
  held: [
    heldLine('ipad', 'unmapped', 'No policy leads to a company: link it.'),
    heldLine('phone', 'unmapped', 'No policy leads to a company: link it.'),
    heldLine(
      'mac\u001b[31m',
      'other-company',
      'Its item 1036 is in another company: deactivate it there, or link the policy.',
    ),
  ],
});
const asked = { 'POST /connections/acme-dental/runs': { status: 202, body: { runId, status: 'queued' } } };
const runPath = `GET /connections/acme-dental/runs/${runId}`;
const planned = {
  ...asked,
  [runPath]: { body: observed },
  'GET /connections/acme-dental': { body: connection({ lastPlanId: '0b7c4f1d2a' }) },
};
const failing = run({
  status: 'succeeded',
  apply: true,
  applied: true,
  policy: 'sync',
  counts: { ...(run().counts as object), applied: 1, failed: 1 },
  changes: (run().changes as object[]).map((change, at) =>
    at === 0 ? { ...change, state: 'failed', error: 'Not today.' } : { ...change, state: 'applied' },
  ),
});

describe('on a terminal', () => {
  const show = async (
    answers: Readonly<Record<string, ScriptedAnswer | readonly ScriptedAnswer[]>>,
    args: readonly string[],
    columns = 80,
    environment: Readonly<Record<string, string>> = {},
  ): Promise<string> => {
    api.script(answers);
    const { out } = await runInProcess(api, args, { columns, environment });
    return out;
  };

  it('connections, and what finds no room', async () => {
    expect(await show(listed, ['connections'])).toMatchInlineSnapshot(`
      "ID            NAME          POLICY   CREDENTIALS    LAST RUN   SUCCESS  DUE
      acme-dental   Acme Dental   observe  trusted        succeeded  2 h ago  1 h late
      bolt-and-so…  Bolt & Söhn…  observe  user missing…  none       never    off
      no room here for: engine
      "
    `);
    expect(await show(listed, ['connections'], 44)).toMatchInlineSnapshot(`
      "ID            CREDENTIALS  LAST RUN   SUCCESS
      acme-dental   trusted      succeeded  2 h ago
      bolt-and-so…  user missi…  none       never
      no room here for: engine, name, policy, due
      "
    `);
  });

  it('runs', async () => {
    const runs = [summary(), summary({ status: 'held', reason: 'blind', finishedAt: null })];
    const answers = { 'GET /connections/acme-dental/runs': { body: { runs, next: null } } };
    expect(await show(answers, ['runs', 'acme-dental'])).toMatchInlineSnapshot(`
      "RUN                         QUEUED   STATUS       +  ~  ^  -  !  FAILED  WROTE
      20261124T010203004Z-k3f9x0  2 h ago  succeeded    1  1        1          no
      20261124T010203004Z-k3f9x0  2 h ago  held: blind  1  1        1          no
      no room here for: by
      "
    `);
    expect(await show(answers, ['runs', 'acme-dental'], 60)).toMatchInlineSnapshot(`
      "RUN                         STATUS       +  ~  ^  -  !
      20261124T010203004Z-k3f9x0  succeeded    1  1        1
      20261124T010203004Z-k3f9x0  held: blind  1  1        1
      no room here for: by, wrote, failed, queued
      "
    `);
  });

  it('a plan, and the command that applies exactly it', async () => {
    expect(await show(planned, ['plan', 'acme-dental'])).toMatchInlineSnapshot(`
      "+ "Reception iMac" C02XK0AAJV40 (company 174): new
          title: "Reception iMac"
      ~ "Dr. Lee’s MacBook" FVFX40AAHV2D (company 174): changed, item 5512
          title: "MacBook" → "Dr. Lee’s MacBook"
      ! "ipad" C02IPAD (company 174): unmapped
          No policy leads to a company: link it.
      ! "phone" C02PHONE (company 174): unmapped
          No policy leads to a company: link it.
      ! "mac\\u001b[31m" C02MAC\\u001b[31M (company 174): other-company
          Its item 1036 is in another company: deactivate it there, or link the
            policy.

      + 1  ~ 1  ^ 0  - 0  ! 3 (1 other-company, 2 unmapped)
      3 devices, 0 unchanged; 9 Autotask and 2 Addigy calls in 1 s; run
      20261124T010203004Z-k3f9x0, 2 h ago

      Nothing was written, and acme-dental may write nothing: its policy is observe.
      One rung up the ladder, new items are created:
        addigy-autotask connections set acme-dental sync.policy=create
      Then this applies exactly this plan, as far as the policy allows:
        addigy-autotask apply acme-dental --plan 0b7c4f1d2a
      "
    `);
  });

  it('the colours of a plan, and none of another’s making', async () => {
    const text = await show(planned, ['plan', 'acme-dental'], 80, { NO_COLOR: '' });
    expect(text).toContain('\u001b[32m+ "Reception iMac" C02XK0AAJV40 (company 174): new\u001b[39m');
    expect(text).toContain('\u001b[33m~ "Dr. Lee’s MacBook"');
    expect(text).toContain('"mac\\u001b[31m"');
    expect(await show(planned, ['plan', 'acme-dental', '--no-color'], 80, { NO_COLOR: '' })).not.toContain(
      '\u001b',
    );
  });

  it('what applying came to', async () => {
    expect(
      await show({ ...asked, [runPath]: { body: failing } }, [
        'apply',
        'acme-dental',
        '--plan',
        '0b7c4f1d2a',
      ]),
    ).toMatchInlineSnapshot(`
      "+ "Reception iMac" C02XK0AAJV40 (company 174): new, failed: Not today.
          title: "Reception iMac"

      + 1  ~ 1  ^ 0  - 0  ! 1 (1 unmapped)
      3 devices, 0 unchanged; 1 applied, 1 failed, 9 Autotask and 2 Addigy calls in 1
      s; run 20261124T010203004Z-k3f9x0, 2 h ago
      What was held, and why:
        addigy-autotask held acme-dental
      "
    `);
  });

  it('what was held, by reason', async () => {
    expect(await show(planned, ['held', 'acme-dental'], 60)).toMatchInlineSnapshot(`
      "Run 20261124T010203004Z-k3f9x0, 2 h ago: 3 held of 3
      devices.

      unmapped  2
        No policy leads to a company: link it.
        DEVICE  SERIAL    COMPANY  ITEM
        ipad    C02IPAD   174
        phone   C02PHONE  174

      other-company  1
        Its item 1036 is in another company: deactivate it there,
        or link the policy.
        DEVICE         SERIAL            COMPANY  ITEM
        mac\\u001b[31m  C02MAC\\u001b[31M  174
      "
    `);
  });

  it('a permission report, with the box to tick', async () => {
    const answers = { 'POST /connections/acme-dental/api-users/device-sync/validations': { body: denied } };
    expect(await show(answers, ['validate', 'acme-dental', 'device-sync'], 60)).toMatchInlineSnapshot(`
      "acme-dental, API user for device-sync: Device Sync acme-dental 1
        ✓ Login and zone
          One login was accepted.
        ✗ Edit Unprotected Data: denied
          The mark of item 7 could not be written.
          → Admin > Protected Data: tick Edit, then Save.
        more than it needs: Contacts: delete

      1 confirmed, 1 denied; 12 Autotask and 0 Addigy calls.
      The test has failed; the page and the report say what to do.
      "
    `);
  });

  it('an onboarding, its link whole on a line of its own', async () => {
    const answers = {
      'GET /connections/acme-dental': { status: 404, body: { ...notFound } },
      'PUT /connections/acme-dental': {
        status: 201,
        body: {
          ...connection({ credentials: { deviceSync: 'missing', addigyKey: 'missing' } }),
          apiUsers: [waitingUser()],
        },
      },
    };
    expect(await show(answers, ['onboard', 'acme-dental'], 50)).toMatchInlineSnapshot(`
      "acme-dental is declared; its policy is observe: it
      plans, and writes nothing.

      API user for device-sync: Device Sync acme-dental 1, awaiting-administrator
        An Autotask administrator makes the user on the
        page that the link opens.

        https://x1y2z3.execute-api.eu-central-1.amazonaws.com/hand-offs/open/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA

        It opens until 2026-12-08 00:58 UTC (in 13 d).
        Whoever has it may act on it: pass it on to the
        Autotask administrator alone.

      It has no Addigy key that works. Give it one:
        addigy-autotask connections addigy-key acme-dental
      "
    `);
  });

  it('suggestions', async () => {
    const body = {
      suggestions: [
        {
          policyId: 'p-1',
          policyName: 'North Inc.',
          devices: 6,
          companies: [{ companyId: 101, companyName: 'North', score: 0.9 }],
        },
      ],
      unmapped: [{ policyId: 'p-2', policyName: 'Bench', devices: 1 }],
      left: 3,
      calls: { autotask: 1, addigy: 2 },
    };
    const answers = { 'GET /connections/acme-dental/companies/suggestions': { body } };
    expect(await show(answers, ['companies', 'acme-dental'])).toMatchInlineSnapshot(`
      "North Inc.  6 devices, policy p-1
        COMPANY   ID  LIKENESS
        North    101      90 %
      No company has such a name
        POLICY  ID   DEVICES
        Bench   p-2        1
      3 more policies are not shown: what is mapped makes room for them.

      Where one is right, say so:
        addigy-autotask connections set acme-dental sync.companies.p-1=101
      "
    `);
  });

  it('an offboarding’s plan', async () => {
    const answers = {
      'DELETE /connections/acme-dental': { status: 202, body: { state: 'offboarding', runId } },
      [runPath]: {
        body: run({
          purpose: 'offboarding',
          changes: [],
          held: [],
          counts: { ...(run().counts as object), create: 0, update: 0, deactivate: 3, held: {} },
        }),
      },
    };
    expect(
      await show(answers, ['offboard', 'acme-dental', '--limit', '100', '--yes']),
    ).toMatchInlineSnapshot(`
      "+ 0  ~ 0  ^ 0  - 0  ! 0
      3 devices, 0 unchanged; 9 Autotask and 2 Addigy calls in 1 s; run
      20261124T010203004Z-k3f9x0, 2 h ago

      Nothing was written. This deactivates exactly these items, and finishes:
        addigy-autotask offboard acme-dental --apply --plan 0b7c4f1d2a --limit 100
      "
    `);
  });

  it('a connection, without the links of its pages', async () => {
    const answers = {
      'GET /connections/acme-dental': {
        body: connection({ permissionLost: 'It may no longer edit items.' }),
      },
      'GET /connections/acme-dental/api-users': { body: { apiUsers: [waitingUser()] } },
    };
    const shown = await show(answers, ['connections', 'show', 'acme-dental']);
    expect(shown.split('\n').slice(0, 12).join('\n')).toMatchInlineSnapshot(`
      "acme-dental  Acme Dental
      engine        direct
      policy        observe
      credentials   right lost
      zone          America East 2, https://webservices14.autotask.net/ATServicesRest/
      last run      succeeded, 2 h ago
      last success  2 h ago
      next run      1 h late
      newest plan   0b7c4f1d2a
      right lost    It may no longer edit items.
      API user      device-sync: Device Sync acme-dental 1, awaiting-administrator. An
                    Autotask administrator makes the user on the page that the link"
    `);
    expect(shown + (await runInProcess(api, ['connections', 'show', 'acme-dental'])).out).not.toContain(
      'hand-offs',
    );
  });

  it('a change of settings, and nothing else', async () => {
    const before = connection();
    const after = connection({
      sync: { ...(before.sync as object), policy: 'create' },
      version: 'mhqk1x2b-4',
    });
    const answers = {
      'GET /connections/acme-dental': { body: before, headers: { etag: '"mhqk1x2b-3"' } },
      'PUT /connections/acme-dental': { body: after, headers: { etag: '"mhqk1x2b-4"' } },
    };
    expect(
      await show(answers, ['connections', 'set', 'acme-dental', 'sync.policy=create']),
    ).toMatchInlineSnapshot(`
      "acme-dental is changed:
        sync.policy: observe → create
      "
    `);
    const { body, headers } = api.requests[1]!;
    expect(headers['if-match']).toBe('"mhqk1x2b-3"');
    expect(body).toMatchObject({ name: 'Acme Dental', sync: { policy: 'create', graceHours: 72 } });
  });
});
