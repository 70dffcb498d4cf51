/** A device's life through the running system: each row is something that happens, and the run that follows it. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WholeRun } from '../../bin/api/answers.ts';
import { runInProcess } from '../bin/cli/run-in-process.ts';
import { fleetApiUser } from '../simulators/fleet.ts';
import {
  counted,
  type Journey,
  type LocalWorld,
  markField,
  smallWorld,
  startLocalWorld,
} from './local-world.ts';

let world: LocalWorld;
beforeAll(async () => {
  world = await startLocalWorld();
});
afterAll(() => world?.close());

/** After every journey: a quiet run finds nothing, and no mark stands twice. */
async function isQuiet(journey: Journey, quiet = '+0 ~0 ^0 -0 x0'): Promise<void> {
  const run = await journey.sync();
  expect(run.status).toBe('succeeded');
  expect(counted(run)).toBe(quiet);
  expect([...journey.marked().values()].filter((items) => items.length > 1)).toEqual([]);
}

describe('the first sync', () => {
  it('observes, writes nothing, then applies exactly the reviewed plan', async () => {
    const journey = await world.connect({ policy: 'observe' });
    world.autotask.journal.clear();
    const observed = await journey.ended(await journey.ask());
    expect([observed.status, observed.applied, counted(observed)]).toEqual([
      'succeeded',
      false,
      '+10 ~0 ^0 -0 x0',
    ]);
    expect(observed.changes.every((change) => change.state === 'planned')).toBe(true);
    expect(world.autotask.world.items()).toEqual([]);
    expect(world.autotask.journal.count({ method: 'PATCH' })).toBe(0);
    expect(world.autotask.journal.count({ method: 'POST', path: /ConfigurationItems$/u })).toBe(0);

    await journey.declare({ policy: 'sync' });
    const applied = await journey.ended(await journey.ask({ apply: true, planId: observed.planId }));
    expect([applied.status, applied.planId, applied.counts.applied]).toEqual([
      'succeeded',
      observed.planId,
      10,
    ]);
    expect(world.autotask.world.items()).toHaveLength(10);
    const first = world.autotask.world.items().find((item) => item.udfs[markField] === 'agent-0');
    expect(first).toMatchObject({
      companyID: 101,
      productID: 7,
      isActive: true,
      serialNumber: 'C02JOURNEY00',
      referenceTitle: 'Mac 0',
    });
    await isQuiet(journey);
  });

  it('adopts what a person made before, and reactivates what was put away', async () => {
    const seed = smallWorld();
    seed.autotask.items = [
      {
        companyID: 101,
        productID: 7,
        isActive: true,
        serialNumber: ' c02journey00 ',
        referenceTitle: 'The boss’s Mac',
      },
      {
        companyID: 101,
        productID: 7,
        isActive: false,
        serialNumber: 'C02JOURNEY01',
        referenceTitle: 'Mac 1',
      },
    ];
    const journey = await world.connect({}, seed);
    expect(counted(await journey.sync())).toBe('+8 ~1 ^1 -0 x0');
    expect(world.autotask.world.items()).toHaveLength(10);
    await isQuiet(journey);
  });
});

