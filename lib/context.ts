import type { Node } from 'constructs';
import * as z from 'zod';
import { allowedCallersSchema } from './allowed-callers.ts';

const url = z
  .url({ protocol: /^https?$/u })
  .transform((text) => text.replace(/\/+$/u, ''))
  .describe('without a trailing slash');
// `cdk -c name=value` gives text where cdk.json gives numbers and booleans.
const whole = (least: number, most: number) => z.coerce.number().int().min(least).max(most);
const yesOrNo = z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')]);
/** The retentions that CloudWatch Logs knows, in days, up to two years. */
const retentions = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731] as const;

const schedule = z.string().regex(/^(?:rate|cron)\(.+\)$/u, 'must be rate(...) or cron(...)');
const orNone = (pattern: RegExp, message: string) =>
  z.string().refine((text) => text === '' || pattern.test(text), { message: `${message}, or ''` });
const domainName = orNone(
  /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/u,
  'must be a domain name in lower case',
);
const certificateArn = orNone(
  /^arn:aws[\w-]*:acm:[\w-]+:\d{12}:certificate\/[\w-]+$/u,
  "must be the ARN of a certificate in the stack's region",
);

const contextShape = z.strictObject({
  stage: z.string().regex(/^[a-z][a-z0-9-]{0,19}$/u, 'must be 1 to 20 of a-z, 0-9 and -, a letter first'),
  /** EventBridge Scheduler's expression: how often the connections that are due are looked for. */
  scheduleExpression: schedule,
  /** The schedule fires at any moment of this window; 0 is sharp. Scheduler allows up to a day. */
  flexibleWindowMinutes: whole(0, 1440),
  /** The same, for the API users that are due: a person may be waiting for the second login of a new one. */
  validationScheduleExpression: schedule,
  /**
   * How long a run may be silent before another may take its place. It is renewed each third of it, and Autotask can be at a
   * create for five minutes whose sender died: two thirds are longer, so that nobody makes that item a second time.
   */
  leaseSeconds: whole(1, 900),
  /** Lambda's limit is 900. */
  syncTimeoutSeconds: whole(1, 900),
  /** Runs at once, over all connections. Lambda's event source mapping knows 2 to 1000. */
  maxConcurrentSyncs: whole(2, 1000),
  /** What the API takes of all callers together: requests a second, and at once. An account has 10,000 and 5,000 by default. */
  apiRate: whole(1, 10_000),
  apiBurst: whole(1, 5_000),
  /** The same of the hand-off pages. */
  handOffRate: whole(1, 10_000),
  handOffBurst: whole(1, 5_000),
  /** A name of one's own for the API, and for the hand-off pages, which strangers are asked to trust. '': AWS's. */
  apiDomainName: domainName,
  apiCertificateArn: certificateArn,
  handOffDomainName: domainName,
  handOffCertificateArn: certificateArn,
  /** The public zone in Route 53 that both names are in; '': their records are made elsewhere. */
  hostedZoneId: orNone(/^Z[A-Z0-9]{1,31}$/u, 'must be the id of a hosted zone'),
  hostedZoneName: domainName,
  /** Whether the addresses that AWS gives work beside the names. Without a name they always do. */
  executeApiEndpoint: yesOrNo,
  /** Who may call by IAM, without a key. '': nobody, and there is no API for it. */
  allowedCallers: allowedCallersSchema,
  /** The same, for the further legs of runs that take longer than their first leg may. */
  maxConcurrentLaterLegs: whole(2, 1000),
  /** How long a run may take of the first queue's time before it goes on from the second. */
  firstLegSeconds: whole(1, 900),
  autotaskUrl: url,
  addigyUrl: url,
  logLevel: z.enum(['DEBUG', 'INFO', 'WARN', 'ERROR']),
  logRetentionDays: whole(1, 731).refine(
    (days): days is (typeof retentions)[number] => (retentions as readonly number[]).includes(days),
    { message: `must be one of ${retentions.join(', ')}` },
  ),
  /** How long an event can be replayed. EventBridge knows 0 too: for ever. */
  eventRetentionDays: whole(1, 3650),
  /** Keeps table, bus and secrets when the stack is deleted, and protects the table from deletion. */
  retain: yesOrNo,
  /** Who is told of alarms; '' is nobody. AWS sends a mail first that asks whether it may. */
  alarmEmail: z.union([z.literal(''), z.email()]),
});

/** Each of them only with the others. */
const together = [
  ['apiDomainName', 'apiCertificateArn'],
  ['handOffDomainName', 'handOffCertificateArn'],
  ['hostedZoneId', 'hostedZoneName'],
] as const;

const contextSchema = contextShape.superRefine((context, refusal) => {
  for (const [one, other] of together) {
    if ((context[one] === '') === (context[other] === '')) continue;
    const missing = context[one] === '' ? one : other;
    refusal.addIssue({
      code: 'custom',
      path: [missing],
      message: `is needed with ${missing === one ? other : one}`,
    });
  }
});

/** What can be set from outside: `cdk.json` holds the defaults, `cdk -c name=value` and `buildApp` override them. */
export type Context = z.output<typeof contextSchema>;
/** As it is written: text is accepted for numbers and booleans. */
export type ContextInput = Partial<z.input<typeof contextSchema>>;

/** Throws one sentence that names every value that is missing or malformed. */
export function readContext(node: Node): Context {
  const given = Object.fromEntries(
    Object.keys(contextShape.shape).map((name) => [name, node.tryGetContext(name) as unknown]),
  );
  const parsed = contextSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
  throw new Error(
    `The context is wrong (${faults}). Defaults stand in cdk.json; override with -c name=value.`,
  );
}
