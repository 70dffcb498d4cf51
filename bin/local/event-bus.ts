import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { type Authorize, AwsEndpoint, AwsError, operation } from './aws-endpoint.ts';
import { account, region } from './identities.ts';

/** An event as rules match it and targets get it. */
export interface BusEvent {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: unknown;
}

const entrySchema = z.strictObject({
  Source: z.string().optional(),
  DetailType: z.string().optional(),
  Detail: z.string().optional(),
  EventBusName: z.string().optional(),
  Resources: z.array(z.string()).optional(),
  Time: z.number().optional(),
});
type Entry = z.output<typeof entrySchema>;
type EntryAnswer = { EventId: string } | { ErrorCode: string; ErrorMessage: string };

/** EventBridge's limits on one PutEvents: entries, and bytes over all of them. */
const mostEntries = 10;
const mostBytes = 256 * 1024;

export interface EventBuses {
  readonly endpoint: AwsEndpoint;
  /** The next entries fail inside a 200, as EventBridge fails them when it is throttled or ill. */
  failEntries(times: number, code?: string): void;
}

/** EventBridge's PutEvents. `deliver` is given each event once, with the name of its bus. */
export function eventBuses(
  authorize: Authorize,
  busNames: ReadonlySet<string>,
  deliver: (busName: string, event: BusEvent) => void,
): EventBuses {
  let failing = { times: 0, code: 'ThrottlingException' };

  const accept = (entry: Entry): EntryAnswer => {
    if (failing.times > 0) {
      failing.times -= 1;
      return { ErrorCode: failing.code, ErrorMessage: 'scripted' };
    }
    for (const member of ['Source', 'DetailType', 'Detail'] as const) {
      if ((entry[member] ?? '') !== '') continue;
      return {
        ErrorCode: 'InvalidArgument',
        ErrorMessage: `Parameter ${member} is not valid. Reason: ${member} is a required argument.`,
      };
    }
    const detail = parseObject(entry.Detail ?? '');
    if (detail === null) return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
    const id = randomUUID();
    deliver(busOf(entry), {
      version: '0',
      id,
      'detail-type': entry.DetailType ?? '',
      source: entry.Source ?? '',
      account,
      time: `${new Date(entry.Time === undefined ? Date.now() : entry.Time * 1000).toISOString().slice(0, 19)}Z`,
      region,
      resources: entry.Resources ?? [],
      detail,
    });
    return { EventId: id };
  };

  const endpoint = new AwsEndpoint({
    target: 'AWSEvents',
    service: 'events',
    authorize,
    operations: {
      PutEvents: operation({
        input: z.strictObject({ Entries: z.array(entrySchema) }),
        resources: ({ Entries }) =>
          [...new Set(Entries.map(busOf))].map(
            (bus) => `arn:aws:events:${region}:${account}:event-bus/${bus}`,
          ),
        run: ({ Entries }) => {
          if (Entries.length < 1 || Entries.length > mostEntries) {
            throw new AwsError(
              'ValidationException',
              `1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length between 1 and ${mostEntries}`,
            );
          }
          if (Entries.reduce((sum, entry) => sum + sizeOf(entry), 0) > mostBytes) {
            throw new AwsError(
              'ValidationException',
              'Total size of the entries in the request is over the limit.',
            );
          }
          for (const entry of Entries) {
            if (busNames.has(busOf(entry))) continue;
            throw new AwsError('ResourceNotFoundException', `Event bus ${busOf(entry)} does not exist.`);
          }
          const answers = Entries.map(accept);
          return {
            FailedEntryCount: answers.filter((answer) => 'ErrorCode' in answer).length,
            Entries: answers,
          };
        },
      }),
    },
  });
  return {
    endpoint,
    failEntries: (times, code = 'ThrottlingException') => {
      failing = { times, code };
    },
  };
}

/** By name or by ARN. */
function busOf(entry: Entry): string {
  return (entry.EventBusName ?? 'default').replace(/^arn:.*:event-bus\//u, '');
}

/** As EventBridge counts: 14 for a time, and the bytes of the texts. */
function sizeOf({ Source = '', DetailType = '', Detail = '', Resources = [], Time }: Entry): number {
  const texts = [Source, DetailType, Detail, ...Resources];
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), Time === undefined ? 0 : 14);
}

function parseObject(text: string): object | null {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? parsed : null;
  } catch {
    return null;
  }
}
