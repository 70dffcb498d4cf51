import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Counts, costOf } from '../../bin/cost/cost-of.ts';
import { costPage } from '../../bin/cost/cost-page.ts';
import { prices } from '../../bin/cost/prices.ts';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const counts = JSON.parse(read('docs/benchmarks/counts.json')) as Counts;

it('the cost page says what the counts cost (npm run docs)', () => {
  expect(read('docs/cost.md')).toBe(costPage(counts));
});

describe('a month', () => {
  const dollarsOf = (connections: number, what: string, given: Counts = counts): number =>
    costOf(given, connections, 0).find((line) => line.what.startsWith(what))?.dollars ?? Number.NaN;

  it('has two secrets for each connection, and two of the house', () => {
    expect(dollarsOf(10, 'Secrets:')).toBeCloseTo(22 * 0.4);
  });

  it('has 730 runs of each connection: memory and time, and the requests', () => {
    const nothing = { doors: {}, calls: {}, read: 0, write: 0, logBytes: 0 };
    const doors = { 'sync-devices': { memoryMb: 2048, invocations: 1, ms: 1500 } };
    const one: Counts = { ...counts, tick: nothing, validation: nothing, tickWithRun: { ...nothing, doors } };
    const each = 3 * prices.lambdaGbSecond + prices.lambdaRequest;
    expect(dollarsOf(2, 'Lambda', one)).toBeCloseTo(2 * 730 * each, 10);
    const cold = { ...one, startMs: { 'sync-devices': 500 } };
    expect(costOf(cold, 2, 1).find(({ what }) => what === 'Lambda')?.dollars).toBeCloseTo(
      2 * 730 * (each + prices.lambdaGbSecond),
      10,
    );
  });

  it('grows with connections where work does, and not where it does not', () => {
    for (const what of ['Lambda', 'CloudWatch: logs', 'DynamoDB', 'Secrets Manager']) {
      expect(dollarsOf(1000, what) / dollarsOf(10, what)).toBeGreaterThan(5);
    }
    for (const what of ['KMS: the key', 'CloudWatch: metrics']) {
      expect(dollarsOf(1000, what)).toBe(dollarsOf(10, what));
    }
  });
});
