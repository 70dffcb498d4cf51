/** One id from an HTTP answer through its message to the run's record, its next leg and its event. */
import type { Context, SQSEvent } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { correlationId, firstCorrelationId } from '#lambda/correlation';
import { httpDoor } from '#lambda/http-door';
import { queueDoor } from '#lambda/queue-door';
import { nextLegOf } from '#runs/request-run';
import { queuedRun } from '#runs/run-record';

const context = { getRemainingTimeInMillis: () => 10_000 } as unknown as Context;

describe('a request', () => {
  const door = httpDoor({
    'GET /x': async () => ({ status: 200, body: { seen: correlationId() } }),
    'GET /fault': async () => {
      throw new Error('a defect');
    },
  });
  const call = async (routeKey: string, headers: Record<string, string>) => {
    const event = { routeKey, headers, requestContext: { requestId: 'JKJaXmPLvHcESHA=' } };
    const { headers: answered, body } = await door(event as unknown as Parameters<typeof door>[0], context);
    return [answered?.['x-correlation-id'], (JSON.parse(String(body)) as { seen?: string }).seen];
  };

  it.each([
    ['its own, where it brings one', { 'x-correlation-id': 'rewst-42' }, 'rewst-42'],
    ['API Gateway’s, where not', {}, 'JKJaXmPLvHcESHA='],
    ['API Gateway’s, where its own is none', { 'x-correlation-id': 'a b\nc' }, 'JKJaXmPLvHcESHA='],
  ])('has %s', async (_, headers, expected) => {
    expect(await call('GET /x', headers)).toEqual([expected, expected]);
  });

  it('has it where it fails', async () => {
    expect((await call('GET /fault', { 'x-correlation-id': 'rewst-43' }))[0]).toBe('rewst-43');
    expect((await call('GET /nowhere', {}))[0]).toBe('JKJaXmPLvHcESHA=');
  });
});

describe('a message', () => {
  it.each([
    ['what asked for it', { id: 'event-1', detail: { correlationId: 'rewst-42' } }, 'rewst-42'],
    ['the event', { id: 'event-1', detail: {} }, 'event-1'],
    ['the message', { detail: null }, 'm'],
  ])('is followed by %s', async (_, message, expected) => {
    const seen: string[] = [];
    const door = queueDoor(async () => void seen.push(correlationId()));
    const Records = [{ messageId: 'm', body: JSON.stringify(message), eventSource: 'aws:sqs' }];
    await door({ Records } as unknown as SQSEvent, context);
    expect([seen, correlationId()]).toEqual([[expected], '']);
  });
});

it('a further leg is asked for with the id of the first', () => {
  const asked = {
    runId: 'r',
    connectionId: 'c',
    trigger: 'request',
    apply: true,
    reviewedPlanId: null,
  } as const;
  const run = queuedRun({ ...asked, policy: 'sync', correlationId: 'rewst-42' }, 0);
  expect(nextLegOf(run).correlationId).toBe('rewst-42');
  expect(nextLegOf(queuedRun({ ...asked, policy: 'sync' }, 0))).not.toHaveProperty('correlationId');
});

it('takes the first that can be one', () => {
  expect(firstCorrelationId(undefined, '', 'x'.repeat(65), 7, 'ok', 'late')).toBe('ok');
  expect(firstCorrelationId(null)).toBe('');
});
