/** `npm run docs`: writes the documents that are made of data. */
import { readFileSync, writeFileSync } from 'node:fs';
import { procedureText } from '#onboarding/procedure-text';
import { describeEvents } from './describe-events.ts';
import { describeMetrics } from './describe-metrics.ts';

writeFileSync(new URL('../docs/api-user-procedure.md', import.meta.url), procedureText());
writeFileSync(new URL('../docs/asyncapi.yaml', import.meta.url), describeEvents());
const operations = new URL('../docs/operations.md', import.meta.url);
writeFileSync(operations, describeMetrics(readFileSync(operations, 'utf8')));
