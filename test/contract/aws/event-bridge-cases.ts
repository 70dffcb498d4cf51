/** How EventBridge answers. */
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { expect } from 'vitest';
import { type AwsCases, errorOf } from './aws-cases.ts';

export function eventBridgeCases({ aws, test, differs }: AwsCases): void {
  const entry = (more: object = {}) => ({
    Source: 'contract',
    DetailType: 'Tried',
    Detail: '{"a":1}',
    ...more,
  });
  const bus = { EventBusName: 'fixture' };
  const putEvents = (...entries: object[]) =>
    aws().events.send(new PutEventsCommand({ Entries: entries.map((each) => ({ ...each, ...bus })) }));

  test('gives each event an id', async () => {
    const { FailedEntryCount, Entries } = await putEvents(entry(), entry());
    expect(FailedEntryCount).toBe(0);
    expect(new Set(Entries?.map(({ EventId }) => EventId)).size).toBe(2);
  });

  test.each([
    ['without a source', { Source: undefined }, 'InvalidArgument'],
    ['without a detail type', { DetailType: undefined }, 'InvalidArgument'],
    ['without a detail', { Detail: undefined }, 'InvalidArgument'],
    ['whose detail is no JSON', { Detail: '{' }, 'MalformedDetail'],
  ])('fails an entry %s inside a 200, and takes the others', async (_, broken, code) => {
    const { FailedEntryCount, Entries } = await putEvents(entry(), entry(broken));
    expect(FailedEntryCount).toBe(1);
    expect(Entries?.[0]?.EventId).toBeTruthy();
    expect(Entries?.[1]).toMatchObject({ ErrorCode: code });
  });

  test.each<[string, () => object[]]>([['eleven entries', () => Array.from({ length: 11 }, () => entry())]])(
    'refuses %s',
    async (_, entries) => {
      expect(await errorOf(putEvents(...entries()))).toBe('ValidationException');
    },
  );

  // AWS's documentation: the total entry size must be less than 256 KB.
  differs('refuses more than 256 KB over all entries', 'counts no bytes', async () => {
    const half = entry({ Detail: JSON.stringify({ text: 'x'.repeat(130 * 1024) }) });
    expect(await errorOf(putEvents(half, half))).toBe('ValidationException');
    expect((await putEvents(half)).FailedEntryCount).toBe(0);
  });

  test('refuses a bus that there is not', async () => {
    const call = aws().events.send(new PutEventsCommand({ Entries: [entry({ EventBusName: 'nobody' })] }));
    expect(await errorOf(call)).toBe('ResourceNotFoundException');
  });
}
