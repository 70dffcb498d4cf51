import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { afterEach, describe, expect, it } from 'vitest';
import { CustomEventBus } from '#aws/event-bus';
import { type BusEvent, PublishError } from '#runs/ports';
import { AwsRefusal, type JsonServer, localClient, startJsonServer } from './json-server.ts';

interface Entry {
  readonly Detail: string;
  readonly [name: string]: unknown;
}

let server: JsonServer | undefined;
afterEach(() => server?.close());

const eventOf = (n: number): BusEvent => ({
  type: 'Device Sync Requested',
  detail: {
    connectionId: `c-${n}`,
    runId: '20261124T010000000Z-aaaaaa',
    trigger: 'schedule',
    purpose: 'sync',
    apply: true,
    planId: null,
    leg: 1,
  },
});
const events = (count: number) => Array.from({ length: count }, (_, n) => eventOf(n));
const idOf = (entry: Entry) => (JSON.parse(entry.Detail) as { connectionId: string }).connectionId;

/** A bus that answers each entry as told: '' takes it, anything else is its error code. */
async function busThat(judge: (id: string, attempt: number) => string) {
  const tried = new Map<string, number>();
  const started = await startJsonServer({
    PutEvents: (input) => {
      const answers = (input.Entries as Entry[]).map((entry) => {
        const attempt = (tried.get(idOf(entry)) ?? 0) + 1;
        tried.set(idOf(entry), attempt);
        const code = judge(idOf(entry), attempt);
        return code === '' ? { EventId: 'e' } : { ErrorCode: code, ErrorMessage: 'not now' };
      });
      return { FailedEntryCount: answers.filter((one) => 'ErrorCode' in one).length, Entries: answers };
    },
  });
  server = started;
  const client = new EventBridgeClient(localClient(started.url));
  return { bus: new CustomEventBus(() => client, 'the-bus', 1), tried, journal: started.journal };
}

describe('publishing', () => {
  it.each([
    [0, []],
    [1, [1]],
    [10, [10]],
    [23, [10, 10, 3]],
  ])('%i events go in entries of at most ten', async (count, sizes) => {
    const { bus, journal } = await busThat(() => '');
    await bus.publish(events(count));
    expect(journal.map(({ input }) => (input.Entries as Entry[]).length)).toEqual(sizes);
  });

  it('names bus, source and type', async () => {
    const { bus, journal } = await busThat(() => '');
    await bus.publish([eventOf(1)]);
    expect(journal.map(({ input }) => input.Entries)).toEqual([
      [
        {
          EventBusName: 'the-bus',
          Source: 'addigy-autotask',
          DetailType: 'Device Sync Requested',
          Detail: JSON.stringify(eventOf(1).detail),
        },
      ],
    ]);
  });

  it('takes what onboarding announces', async () => {
    const { bus, journal } = await busThat(() => '');
    const detail = { connectionId: 'acme', purpose: 'device-sync' as const, denied: ['items-query'] };
    await bus.publish([{ type: 'Permission Lost', detail }]);
    expect(journal[0]?.input.Entries).toEqual([
      expect.objectContaining({ DetailType: 'Permission Lost', Detail: JSON.stringify(detail) }),
    ]);
  });

  it('an entry that failed inside a 200 is sent again, and only that one', async () => {
    const { bus, tried } = await busThat((id, attempt) =>
      id === 'c-4' && attempt < 3 ? 'ThrottlingException' : '',
    );
    await bus.publish(events(12));
    expect(tried.get('c-4')).toBe(3);
    expect([...tried].filter(([id]) => id !== 'c-4').every(([, times]) => times === 1)).toBe(true);
  });

  it('an entry that keeps failing is an error that names type, code and which', async () => {
    const { bus, tried } = await busThat((id) => (id === 'c-1' || id === 'c-11' ? 'InternalFailure' : ''));
    const error = await bus.publish(events(12)).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(PublishError);
    expect(error).toMatchObject({ failed: new Set([1, 11]) });
    expect(String(error)).toContain('Device Sync Requested: InternalFailure');
    expect(tried.get('c-1')).toBe(4);
    expect(tried.get('c-0')).toBe(1);
  });

  it('a call that is refused is an error for all of its entries', async () => {
    server = await startJsonServer({
      PutEvents: () => {
        throw new AwsRefusal('AccessDeniedException');
      },
    });
    const client = new EventBridgeClient(localClient(server.url));
    const error = await new CustomEventBus(() => client, 'the-bus', 1)
      .publish(events(2))
      .catch((e: unknown) => e);
    expect(error).toMatchObject({ failed: new Set([0, 1]) });
    expect(String(error)).toContain('AccessDeniedException');
  });
});