describe('later', () => {
  interface Row {
    readonly what: string;
    readonly sync?: Record<string, unknown>;
    happens(): void;
    readonly run: string;
    readonly quiet?: string;
    see?(journey: Journey): void;
  }
  const itemOf = (journey: Journey, agentId: string) => journey.marked().get(agentId)?.[0];
  const idOf = (agentId: string): number =>
    world.autotask.world.items().find((item) => item.udfs[markField] === agentId)?.id ?? 0;

  it.each<Row>([
    {
      what: 'a device is renamed',
      happens: () => world.addigy.world.rename('agent-0', 'Reception'),
      run: '+0 ~1 ^0 -0 x0',
      see: (journey) => expect(itemOf(journey, 'agent-0')?.referenceTitle).toBe('Reception'),
    },
    {
      what: 'a device is retired',
      happens: () => world.addigy.world.retire('agent-1'),
      run: '+0 ~0 ^0 -1 x0',
      see: (journey) => expect(itemOf(journey, 'agent-1')?.isActive).toBe(false),
    },
    {
      what: 'a device is retired, within its grace period',
      sync: { graceHours: 24 },
      happens: () => world.addigy.world.retire('agent-1'),
      run: '+0 ~0 ^0 -0 x0 grace:1',
      quiet: '+0 ~0 ^0 -0 x0 grace:1',
      see: (journey) => expect(itemOf(journey, 'agent-1')?.isActive).toBe(true),
    },
    {
      what: 'a device moves to another customer, which is reported',
      happens: () => world.addigy.world.move('agent-2', 'south'),
      run: '+0 ~0 ^0 -0 x0 moved:1',
      quiet: '+0 ~0 ^0 -0 x0 moved:1',
      see: (journey) => expect(itemOf(journey, 'agent-2')?.companyID).toBe(101),
    },
    {
      what: 'a device moves to another customer, and is made anew there',
      sync: { onCompanyMove: 'recreate' },
      happens: () => world.addigy.world.move('agent-2', 'south'),
      run: '+1 ~0 ^0 -1 x0',
      see: (journey) => expect(itemOf(journey, 'agent-2')?.companyID).toBe(102),
    },
    {
      what: 'a device is wiped and enrolled again, its old record still there',
      happens: () => void world.addigy.world.reEnrol('agent-3'),
      run: '+0 ~1 ^0 -0 x0 superseded:1',
      quiet: '+0 ~0 ^0 -0 x0 superseded:1',
      see: (journey) => expect(itemOf(journey, 'agent-3')).toBeUndefined(),
    },
    {
      what: 'a device is wiped and enrolled again, its old record gone',
      happens: () => void world.addigy.world.reEnrol('agent-3', { forgetOld: true }),
      run: '+0 ~1 ^0 -0 x0',
      see: () => expect(world.autotask.world.items()).toHaveLength(10),
    },
    {
      what: 'a person renames an item in Autotask',
      happens: () => void world.autotask.world.edit(idOf('agent-4'), { referenceTitle: 'By hand' }),
      run: '+0 ~1 ^0 -0 x0',
      see: (journey) => expect(itemOf(journey, 'agent-4')?.referenceTitle).toBe('Mac 4'),
    },
    {
      what: 'a person writes notes and a location, which are theirs',
      happens: () =>
        void world.autotask.world.edit(idOf('agent-4'), { notes: 'Under the desk', location: 'Room 4' }),
      run: '+0 ~0 ^0 -0 x0',
      see: (journey) =>
        expect(itemOf(journey, 'agent-4')).toMatchObject({ notes: 'Under the desk', location: 'Room 4' }),
    },
    {
      what: 'a person deactivates the item of a living device',
      happens: () => void world.autotask.world.deactivate(idOf('agent-5')),
      run: '+0 ~0 ^1 -0 x0',
      see: (journey) => expect(itemOf(journey, 'agent-5')?.isActive).toBe(true),
    },
    {
      what: 'the whole of Addigy is empty',
      happens: () => {
        for (const { agentid } of world.addigy.world.devices()) world.addigy.world.retire(agentid);
      },
      run: '+0 ~0 ^0 -0 x0 empty-source:10',
      quiet: '+0 ~0 ^0 -0 x0 empty-source:10',
    },
    {
      what: 'most of a customer is gone at once',
      happens: () => {
        for (const at of [0, 1, 2, 3, 4]) world.addigy.world.retire(`agent-${at}`);
      },
      run: '+0 ~0 ^0 -0 x0 safety:5',
      quiet: '+0 ~0 ^0 -0 x0 safety:5',
    },
  ])('$what', async ({ sync = {}, happens, run, quiet, see }) => {
    const journey = await world.connect(sync);
    expect(counted(await journey.sync())).toBe('+10 ~0 ^0 -0 x0');
    happens();
    const after = await journey.sync();
    expect([after.status, counted(after)]).toEqual(['succeeded', run]);
    see?.(journey);
    await isQuiet(journey, quiet);
  });
});

