/** The parts of docs/operations.md that are made of data. */
import { type MetricKind, metricCatalogue } from '#lambda/metric-catalogue';
import { type SavedQuery, savedQueries } from '../lib/saved-queries.ts';

const metricRows = Object.entries<MetricKind>(metricCatalogue).map(
  ([name, { doors, unit, means, seldom }]) =>
    `| \`${name}\` | ${unit}${seldom ? ', seldom' : ''} | ${doors.map((door) => `\`${door}\``).join(', ')} | ${means} |`,
);
const queryRows = Object.entries<SavedQuery>(savedQueries).map(
  ([name, { asks }]) => `| \`${name}\` | ${asks} |`,
);

const sections: Readonly<Record<string, readonly string[]>> = {
  metrics: ['| metric | unit | by | means |', '| --- | --- | --- | --- |', ...metricRows],
  queries: ['| query | answers |', '| --- | --- |', ...queryRows],
};

/** `page` with the sections between its marks made anew. */
export function describeMetrics(page: string): string {
  return Object.entries(sections).reduce((text, [name, rows]) => {
    const between = new RegExp(`(<!-- ${name}: [^>]*-->\\n)[\\s\\S]*?(<!-- end -->)`, 'u');
    if (!between.test(text)) throw new Error(`docs/operations.md has no place for its ${name}`);
    return text.replace(
      between,
      (_, before: string, after: string) => `${before}\n${rows.join('\n')}\n\n${after}`,
    );
  }, page);
}
