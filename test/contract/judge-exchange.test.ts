/** Whether the judge of the whole test run can say no, and what it lets pass by name. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { addigyContract } from './addigy-contract.ts';
import { autotaskContract } from './autotask-contract.ts';
import { clientOperations } from './client-operations.ts';
import type { Exchange, VendorName } from './exchange.ts';
import { judgeExchange } from './judge-exchange.ts';
import type { Kept } from './keep-exchanges.ts';
import { tellExchanges } from './tell-exchanges.ts';

const contracts = { Autotask: autotaskContract, Addigy: addigyContract };
/** Operations that the table wants to see held. */
const all = Object.values(clientOperations).flat().length;
const absent = autotaskContract === null || addigyContract === null;

const ofClient = { accept: 'application/json', apiintegrationcode: 't', username: 'u', secret: 's' };
const ofTest = { ...ofClient, accept: '*/*' };
const query: Exchange = {
  method: 'POST',
  path: '/ATServicesRest/V1.0/Products/query',
  headers: ofClient,
  rawBody: JSON.stringify({ filter: [{ op: 'gte', field: 'id', value: 0 }] }),
  status: 200,
  rawAnswer: JSON.stringify({ items: [{ id: 7, name: 'Mac' }] }),
  fault: null,
};
const policies: Exchange = {
  ...query,
  path: '/api/v2/oa/policies/query',
  headers: { accept: 'application/json', 'x-api-key': 'k' },
  rawBody: '{}',
  rawAnswer: '[]',
};

type Row = [what: string, vendor: VendorName, exchange: Exchange, told: object];
const html = '<html>maintenance</html>';

const rows: Row[] = [
  ['what is documented', 'Autotask', query, { request: 'fits', answer: '200', faults: [] }],
  ['what is documented', 'Addigy', policies, { request: 'fits', answer: '200', faults: [] }],
  [
    'an unknown property of the answer',
    'Autotask',
    { ...query, rawAnswer: '{"items":[],"total":0}' },
    { answer: '200 FAULT', faults: [expect.stringContaining('unknown property total')] },
  ],
  [
    'an unknown property of a client’s request, though it was refused',
    'Autotask',
    { ...query, rawBody: '{"filter":[],"limit":1}', status: 500, rawAnswer: '{"errors":["no"]}' },
    { request: 'FAULT', answer: '500 errors', faults: [expect.stringContaining('unknown property limit')] },
  ],
  [
    'the same of a test by hand',
    'Autotask',
    { ...query, headers: ofTest, rawBody: '{"limit":1}', status: 500, rawAnswer: '{"errors":["no"]}' },
    { request: null, answer: '500 errors', faults: [] },
  ],
  [
    'the same of a test by hand that was answered',
    'Autotask',
    { ...query, headers: ofTest, rawBody: '{"limit":1}' },
    { request: 'FAULT', faults: [expect.stringContaining('limit')] },
  ],
  [
    'keys in another case, of a client',
    'Autotask',
    { ...query, rawBody: '{"Filter":[]}' },
    { request: 'FAULT', faults: [expect.stringContaining('Filter')] },
  ],
  [
    'keys in another case, of a test',
    'Autotask',
    { ...query, headers: ofTest, rawBody: '{"Filter":[]}' },
    { request: "a query's keys in another case", faults: [] },
  ],
  [
    'no secret',
    'Autotask',
    { ...query, headers: { ...ofClient, secret: '' } },
    { request: 'FAULT', faults: ['asked: no header secret'] },
  ],
  [
    'an operation that the document does not have',
    'Autotask',
    { ...query, path: '/ATServicesRest/V1.0/Resources', status: 405, rawAnswer: '{"Message":"no"}' },
    { request: 'FAULT', operation: expect.stringContaining('not in the document') },
  ],
  [
    'a page of maintenance that no test scripted',
    'Autotask',
    { ...query, rawAnswer: html },
    { answer: '200 FAULT', faults: [expect.stringContaining('must be object')] },
  ],
  [
    'the same, scripted',
    'Autotask',
    { ...query, rawAnswer: html, fault: 'answer' },
    { answer: '200 maintenance', faults: [] },
  ],
  [
    'what the simulator does not model, to a client',
    'Autotask',
    { ...query, status: 501, rawAnswer: 'does not model this' },
    { answer: '501 FAULT' },
  ],
  ['a lost answer', 'Autotask', { ...query, status: 0, rawAnswer: '' }, { request: 'fits', answer: null }],
  [
    'an error of another shape',
    'Addigy',
    { ...policies, status: 500, rawAnswer: '{"errors":[]}' },
    { answer: '500 FAULT', faults: [expect.stringContaining('unknown property errors')] },
  ],
  [
    'policies in items that are none',
    'Addigy',
    { ...policies, rawAnswer: '{"items":[{"policyId":1}]}' },
    { answer: '200 FAULT' },
  ],
  [
    'a query parameter that is not declared',
    'Addigy',
    { ...policies, path: `${policies.path}?page=1` },
    { request: 'FAULT', faults: ['asked: undeclared query parameter page'] },
  ],
];

describe.skipIf(absent)('an exchange (skipped where the vendors’ documents are not present)', () => {
  it.each(rows)('%s, %s', (_what, vendor, exchange, told) => {
    expect(judgeExchange(vendor, contracts[vendor]!, exchange)).toMatchObject(told);
  });
});

describe.skipIf(absent)('the closing table', () => {
  it.each<[string, Kept, { missing: number; faults: number }, RegExp]>([
    [
      'an operation that only ever failed',
      { exchanges: kinds(['Addigy', 'client', 'POST /devices', 'fits', '503 gateway']), faults: [] },
      { missing: all, faults: 0 },
      /used, and never validated: POST \/devices/u,
    ],
    [
      'an operation that nobody expects',
      { exchanges: kinds(['Addigy', 'client', 'GET /static-fields', 'fits', '200']), faults: [] },
      { missing: all + 1, faults: 0 },
      /clientOperations lacks GET \/static-fields/u,
    ],
    [
      'a fault',
      {
        exchanges: kinds(['Addigy', 'client', 'POST /devices', 'fits', '200 FAULT']),
        faults: ['Addigy: POST /devices, answered 200: no'],
      },
      { missing: all, faults: 1 },
      /FAULT Addigy: POST \/devices, answered 200: no/u,
    ],
  ])('counts %s', (_what, kept, counts, line) => {
    const folder = mkdtempSync(join(tmpdir(), 'exchanges-'));
    try {
      writeFileSync(join(folder, '1.json'), JSON.stringify(kept));
      const told = tellExchanges(folder);
      expect(told).toMatchObject(counts);
      expect(told.lines.join('\n')).toMatch(line);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

const kinds = (...lines: string[][]) => Object.fromEntries(lines.map((line) => [JSON.stringify(line), 1]));