describe('what the API user may see', () => {
  it.each([
    {
      what: 'no View: every mark is masked',
      rights: { viewUnprotected: false, editUnprotected: false, viewProtected: true, editProtected: false },
    },
    {
      what: 'no permission at all: no field is shown',
      rights: { viewUnprotected: false, editUnprotected: false, viewProtected: false, editProtected: false },
    },
  ])('$what: nothing is created, nothing deactivated', async ({ rights }) => {
    const journey = await world.connect();
    await journey.sync();
    const before = JSON.stringify(world.autotask.world.items());
    world.autotask.world.setPermission(fleetApiUser.username, { protectedData: rights });
    world.addigy.world.retire('agent-0');
    world.addigy.world.enrol({ serial: 'C02FRESH0001', policyId: 'north' });
    const run = await journey.sync();
    expect([run.status, run.reason]).toEqual(['held', 'blind']);
    expect(JSON.stringify(world.autotask.world.items())).toBe(before);
  });
});

describe('the command line', () => {
  const bin = fileURLToPath(new URL('../../bin/addigy-autotask.mjs', import.meta.url));
  /** A process of its own, as a pipeline starts it: its status, and the one document that it writes. */
  const cli = (...args: string[]): Promise<[status: number, document: Record<string, unknown>]> =>
    new Promise((resolve) => {
      const env = { ...process.env, ADDIGY_AUTOTASK_URL: world.api.url, ADDIGY_AUTOTASK_KEY: world.key };
      const child = execFile(
        process.execPath,
        [bin, ...args],
        { env, timeout: 30_000 },
        (_error, stdout, stderr) => {
          expect(stdout + stderr).not.toContain(world.key);
          resolve([child.exitCode ?? -1, JSON.parse(stdout)]);
        },
      );
    });

  /** The same, in this process: a start takes a second of the processor. */
  const sameCli: typeof cli = async (...args) => {
    const environment = { ADDIGY_AUTOTASK_KEY: world.key };
    const { status, out, err } = await runInProcess(world.api, args, { environment });
    expect(out + err).not.toContain(world.key);
    return [status, JSON.parse(out)];
  };

  it('takes a connection from its first plan to the plan of its end', async () => {
    const { id } = await world.connect({ policy: 'observe' });
    const [status, document] = await cli('plan', id);
    const observed = document as unknown as WholeRun;
    expect([status, counted(observed), observed.changes.length]).toEqual([0, '+10 ~0 ^0 -0 x0', 10]);
    const apply = ['apply', id, '--plan', observed.planId];
    expect(await sameCli('connections', 'set', id, 'sync.policy=sync')).toMatchObject([
      0,
      { sync: { policy: 'sync' } },
    ]);
    expect(await cli(...apply)).toMatchObject([0, { status: 'succeeded', counts: { applied: 10 } }]);
    expect(world.autotask.world.items()).toHaveLength(10);
    for (const at of [0, 1, 2, 3, 4]) world.addigy.world.retire(`agent-${at}`);
    expect(await sameCli('plan', id)).toMatchObject([0, { counts: { held: { safety: 5 } } }]);
    const [, { held }] = await sameCli('held', id);
    expect(held).toEqual(Array.from({ length: 5 }, () => expect.objectContaining({ reason: 'safety' })));
    expect((await sameCli('runs', id))[1].runs).toHaveLength(3);
    expect(await sameCli('offboard', id, '--limit', '100', '--yes')).toMatchObject([
      0,
      { state: 'offboarding', run: { purpose: 'offboarding', applied: false, counts: { deactivate: 10 } } },
    ]);
    expect(world.autotask.world.items().every((item) => item.isActive)).toBe(true);
  }, 120_000);
});
