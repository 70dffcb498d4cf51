import { describe, expect, it } from 'vitest';
import { startApi } from './api-client.ts';
import { defaultSeed } from './seed.ts';

const all = [{ op: 'gte', field: 'id', value: 0 }];

describe('the hourly allowance', () => {
  it('counts every call, that which asks for it included', async () => {
    const { call, simulator } = await startApi({
      seed: { ...defaultSeed, threshold: { limit: 500, used: 40 } },
    });
    const used = async () => (await call('GET', 'ThresholdInformation')).json;
    expect(await used()).toEqual({
      externalRequestThreshold: 500,
      requestThresholdTimeframe: 60,
      currentTimeframeRequestCount: 41,
    });
    await call('GET', 'Version');
    await call('GET', 'ConfigurationItems/404404');
    expect(await used()).toMatchObject({ currentTimeframeRequestCount: 44 });
    simulator.edit({ kind: 'advance-clock', ms: 60 * 60 * 1000 });
    expect(await used()).toMatchObject({ currentTimeframeRequestCount: 41 });
  });

  it('refuses everything once it is used up, until the hour has rolled on', async () => {
    const { call, simulator } = await startApi();
    simulator.world.setThreshold({ limit: 2, used: 0 });
    await call('GET', 'Version');
    await call('GET', 'Version');
    const refused = await call('POST', 'ConfigurationItems/query', { filter: all });
    expect(refused.status).toBe(429);
    expect(refused.text).toMatch(/threshold of 2 requests/u);
    expect(refused.headers.has('retry-after')).toBe(false);
    simulator.setQuirks({ exhausted: '500-errors' });
    expect(await call('GET', 'Version')).toMatchObject({
      status: 500,
      json: { errors: [expect.anything()] },
    });
    simulator.world.advanceClock(60 * 60 * 1000);
    expect((await call('GET', 'Version')).status).toBe(200);
  });
});

describe('the thread limit', () => {
  it('is three at once per tracking identifier and entity, entityInformation included', async () => {
    const { call, simulator } = await startApi({ latencyMs: 60 });
    const paths = ['ConfigurationItems/1', 'configurationitems/2', 'ConfigurationItems/entityInformation'];
    const items = [...paths, 'ConfigurationItems/4'].map((path) => call('GET', path));
    const companies = [1, 2, 3].map((id) => call('GET', `Companies/${id}`));
    const statuses = (await Promise.all([...items, ...companies])).map((answer) => answer.status);
    expect(statuses.filter((status) => status === 429)).toHaveLength(1);
    expect(simulator.journal.count({ flag: 'thread-limit' })).toBe(1);
    expect(simulator.world.threads).toMatchObject({
      refusals: 1,
      peak: { ConfigurationItems: 4, Companies: 3 },
    });
    const refused = simulator.journal.entries({ flag: 'thread-limit' })[0]!;
    expect(refused.answer).toMatch(/thread threshold of 3 threads has been exceeded/u);
    // The threads are free again.
    expect((await call('GET', 'ConfigurationItems/1')).status).toBe(404);
  });

  it('does not hold another tracking identifier back, and its status may be another', async () => {
    const second = {
      ...defaultSeed.users[0]!,
      username: 'second@msp.example',
      trackingIdentifier: 'SECONDTRACKINGIDENTIFIER',
    };
    const seed = { ...defaultSeed, users: [...defaultSeed.users, second] };
    const { call } = await startApi({ seed, latencyMs: 60, quirks: { threadStatus: 500 } });
    const asSecond = { UserName: second.username, ApiIntegrationCode: second.trackingIdentifier };
    const answers = await Promise.all([
      ...[1, 2, 3, 4].map((id) => call('GET', `Products/${id}`)),
      call('GET', 'Products/5', undefined, asSecond),
    ]);
    expect(answers.map((answer) => answer.status).sort()).toEqual([404, 404, 404, 404, 500]);
    expect(answers.at(-1)?.status).toBe(404);
  });

  it('never counts zone discovery', async () => {
    const { call } = await startApi({ latencyMs: 30 });
    const path = `zoneInformation?user=${defaultSeed.users[0]!.username}`;
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => call('GET', path)));
    expect(answers.every((answer) => answer.status === 200)).toBe(true);
  });
});

it('is slower from half of the allowance on, where asked to be', async () => {
  const { call, simulator } = await startApi({ quirks: { usageLatency: true } });
  expect(simulator.world.allowance.delayMs(Date.now())).toBe(0);
  simulator.world.setThreshold({ limit: 100, used: 49 });
  await call('GET', 'Version');
  expect(simulator.journal.entries()[0]!.ms).toBeGreaterThanOrEqual(490);
  simulator.world.setThreshold({ used: 80 });
  expect(simulator.world.allowance.delayMs(Date.now())).toBe(1000);
});
