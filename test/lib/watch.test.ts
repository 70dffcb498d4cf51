/** What watches the service: alarms and their pages, dashboards, saved queries, and the metrics that all of them rest on. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { environments } from '#lambda/environment';
import { type MetricKind, type MetricName, metricCatalogue, metricNames } from '#lambda/metric-catalogue';
import { describeMetrics } from '../../bin/describe-metrics.ts';
import { tickWindow } from '../../lib/alarm-list.ts';
import { awsMetrics } from '../../lib/metric-sources.ts';
import { type SavedQuery, savedQueries } from '../../lib/saved-queries.ts';
import { synthesize } from './synthesize.ts';

const docs = new URL('../../docs/', import.meta.url);
const { stateless } = synthesize({ alarmEmail: 'ops@example.com' });

interface Named {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions: ReadonlyArray<{ readonly Name: string; readonly Value: unknown }>;
}
interface Alarm extends Named {
  readonly AlarmName: string;
  readonly AlarmDescription: string;
  readonly AlarmActions: unknown;
  readonly OKActions: unknown;
  readonly TreatMissingData: string;
  readonly Metrics?: ReadonlyArray<{
    readonly MetricStat?: { readonly Metric: Named };
    readonly Expression?: string;
  }>;
}
const propertiesOf = <Shape>(type: string): Shape[] =>
  Object.values(stateless.findResources(type)).map(({ Properties }) => Properties as Shape);
const alarms = propertiesOf<Alarm>('AWS::CloudWatch::Alarm');
const metricsOf = (alarm: Alarm): readonly Named[] =>
  alarm.Metrics?.flatMap(({ MetricStat }) => (MetricStat === undefined ? [] : [MetricStat.Metric])) ?? [
    alarm,
  ];
const pageOf = ({ AlarmDescription }: Alarm) =>
  /docs\/runbooks\/(\w+)\.md$/u.exec(AlarmDescription)?.[1] ?? '';

/** Words where a metric is nobody's; '' where somebody writes it. */
function faultOf(
  namespace: string,
  name: string,
  dimensions: ReadonlyArray<readonly [string, unknown]>,
): string {
  const where = `${namespace} ${name} ${JSON.stringify(dimensions)}`;
  if (namespace === 'addigy-autotask/prod') {
    const known: MetricKind | undefined = metricCatalogue[name as MetricName];
    const [[dimension, service] = []] = dimensions;
    const isWritten = dimension === 'service' && (known?.doors as readonly unknown[])?.includes(service);
    return isWritten && dimensions.length === 1 ? '' : `nobody writes ${where}`;
  }
  const aws = awsMetrics[namespace as keyof typeof awsMetrics];
  const isKnown = (aws?.names as readonly string[])?.includes(name) && dimensions.length === 1;
  return isKnown && dimensions[0]?.[0] === aws.by[0] ? '' : `AWS does not write ${where}`;
}

