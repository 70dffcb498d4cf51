/** What the doors wrote, as CloudWatch gets it. */
import { metricCatalogue } from '#lambda/metric-catalogue';
import type { LocalWorld } from './local-world.ts';

export type LogLine = Readonly<Record<string, unknown>>;

interface Directive {
  readonly Namespace: string;
  readonly Metrics: ReadonlyArray<{ readonly Name: string }>;
}

/** Every line of a door's log; throws where one is no JSON object. */
export function linesOf(world: LocalWorld, door: string): readonly LogLine[] {
  return world.host.logs(door).map((line) => {
    try {
      const parsed: unknown = JSON.parse(line);
      if (typeof parsed === 'object' && parsed !== null) return parsed as LogLine;
    } catch {
      // Told below.
    }
    throw new Error(`a line of ${door}'s log is no JSON object: ${line}`);
  });
}

export const isMetric = (line: LogLine): boolean => '_aws' in line;

/** Of one door: each metric that its log holds, and what is wrong with a line that claims to hold some. */
export function metricsIn(lines: readonly LogLine[], namespace: string) {
  const names = new Set<string>();
  const faults: string[] = [];
  for (const line of lines.filter(isMetric)) {
    const { Timestamp, CloudWatchMetrics = [] } = line._aws as {
      Timestamp?: number;
      CloudWatchMetrics?: readonly Directive[];
    };
    if (!Number.isInteger(Timestamp) || CloudWatchMetrics.length === 0) faults.push(JSON.stringify(line));
    for (const { Namespace, Metrics } of CloudWatchMetrics) {
      if (Namespace !== namespace) faults.push(`${Namespace} is another namespace`);
      for (const { Name } of Metrics) {
        names.add(Name);
        if (!Object.hasOwn(metricCatalogue, Name)) faults.push(`${Name} is not in the catalogue`);
        if (typeof line[Name] !== 'number') faults.push(`${Name} has no value`);
      }
    }
  }
  return { names, faults };
}
