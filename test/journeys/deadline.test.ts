/** A run that takes longer than a Lambda may: it stops between changes, and goes on in further legs. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { metricsNamespaceOf } from '#lambda/metric-catalogue';
import type { TraceDocument } from '../../bin/local/trace-daemon.ts';
import { fleetApiKey, fleetApiUser } from '../simulators/fleet.ts';
import { isMetric, linesOf, metricsIn } from './door-logs.ts';
import { counted, type LocalWorld, largerWorld, startLocalWorld } from './local-world.ts';

/** As a caller of the API names its request. */
const followed = 'pipeline-7.a_reviewed-plan';

let world: LocalWorld;
beforeAll(async () => {
  world = await startLocalWorld({ syncTimeoutSeconds: 6 }, 1, 1);
});
afterAll(() => world?.close());

describe('a run longer than the deadline', () => {
  it('applies a reviewed plan over several legs, and nothing but that plan', async () => {
    const devices = 200;
    const journey = await world.connect({}, largerWorld(devices));
    const observed = await journey.ended(await journey.ask());
    // 200 creates of 100 ms on three lanes are 6.7 s: more than one leg of at most 6 s.
    world.autotask.setLatency(100);
    const asked = await world.api.exchange<{ runId: string }>(
      'POST',
      `/connections/${journey.id}/runs`,
      { apply: true, planId: observed.planId },
      { 'x-correlation-id': followed },
    );
    expect(asked.headers.get('x-correlation-id')).toBe(followed);
    const run = await journey.ended(asked.body.runId);
    world.autotask.setLatency(0);
    expect(run.correlationId).toBe(followed);
    expect([run.status, run.planId, run.counts.create, run.counts.applied]).toEqual([
      'succeeded',
      observed.planId,
      devices,
      devices,
    ]);
    expect(run.legs).toBeGreaterThan(1);
    expect(run.changes).toHaveLength(devices);
    expect(run.changes.every((change) => change.state === 'applied')).toBe(true);
    expect(world.autotask.world.items()).toHaveLength(devices);
    expect(counted(await journey.sync())).toBe('+0 ~0 ^0 -0 x0');
    expect(world.host.deadLetters()).toEqual([]);
  }, 60_000);
});

describe('after it', () => {
  it('each door has written JSON, and metrics of the catalogue', () => {
    const lines = world.host.doors.names.map((door) => linesOf(world, door));
    const { names, faults } = metricsIn(lines.flat(), metricsNamespaceOf('prod'));
    expect(faults).toEqual([]);
    expect([...names]).toEqual(
      expect.arrayContaining(['RunsSucceeded', 'ChangesCreated', 'LegDuration', 'AutotaskCalls']),
    );
  });

  it('one id leads from the answer through the log and the metrics of every leg to the event', () => {
    const followedIn = (door: string) =>
      linesOf(world, door).filter(({ correlationId }) => correlationId === followed);
    expect(followedIn('manage-connections')).toMatchObject([
      { route: 'POST /connections/{connectionId}/runs', status: '202' },
    ]);
    const ended = world.host
      .events()
      .filter((event) => event['detail-type'] === 'Device Sync Finished')
      .filter(({ detail }) => (detail as { correlationId?: string }).correlationId === followed);
    expect(ended).toHaveLength(1);
    const { runId } = ended[0]!.detail as { runId: string };
    const ofRun = linesOf(world, 'sync-devices').filter((line) => line.runId === runId);
    expect(ofRun.filter(isMetric).length).toBeGreaterThan(1);
    expect(ofRun.filter((line) => !isMetric(line)).length).toBeGreaterThan(1);
    for (const line of ofRun) expect(line).toMatchObject({ correlationId: followed });
  });

  it('a trace of each leg has the vendors’ calls in it, is found by the same ids, and holds no secret', () => {
    const documents = world.host.traces();
    const ofRun = (name: string) =>
      documents.filter((one) => one.name === name && one.annotations.correlationId === followed);
    expect(ofRun('request').map(({ annotations }) => annotations)).toEqual([
      { connectionId: 'journey-1', correlationId: followed },
    ]);
    const legs = ofRun('message');
    expect(legs.length).toBeGreaterThan(1);
    const { connectionId, runId } = legs[0]!.annotations;
    expect([connectionId, String(runId)]).toEqual(['journey-1', expect.stringMatching(/^\S{10,}$/u)]);
    for (const leg of legs) {
      expect(leg.annotations).toMatchObject({ connectionId, runId, purpose: 'sync', trigger: 'request' });
      const calls = documents.filter((one) => one.trace_id === leg.trace_id && one.namespace === 'remote');
      expect(operations(calls)).toEqual(
        expect.arrayContaining(['POST /devices', 'POST ConfigurationItems', 'GET ThresholdInformation']),
      );
      for (const call of calls) {
        expect(call).toMatchObject({
          parent_id: leg.id,
          name: '127.0.0.1',
          http: { response: { status: 200 } },
        });
        expect([call.start_time >= leg.start_time, call.end_time <= leg.end_time]).toEqual([true, true]);
      }
    }
    const text = JSON.stringify(documents);
    const { username, secret, trackingIdentifier } = fleetApiUser;
    for (const canary of [
      username,
      secret,
      trackingIdentifier,
      fleetApiKey,
      world.key,
      'agent-0',
      'C02LARGE',
    ])
      expect(text.includes(canary), `${canary} in a trace`).toBe(false);
  });
});

const operations = (calls: readonly TraceDocument[]) => [
  ...new Set(calls.map(({ annotations }) => annotations.operation)),
];
