/** The events of this service as an AsyncAPI document: made of the schemas that the doors themselves read and write with. */
import { stringify } from 'yaml';
import * as z from 'zod/mini';
import { onboardingEventSchemas } from '#onboarding/events';
import { onboardingRequestSchema } from '#onboarding/onboard';
import { runFinishedSchema } from '#runs/run-finished';
import { syncRequestSchema } from '#runs/sync-request';

type Direction = 'in' | 'out';

interface Described {
  readonly type: string;
  readonly schema: z.ZodMiniType;
  readonly direction: Direction;
}

const events: readonly Described[] = [
  {
    type: 'Onboarding Requested',
    direction: 'in',
    schema: onboardingRequestSchema.check(
      z.describe(
        'Put by a pipeline, from any source: the same as PUT /connections/{id}. Secrets come by Secrets Manager ARN; an event that carries one is refused.',
      ),
    ),
  },
  ...Object.entries(onboardingEventSchemas).map(
    ([type, schema]): Described => ({ type, schema, direction: 'out' }),
  ),
  {
    type: 'Device Sync Requested',
    direction: 'out',
    schema: syncRequestSchema.check(z.describe('Of this service to itself: a run, or a further leg of one.')),
  },
  {
    type: 'Device Sync Finished',
    direction: 'out',
    schema: runFinishedSchema.check(z.describe('A run has ended.')),
  },
];

const nameOf = (type: string): string =>
  type.replace(/[ -](\w)/gu, (_, letter: string) => letter.toUpperCase());

/** YAML, with a line on top that says where it comes from. */
export function describeEvents(): string {
  const message = ({ type, schema, direction }: Described) => {
    const { $schema, description, ...payload } = z.toJSONSchema(schema, {
      io: direction === 'in' ? 'input' : 'output',
    });
    return { name: type, summary: description, contentType: 'application/json', payload };
  };
  const channel = (direction: Direction) => ({
    address: direction === 'in' ? 'the bus: any source' : 'the bus: source addigy-autotask',
    messages: Object.fromEntries(
      events
        .filter((one) => one.direction === direction)
        .map(({ type }) => [nameOf(type), { $ref: `#/components/messages/${nameOf(type)}` }]),
    ),
  });
  const document = {
    asyncapi: '3.0.0',
    info: {
      title: 'addigy-autotask: events',
      version: '0.1.0',
      description:
        'Events on the EventBridge bus that the stack makes (output BusName). The name of a message is its detail-type, the payload its detail. No event carries a secret, a username or a link.',
    },
    channels: { received: channel('in'), sent: channel('out') },
    operations: {
      receive: { action: 'receive', channel: { $ref: '#/channels/received' } },
      send: { action: 'send', channel: { $ref: '#/channels/sent' } },
    },
    components: { messages: Object.fromEntries(events.map((one) => [nameOf(one.type), message(one)])) },
  };
  return `# Made by \`npm run docs\` of the schemas in the code.\n${stringify(document, { lineWidth: 110, aliasDuplicateObjects: false })}`;
}
