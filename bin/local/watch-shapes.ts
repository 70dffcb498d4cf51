/**
 * What watches the service, as far as the local host knows it. Nobody is rung and nothing is drawn on one
 * machine, so all of it is read, and checked as far as CloudWatch and SNS would check it.
 */
import * as z from 'zod';
import { resourceAccess } from './policy-shapes.ts';
import { description, settled, text } from './shape-parts.ts';

const dimensions = z.array(z.strictObject({ Name: text, Value: text })).default([]);
const period = z
  .number()
  .int()
  .refine((seconds) => [10, 20, 30].includes(seconds) || seconds % 60 === 0, {
    error: 'CloudWatch knows periods of 10, 20 and 30 seconds, and whole minutes',
  });
const query = z
  .strictObject({
    Id: z.string().regex(/^[a-z]\w*$/u),
    Label: settled(text, 'for people'),
    Expression: text.optional(),
    MetricStat: z
      .strictObject({
        Metric: z.strictObject({ Namespace: text, MetricName: text, Dimensions: dimensions }),
        Period: period,
        Stat: text,
      })
      .optional(),
    Period: period.optional(),
    ReturnData: z.boolean().default(true),
  })
  .refine((one) => (one.Expression === undefined) !== (one.MetricStat === undefined), {
    error: 'is an Expression or a MetricStat',
  });

export const alarm = z
  .strictObject({
    ActionsEnabled: z.literal(true).default(true),
    AlarmActions: z.array(text).default([]),
    AlarmDescription: description,
    AlarmName: text.optional(),
    ComparisonOperator: z.enum([
      'GreaterThanThreshold',
      'GreaterThanOrEqualToThreshold',
      'LessThanThreshold',
      'LessThanOrEqualToThreshold',
    ]),
    Dimensions: dimensions,
    EvaluationPeriods: z.number().int().min(1),
    MetricName: text.optional(),
    // An alarm on an expression takes at most ten metrics.
    Metrics: z.array(query).max(11).optional(),
    Namespace: text.optional(),
    OKActions: z.array(text).default([]),
    Period: period.optional(),
    Statistic: z.enum(['SampleCount', 'Average', 'Sum', 'Minimum', 'Maximum']).optional(),
    Threshold: z.number(),
    TreatMissingData: z.enum(['breaching', 'notBreaching', 'ignore', 'missing']),
  })
  .refine((one) => (one.Metrics === undefined) !== (one.MetricName === undefined), {
    error: 'looks at a MetricName or at Metrics',
  })
  .refine((one) => one.Metrics === undefined || one.Metrics.filter((each) => each.ReturnData).length === 1, {
    error: 'returns the data of exactly one of its Metrics',
  })
  .refine((one) => watchedSeconds(one) <= longest(one), {
    error: 'looks back farther than CloudWatch does: a day, or a week where the period is an hour or more',
  });

type Periods = {
  readonly Period?: number | undefined;
  readonly Metrics?: z.output<typeof query>[] | undefined;
};
const periodOf = ({ Period, Metrics = [] }: Periods): number =>
  Math.max(Period ?? 0, ...Metrics.map((one) => one.Period ?? one.MetricStat?.Period ?? 0));
const watchedSeconds = (one: Periods & { readonly EvaluationPeriods: number }): number =>
  periodOf(one) * one.EvaluationPeriods;
const longest = (one: Periods): number => (periodOf(one) >= 3600 ? 7 : 1) * 86_400;

/** As CloudWatch reads it: widgets on a grid of 24 columns. */
const dashboardBody = z.object({
  widgets: z
    .array(
      z.object({
        type: z.enum(['alarm', 'log', 'metric', 'text']),
        x: z.int().min(0).max(23),
        y: z.int().min(0),
        width: z.int().min(1).max(24),
        height: z.int().min(1).max(1000),
        properties: z.record(text, z.unknown()),
      }),
    )
    .max(500),
});

export const dashboard = z.strictObject({
  DashboardBody: text.transform((body, context) => {
    try {
      return dashboardBody.parse(JSON.parse(body));
    } catch (error) {
      context.addIssue({
        code: 'custom',
        message: error instanceof Error ? error.message : 'is no dashboard',
      });
      return z.NEVER;
    }
  }),
  DashboardName: z
    .string()
    .regex(/^[\w-]{1,255}$/u)
    .optional(),
});

export const savedQuery = z.strictObject({
  LogGroupNames: z.array(text).max(50),
  Name: z.string().min(1).max(255),
  QueryString: z.string().min(1).max(10_000),
});

export const topic = z.strictObject({
  DisplayName: settled(z.string().max(100), 'for people'),
  KmsMasterKeyId: settled(text, 'nothing is stored'),
  TopicName: text.optional(),
});

export const topicPolicy = z.strictObject({ PolicyDocument: resourceAccess, Topics: z.array(text) });

export const subscription = z.strictObject({
  Endpoint: text,
  Protocol: z.literal('email', { error: 'the local host knows subscriptions by e-mail, and sends none' }),
  TopicArn: text,
});
