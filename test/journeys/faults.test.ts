/** What the vendors do on a bad day, scripted at the simulators, and what the running system makes of it. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConnectionTable } from '#aws/connection-table';
import { longestExecutionMs } from '#sync/write-change';
import { fleetApiUser } from '../simulators/fleet.ts';
import { counted, type Journey, type LocalWorld, markField, startLocalWorld } from './local-world.ts';

let world: LocalWorld;
beforeAll(async () => {
  world = await startLocalWorld();
});
afterAll(() => world?.close());

const createPath = '/v1\\.0/configurationitems$';

async function convergesWith(journey: Journey, items = 10): Promise<void> {
  const quiet = await journey.sync();
  expect([quiet.status, counted(quiet)]).toEqual(['succeeded', '+0 ~0 ^0 -0 x0']);
  expect(world.autotask.world.items()).toHaveLength(items);
  expect([...journey.marked().values()].every((found) => found.length === 1)).toBe(true);
}

describe('Autotask', () => {
  it('answers 429 again and again: waited for, nothing lost', async () => {
    const journey = await world.connect();
    const text = 'The ConfigurationItems API thread threshold of 3 threads has been exceeded.';
    world.autotask.faults.add({
      match: { method: 'POST', path: createPath },
      skip: 2,
      times: 4,
      do: { kind: 'answer', status: 429, body: { errors: [text] }, headers: { 'retry-after': '0' } },
    });
    const run = await journey.sync();
    expect([run.status, run.counts.applied]).toEqual(['succeeded', 10]);
    expect(world.autotask.faults.pending()).toBe(0);
    await convergesWith(journey);
  });

  it('is near its hourly threshold: the run stops before it takes the rest of it', async () => {
    const journey = await world.connect();
    world.autotask.world.setThreshold({ limit: 10_000, used: 4_990 });
    const run = await journey.sync();
    expect([run.status, run.reason]).toEqual(['stopped', 'budget']);
    expect(world.autotask.world.items().length).toBeLessThan(10);
    world.autotask.world.setThreshold({ limit: 10_000, used: 0 });
    expect((await journey.sync()).status).toBe('succeeded');
    await convergesWith(journey);
  });

  it('refuses one device with a 500: that one fails, the others do not', async () => {
    const journey = await world.connect();
    world.autotask.faults.add({
      match: { method: 'POST', path: createPath, body: 'agent-4' },
      do: {
        kind: 'answer',
        status: 500,
        body: { errors: ['String value exceeds maximum length (field:notes)'] },
      },
    });
    const run = await journey.sync();
    expect([run.status, counted(run)]).toEqual(['succeeded', '+10 ~0 ^0 -0 x1']);
    const failed = run.changes.filter((change) => change.state === 'failed');
    expect(failed.map(({ agentId, error }) => [agentId, error])).toEqual([
      ['agent-4', expect.stringContaining('exceeds maximum length')],
    ]);
    expect(counted(await journey.sync())).toBe('+1 ~0 ^0 -0 x0');
    await convergesWith(journey);
  });

  it('creates an item and loses the answer: found by its mark, not made twice', async () => {
    const journey = await world.connect();
    world.autotask.faults.add({
      match: { method: 'POST', path: createPath },
      skip: 3,
      times: 3,
      do: { kind: 'lose-answer' },
    });
    const run = await journey.sync();
    expect([run.status, run.counts.applied]).toEqual(['succeeded', 10]);
    await convergesWith(journey);
  });

  it('loses the request itself: no run makes it again while Autotask could still be at it, and one does it once after that', async () => {
    const journey = await world.connect();
    world.autotask.faults.add({
      match: { method: 'POST', path: createPath },
      skip: 1,
      times: 2,
      do: { kind: 'lose-request' },
    });
    expect((await journey.sync()).counts).toMatchObject({ applied: 8, failed: 2 });
    expect(counted(await journey.sync())).toBe('+0 ~0 ^0 -0 x0 unanswered:2');
    // As if five minutes had gone by.
    const client = DynamoDBDocumentClient.from(new DynamoDBClient());
    const connections = new ConnectionTable({ client, tableName: world.host.outputs.TableName ?? '' });
    const { unanswered = [] } = (await connections.get(journey.id)) ?? {};
    await connections.learn(journey.id, {
      unanswered: [...unanswered].map(([agentId, at]) => [agentId, at - longestExecutionMs]),
    });
    expect(counted(await journey.sync())).toBe('+2 ~0 ^0 -0 x0');
    await convergesWith(journey);
  });

  it('cuts a page short: never taken for the whole', async () => {
    const journey = await world.connect();
    await journey.sync();
    world.addigy.world.retire('agent-0');
    world.autotask.faults.add({
      match: { method: 'POST', path: 'configurationitems/query$' },
      times: 1,
      do: { kind: 'cut-page', keep: 4 },
    });
    const run = await journey.sync();
    expect([run.status, counted(run)]).toEqual(['succeeded', '+0 ~0 ^0 -1 x0']);
    await convergesWith(journey);
  });

  it('is in maintenance, a page of HTML with 200: the run fails, nothing is written', async () => {
    const journey = await world.connect();
    await journey.sync();
    const before = JSON.stringify(world.autotask.world.items());
    world.addigy.world.rename('agent-0', 'Renamed');
    world.autotask.faults.add({
      match: { path: 'configurationitems/query' },
      times: 20,
      do: { kind: 'answer', status: 200, body: '<html>Planned maintenance</html>', contentType: 'text/html' },
    });
    const run = await journey.sync();
    expect([run.status, run.reason]).toEqual(['failed', 'unavailable']);
    expect(JSON.stringify(world.autotask.world.items())).toBe(before);
    world.autotask.faults.clear();
    expect(counted(await journey.sync())).toBe('+0 ~1 ^0 -0 x0');
  });

  it('has the credentials revoked: asked once, then never again until new ones come', async () => {
    const journey = await world.connect();
    await journey.sync();
    world.autotask.world.setUser(fleetApiUser.username, { secret: 'another-now' });
    world.autotask.journal.clear();
    const refused = await journey.sync();
    expect([refused.status, refused.reason]).toEqual(['held', 'credentials-refused']);
    const attempts = () => world.autotask.journal.entries().filter((entry) => entry.status === 401).length;
    const first = attempts();
    // What was under way when the first 401 came; no second round.
    expect(first).toBeLessThanOrEqual(3);
    await expect(journey.ask({ apply: true })).rejects.toMatchObject({
      status: 409,
      code: 'credentials-missing',
    });
    expect(attempts()).toBe(first);
    const connection = await world.api.call<{ credentials: { deviceSync: string } }>(
      'GET',
      `/connections/${journey.id}`,
    );
    expect(connection.credentials.deviceSync).toBe('refused');

    const { username, trackingIdentifier } = fleetApiUser;
    const path = `/connections/${journey.id}/api-users/device-sync`;
    await world.api.call('PUT', path, { username, secret: 'another-now', trackingIdentifier });
    expect((await journey.sync()).status).toBe('succeeded');
  });
});

describe('Addigy', () => {
  it('cuts a page short: what is missing is not gone', async () => {
    const journey = await world.connect();
    await journey.sync();
    world.addigy.faults.add({
      match: { method: 'POST', path: '/devices$' },
      do: { kind: 'cut-page', keep: 3 },
    });
    const run = await journey.sync();
    expect([run.status, counted(run)]).toEqual(['succeeded', '+0 ~0 ^0 -0 x0 incomplete:7']);
    expect(run.notes.join(' ')).toMatch(/3/u);
    await convergesWith(journey);
  });

  it('locks the key: not one more call for as long as it says', async () => {
    const journey = await world.connect();
    await journey.sync();
    world.addigy.faults.add({
      match: { path: '/devices$' },
      do: { kind: 'answer', status: 429, body: { code: 429, message: 'locked' } },
    });
    const run = await journey.sync();
    expect([run.status, run.reason]).toEqual(['held', 'addigy-blocked']);
    world.addigy.journal.clear();
    world.autotask.journal.clear();
    const again = await journey.sync();
    expect([again.status, again.reason]).toEqual(['held', 'addigy-blocked']);
    expect([world.addigy.journal.count(), world.autotask.journal.count()]).toEqual([0, 0]);
    const connection = await world.api.call<{ addigyBlockedUntil: string }>(
      'GET',
      `/connections/${journey.id}`,
    );
    const hours = (Date.parse(connection.addigyBlockedUntil) - Date.now()) / 3_600_000;
    expect(hours).toBeGreaterThan(23);
  });

  it('is down: the run fails, and the next one makes up for it', async () => {
    const journey = await world.connect();
    world.addigy.faults.add({
      match: { path: '/devices$' },
      times: 10,
      do: { kind: 'answer', status: 503, body: {} },
    });
    const run = await journey.sync();
    expect([run.status, run.reason]).toEqual(['failed', 'unavailable']);
    world.addigy.faults.clear();
    expect((await journey.sync()).counts.applied).toBe(10);
    await convergesWith(journey);
  });
});

describe('secrets', () => {
  it('stand in no log, no answer and no address', async () => {
    const journey = await world.connect();
    await journey.sync();
    await expect(
      world.api.call('PUT', `/connections/${journey.id}/api-users/device-sync`, {
        username: fleetApiUser.username,
        secret: 'CANARY-wrong-secret',
        trackingIdentifier: 'CANARY-identifier',
      }),
    ).rejects.toMatchObject({ status: 422, code: 'credentials-refused' });
    const answers = JSON.stringify([
      await world.api.call('GET', '/connections'),
      await world.api.call('GET', `/connections/${journey.id}`),
      await world.api.call('GET', `/connections/${journey.id}/runs`),
    ]);
    const doors = ['authorize-caller', 'manage-connections', 'schedule-syncs', 'sync-devices'] as const;
    const logs = doors.flatMap((door) => world.host.logs(door)).join('\n');
    expect(logs.length).toBeGreaterThan(0);
    const addresses = [world.autotask, world.addigy].flatMap(({ journal }) =>
      journal.entries().map(({ path }) => path),
    );
    const { secret, trackingIdentifier } = fleetApiUser;
    for (const canary of ['CANARY', secret, trackingIdentifier, 'addigy-v2-key-of-the-made-fleet']) {
      expect(logs.includes(canary), `${canary} in a log`).toBe(false);
      expect(answers.includes(canary), `${canary} in an answer`).toBe(false);
      expect(
        addresses.some((path) => path.includes(canary)),
        `${canary} in an address`,
      ).toBe(false);
    }
    // The refused secret did not displace the working one.
    expect((await journey.sync()).status).toBe('succeeded');
    expect(journey.marked().get('agent-0')?.[0]?.udfs[markField]).toBe('agent-0');
  });
});