describe('an alarm', () => {
  const pages = readdirSync(new URL('runbooks/', docs)).map((file) => file.replace(/\.md$/u, ''));

  it('has a page, and a page has an alarm', () => {
    expect([...new Set(alarms.map(pageOf))].sort()).toEqual([...pages].sort());
  });

  it.each(pages)(
    '%s: its page says what it means, what it does, how to find out and how to mend it',
    (name) => {
      const page = readFileSync(new URL(`runbooks/${name}.md`, docs), 'utf8');
      const headings = [...page.matchAll(/^\*\*(\w+)\.\*\*/gmu)].map(([, heading]) => heading);
      expect(headings).toEqual(['Meaning', 'Impact', 'Diagnosis', 'Mitigation']);
      expect(page.startsWith(`# ${name}\n`)).toBe(true);
      for (const [, linked] of page.matchAll(/\]\((\w+)\.md\)/gu)) expect(pages).toContain(linked);
      for (const [, query] of page.matchAll(/saved quer(?:y|ies) `(?:addigy-autotask\/prod\/)?([\w-]+)`/gu)) {
        expect(Object.keys(savedQueries)).toContain(query);
      }
    },
  );

  it.each(alarms.map((alarm) => [alarm.AlarmName, alarm] as const))(
    '%s looks at metrics that are written',
    (_, alarm) => {
      const faults = metricsOf(alarm).map(({ Namespace, MetricName, Dimensions }) =>
        faultOf(
          Namespace,
          MetricName,
          Dimensions.map(({ Name, Value }) => [Name, Value]),
        ),
      );
      expect(faults.filter((fault) => fault !== '')).toEqual([]);
      expect(faults.length).toBeGreaterThan(0);
      expect(faults.length).toBeLessThanOrEqual(10);
    },
  );

  it('rings the topic, and says when it is over', () => {
    for (const { AlarmActions, OKActions } of alarms) {
      expect(AlarmActions).toEqual([{ Ref: expect.stringMatching(/^AlarmsTopic/u) }]);
      expect(OKActions).toEqual(AlarmActions);
    }
  });

  it('on staleness and on the scheduler rings where nothing comes, and no other does', () => {
    const byMissing = (missing: string) =>
      alarms.filter(({ TreatMissingData }) => TreatMissingData === missing).map(pageOf);
    expect(byMissing('breaching')).toEqual(['StaleSuccess', 'SchedulerSilent']);
    expect(byMissing('notBreaching')).toHaveLength(alarms.length - 2);
  });

  it('costs what docs/operations.md says', () => {
    const costs = new Map<string, number>();
    for (const alarm of alarms) {
      costs.set(pageOf(alarm), (costs.get(pageOf(alarm)) ?? 0) + metricsOf(alarm).length);
    }
    const page = readFileSync(new URL('operations.md', docs), 'utf8');
    const told = [...page.matchAll(/^\| \[(\w+)\]\(runbooks\/\1\.md\) \| \$(\d+\.\d\d) \|$/gmu)];
    expect(new Map(told.map(([, name, price]) => [name, Math.round(Number(price) * 10)]))).toEqual(costs);
    const all = [...costs.values()].reduce((sum, count) => sum + count, 0) / 10;
    expect(page).toContain(`watching costs $${(all + 1).toFixed(2)} and the metrics`);
  });
});

describe('the window of a tick', () => {
  it.each([
    ['rate(5 minutes)', 1],
    ['rate(1 hour)', 2],
    ['rate(12 hours)', 18],
    ['rate(7 days)', 36],
    ['cron(0 3 * * ? *)', 36],
  ])('%s: %i h', (expression, hours) => {
    expect(tickWindow(expression).toHours()).toBe(hours);
  });
});

describe('the topic', () => {
  const text = (type: string) => JSON.stringify(propertiesOf(type));
  it('lets alarms of this stage publish, by TLS alone, with a key that CloudWatch may use', () => {
    expect(text('AWS::SNS::TopicPolicy')).toContain('alarm:addigy-autotask-prod-*');
    expect(text('AWS::SNS::TopicPolicy')).toContain(
      '{"Bool":{"aws:SecureTransport":"false"}},"Effect":"Deny"',
    );
    expect(text('AWS::KMS::Key')).toContain('"Principal":{"Service":"cloudwatch.amazonaws.com"}');
    expect(text('AWS::KMS::Key')).toContain('"EnableKeyRotation":true');
    expect(text('AWS::SNS::Topic')).toContain('KmsMasterKeyId');
  });

  it('tells the address of the context, and nobody where there is none', () => {
    expect(text('AWS::SNS::Subscription')).toContain('"Endpoint":"ops@example.com"');
    expect(synthesize().stateless.findResources('AWS::SNS::Subscription')).toEqual({});
  });
});

/** Of a dashboard, with a word in place of what only CloudFormation knows. */
function bodyOf(body: unknown): { widgets: { type: string; properties: { metrics?: unknown[][] } }[] } {
  const parts = (body as { 'Fn::Join': [string, unknown[]] })['Fn::Join'][1];
  return JSON.parse(parts.map((part) => (typeof part === 'string' ? part : 'token')).join(''));
}

