/** `npm run docs`: writes the documents that are made of data. */
import { readFileSync, writeFileSync } from 'node:fs';
import { procedureText } from '#procedure/procedure-text';
import type { Counts } from './cost/cost-of.ts';
import { costPage } from './cost/cost-page.ts';
import { describeEvents } from './describe-events.ts';
import { describeMetrics } from './describe-metrics.ts';

writeFileSync(new URL('../docs/api-user-procedure.md', import.meta.url), procedureText());
writeFileSync(new URL('../docs/asyncapi.yaml', import.meta.url), describeEvents());
const operations = new URL('../docs/operations.md', import.meta.url);
writeFileSync(operations, describeMetrics(readFileSync(operations, 'utf8')));
const counts = readFileSync(new URL('../docs/benchmarks/counts.json', import.meta.url), 'utf8');
writeFileSync(new URL('../docs/cost.md', import.meta.url), costPage(JSON.parse(counts) as Counts));
