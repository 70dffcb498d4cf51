import { getPriority } from 'node:os';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { afterEach, describe, expect, it } from 'vitest';
import { runStacks } from '../../bin/local/run-stacks.ts';
import type { RunningStacks, RunOptions } from '../../bin/local/running-stacks.ts';
import { type FixtureOptions, fixtureStack } from './fixture-stack.ts';
import { isAlive, until } from './until.ts';

let host: RunningStacks;
let client: EventBridgeClient;
afterEach(async () => {
  client.destroy();
  await host.close();
});

async function start(fixture: FixtureOptions = {}, options: RunOptions = {}): Promise<void> {
  host = await runStacks([fixtureStack(fixture)], options);
  client = new EventBridgeClient({
    endpoint: host.awsEnvironment.AWS_ENDPOINT_URL_EVENTBRIDGE ?? '',
    region: 'us-east-1',
    credentials: { accessKeyId: host.awsEnvironment.AWS_ACCESS_KEY_ID ?? '', secretAccessKey: 'local' },
  });
}

const put = (...details: object[]) =>
  client.send(
    new PutEventsCommand({
      Entries: details.map((detail) => ({
        EventBusName: 'fixture',
        Source: 'fixture',
        DetailType: 'Work Wanted',
        Detail: JSON.stringify(detail),
      })),
    }),
  );

interface Receipt {
  readonly name: string;
  readonly receipt: number;
  readonly at: number;
  readonly pid: number;
}
const lines = () =>
  host.logs('work').flatMap((line) => {
    return line.startsWith('{"name"') ? [JSON.parse(line) as Receipt] : [];
  });
const receiptsOf = (name: string) => lines().filter((line) => line.name === name);
const isEmpty = () =>
  Object.values(host.queueDepths()).every(({ visible, hidden }) => visible + hidden === 0);
const deadNames = () =>
  host.deadLetters().map((body) => (JSON.parse(body) as { detail: { name: string } }).detail.name);

describe('the way of an event', () => {
  it('is worked on behind those whom a caller waits for', async () => {
    await start();
    await put({ name: 'one' });
    await until('its receipt', () => receiptsOf('one').length === 1);
    expect(host.doors.pids('work').map((pid) => getPriority(pid))).toEqual([
      Math.min(19, getPriority() + 10),
    ]);
  });

  it('goes to the queue whole, and is gone when its work is done', async () => {
    await start();
    await put({ name: 'one' });
    await until('its receipt', () => receiptsOf('one').length === 1 && isEmpty());
    expect(host.events()).toEqual([
      {
        version: '0',
        id: expect.any(String),
        'detail-type': 'Work Wanted',
        source: 'fixture',
        account: '000000000000',
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/u),
        region: 'us-east-1',
        resources: [],
        detail: { name: 'one' },
      },
    ]);
  });

  it('goes there from any source where the rule names none', async () => {
    await start({
      edit: ({ Rule }) => {
        Object.assign(Rule!.Properties!, { EventPattern: { 'detail-type': ['Work Wanted'] } });
      },
    });
    const entry = { EventBusName: 'fixture', DetailType: 'Work Wanted' };
    await client.send(
      new PutEventsCommand({
        Entries: ['one.pipeline', 'another'].map((source) => ({
          ...entry,
          Source: source,
          Detail: JSON.stringify({ name: source }),
        })),
      }),
    );
    await until('both', () => lines().length === 2 && isEmpty());
    expect(lines().map(({ name }) => name)).toEqual(expect.arrayContaining(['one.pipeline', 'another']));
  });

  it('ends nowhere when no rule wants it', async () => {
    await start();
    const strange = {
      EventBusName: 'fixture',
      Source: 'fixture',
      DetailType: 'Other',
      Detail: '{"name":"other"}',
    };
    await client.send(new PutEventsCommand({ Entries: [strange] }));
    await put({ name: 'wanted' });
    await until('the wanted one', () => receiptsOf('wanted').length === 1 && isEmpty());
    expect(lines().map(({ name }) => name)).toEqual(['wanted']);
  });
});