describe('a dashboard', () => {
  const dashboards = propertiesOf<{ DashboardName: string; DashboardBody: unknown }>(
    'AWS::CloudWatch::Dashboard',
  );

  it.each(dashboards.map((one) => [one.DashboardName, one] as const))(
    '%s shows metrics that are written',
    (_, one) => {
      const faults: string[] = [];
      let shown = 0;
      for (const { properties } of bodyOf(one.DashboardBody).widgets) {
        for (const row of properties.metrics ?? []) {
          const [namespace, name, ...rest] = row.filter((part): part is string => typeof part === 'string');
          if (namespace === undefined || name === undefined) continue;
          const pairs = rest.flatMap((part, at) => (at % 2 === 0 ? [[part, rest[at + 1]] as const] : []));
          faults.push(faultOf(namespace, name, pairs));
          shown += 1;
        }
      }
      expect(faults.filter((fault) => fault !== '')).toEqual([]);
      expect(shown).toBeGreaterThan(10);
    },
  );

  it('of the operator shows every metric of ours but those that only explain, and every alarm', () => {
    const operator = dashboards.find(({ DashboardName }) => DashboardName.endsWith('operator'));
    const text = JSON.stringify(operator?.DashboardBody);
    const missing = metricNames.filter((name) => !text.includes(`\\"${name}\\"`));
    expect(missing.filter((name) => !name.startsWith('Halted'))).toEqual([
      'LegDuration',
      'ValidationsUnanswered',
      'RunsScheduled',
    ]);
    expect(text.match(/"Fn::GetAtt":\["Alarms\w+","Arn"\]/gu)).toHaveLength(alarms.length);
  });

  it('stands on the developer’s for every door', () => {
    const developer = dashboards.find(({ DashboardName }) => DashboardName.endsWith('developer'));
    for (const door of Object.keys(environments)) {
      expect(JSON.stringify(developer?.DashboardBody)).toContain(`\\"label\\":\\"${door}\\"`);
    }
  });
});

describe('a saved query', () => {
  /** What the lines of the doors' logs have. */
  const fields = new Set<string>([
    ...metricNames,
    ...['service', 'level', 'message', 'connectionId', 'runId', 'leg', 'status', 'reason', 'purpose'],
    ...['route', 'correlationId', 'failure.message', 'failure.name', 'function_request_id'],
    ...['@timestamp', '@type', '@log', '@initDuration', '@maxMemoryUsed', '@memorySize', '@duration'],
  ]);
  const words = new Set(
    'fields filter sort stats limit as by asc desc and or in ispresent max sum latest count count_distinct'.split(
      ' ',
    ),
  );

  it.each(Object.entries<SavedQuery>(savedQueries))('%s asks for fields that are written', (_, { lines }) => {
    const text = lines.join('\n').replaceAll(/"[^"]*"/gu, '');
    const named = new Set([...text.matchAll(/\bas (\w+)/gu)].map(([, name]) => name));
    const used = [...text.matchAll(/@?[A-Za-z_][\w.]*/gu)].map(([name]) => name);
    expect(used.filter((name) => !fields.has(name) && !words.has(name) && !named.has(name))).toEqual([]);
  });

  it('is deployed over the logs of every door', () => {
    const deployed = propertiesOf<{ Name: string; LogGroupNames: unknown[] }>('AWS::Logs::QueryDefinition');
    expect(deployed.map(({ Name }) => Name).sort()).toEqual(
      Object.keys(savedQueries)
        .map((name) => `addigy-autotask/prod/${name}`)
        .sort(),
    );
    for (const { LogGroupNames } of deployed) {
      expect(LogGroupNames).toHaveLength(Object.keys(environments).length);
    }
  });
});

it('docs/operations.md prints the catalogue and the queries as they are', () => {
  const page = readFileSync(new URL('operations.md', docs), 'utf8');
  expect(describeMetrics(page)).toBe(page);
});