describe('a message whose work fails', () => {
  it.each([
    ['is reported as failed', { failUntil: 1 }],
    ['throws', { crashUntil: 1 }],
    ['is over its time', { hangUntil: 1 }],
  ])('comes again when it %s', async (_, way) => {
    // 2 s of work at most, hidden for 4: at this scale for 0.04 s, but never while it is worked on.
    await start({ workTimeout: 1, visibility: 4 }, { clockScale: 100 });
    await put({ name: 'again', ...way });
    await until('its end', () => receiptsOf('again').length === 2 && isEmpty());
    expect(receiptsOf('again').map(({ receipt }) => receipt)).toEqual([1, 2]);
    expect(host.deadLetters()).toEqual([]);
  });

  it('comes again when its process is killed', async () => {
    await start({}, { clockScale: 100 });
    await put({ name: 'killed', hangUntil: 1 });
    const [first] = await until(
      'its first receipt',
      () => receiptsOf('killed').length > 0 && receiptsOf('killed'),
    );
    host.doors.kill('work');
    await until('its second receipt', () => receiptsOf('killed').length === 2 && isEmpty());
    const [, second] = receiptsOf('killed');
    expect(second?.pid).not.toBe(first?.pid);
    expect(isAlive(first?.pid ?? 0)).toBe(false);
  });

  it('goes to the dead letters after its last receipt', async () => {
    await start({ mostReceipts: 2 }, { clockScale: 200 });
    await put({ name: 'hopeless', failUntil: 99 });
    await until('the dead letter', () => host.deadLetters().length === 1);
    expect(receiptsOf('hopeless')).toHaveLength(2);
    expect(deadNames()).toEqual(['hopeless']);
    expect(host.queueDepths()).toEqual({
      DeadLetters: { visible: 1, hidden: 0 },
      Queue: { visible: 0, hidden: 0 },
    });
  });

  it('takes no other of its batch with it', async () => {
    await start({ batchSize: 10 }, { clockScale: 50 });
    // The first keeps one of both pollers busy, so that the others are received together.
    await put(
      { name: 'busy', waitMs: 300 },
      { name: 'busy too', waitMs: 300 },
      { name: 'good' },
      { name: 'bad', failUntil: 1 },
    );
    await until('all', () => receiptsOf('bad').length === 2 && isEmpty());
    expect(receiptsOf('good')).toHaveLength(1);
  });

  it('takes its whole batch with it when the report names a stranger', async () => {
    await start({ mostReceipts: 1 }, { clockScale: 100 });
    await put({ name: 'strange', strange: true });
    await until('the dead letter', () => host.deadLetters().length === 1);
    expect(deadNames()).toEqual(['strange']);
  });
});

describe('the clock', () => {
  it('never lets a message back while it is worked on, whatever its scale', async () => {
    await start({}, { clockScale: 10_000 });
    await put({ name: 'slow', waitMs: 300 });
    await until('its end', () => receiptsOf('slow').length > 0 && isEmpty());
    expect(receiptsOf('slow')).toHaveLength(1);
  });

  it('hides what failed for as long as the queue says', async () => {
    await start({ visibility: 10 }, { clockScale: 20 });
    // A process that runs already: what follows is not the time that one takes to start.
    await put({ name: 'warm' });
    await until('the process', () => receiptsOf('warm').length === 1 && isEmpty());
    const sentAt = Date.now();
    await put({ name: 'hidden', failUntil: 1 });
    await until('its second receipt', () => receiptsOf('hidden').length === 2);
    // Ten seconds at this scale are half of one. Timers may be a millisecond early.
    expect((receiptsOf('hidden')[1]?.at ?? 0) - sentAt).toBeGreaterThanOrEqual(498);
  });
});

it('works on no more messages at once than the mapping allows', async () => {
  await start();
  await put(...[1, 2, 3, 4, 5].map((number) => ({ name: `number ${number}`, waitMs: 150 })));
  await until('all', () => lines().length === 5 && isEmpty());
  const starts = lines().map(({ at }) => at);
  // Two at once: the fifth starts when two rounds are over.
  expect(Math.max(...starts) - Math.min(...starts)).toBeGreaterThanOrEqual(280);
  expect(new Set(lines().map(({ pid }) => pid)).size).toBe(2);
});

describe('the schedule', () => {
  const ticks = () =>
    host
      .logs('tick')
      .flatMap((line) =>
        line.startsWith('{"scheduledTime"') ? [JSON.parse(line) as { scheduledTime: string }] : [],
      );

  /** Nothing but what is fired by hand falls into the test. */
  const schedule = 'rate(30 days)';

  it('fires by itself, one interval apart in AWS’s time', async () => {
    // An hour is longer here than a process takes to start.
    await start({ schedule: 'rate(1 hour)' }, { clockScale: 3600 });
    const began = host.now().getTime();
    await until('three ticks', () => ticks().length >= 3);
    const times = ticks().map(({ scheduledTime }) => Date.parse(scheduledTime));
    const hour = 3_600_000;
    expect([times[1]! - times[0]!, times[2]! - times[1]!]).toEqual([hour, hour]);
    expect(times[0]).toBeGreaterThan(began - 1000);
    expect(times[0]).toBeLessThanOrEqual(began + hour);
  });

  it('fires when it is told to, for the moment it is told', async () => {
    await start();
    const at = new Date('2026-11-24T01:00:00Z');
    expect(await host.fireSchedule(at)).toEqual([{ ok: true, payload: '{"invoked":1}' }]);
    expect(ticks()).toEqual([{ scheduledTime: '2026-11-24T01:00:00Z' }]);
  });

  it('tries twice more when the door fails, as asynchronous invocations do', async () => {
    await start({ schedule, scheduleInput: '{"failUntil":2}' }, { clockScale: 10_000 });
    expect(await host.fireSchedule()).toEqual([{ ok: true, payload: '{"invoked":3}' }]);
  });

  it('gives up after that', async () => {
    await start({ schedule, scheduleInput: '{"failUntil":9}' }, { clockScale: 10_000 });
    expect(await host.fireSchedule()).toEqual([{ ok: false, errorType: 'Error', errorMessage: 'attempt 3' }]);
  });
});
