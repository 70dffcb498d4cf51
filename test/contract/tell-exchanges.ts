/** The closing table of `npm test`: the vendors' operations that were used, and how they were held to the vendors' documents. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { addigyDocument, addigyFile } from './addigy-contract.ts';
import { autotaskDocument, autotaskFile } from './autotask-contract.ts';
import { clientOperations } from './client-operations.ts';
import { deviations } from './deviations.ts';
import type { VendorName } from './exchange.ts';
import type { Kept } from './keep-exchanges.ts';

/** Named to the simulators, wherever they run, by `VENDOR_EXCHANGES`. */
export const exchangesFolder = '.local/exchanges';

/** So many exchanges of one kind. */
interface Line {
  readonly vendor: VendorName;
  readonly asked: 'client' | 'test';
  readonly operation: string;
  readonly request: string | null;
  readonly answer: string | null;
  readonly count: number;
}

export interface Told {
  readonly lines: readonly string[];
  /** Of an exchange with its vendor's document. */
  readonly faults: number;
  /** Operations that were never used, or never held to the document: of a whole run alone. */
  readonly missing: number;
}

export function tellExchanges(folder = exchangesFolder): Told {
  const kept = (existsSync(folder) ? readdirSync(folder) : []).map(
    (file) => JSON.parse(readFileSync(`${folder}/${file}`, 'utf8')) as Kept,
  );
  const counted = kept.flatMap(({ exchanges }) => Object.entries(exchanges)).map(lineOf);
  const faults = [...new Set(kept.flatMap((each) => each.faults))].sort();
  const present = { Autotask: autotaskDocument !== null, Addigy: addigyDocument !== null };
  const vendors = (['Autotask', 'Addigy'] as const).filter((vendor) => present[vendor]);
  const absent = [...(present.Autotask ? [] : [autotaskFile]), ...(present.Addigy ? [] : [addigyFile])].map(
    (file) => `SKIPPED: what was exchanged is not held to ${file}, which is not beside this project`,
  );
  const missing = vendors.flatMap((vendor) =>
    missingOf(
      vendor,
      counted.filter((line) => line.vendor === vendor),
    ),
  );
  return {
    lines: [
      ...vendors.flatMap((vendor) =>
        tableOf(
          vendor,
          counted.filter((line) => line.vendor === vendor),
        ),
      ),
      ...absent,
      ...missing,
      ...faults.map((fault) => `FAULT ${fault}`),
    ],
    faults: faults.length,
    missing: missing.length,
  };
}

function lineOf([key, count]: [string, number]): Line {
  const [vendor, asked, operation, request, answer] = JSON.parse(key) as [
    VendorName,
    Line['asked'],
    string,
    string | null,
    string | null,
  ];
  return { vendor, asked, operation, request, answer, count };
}

/** A request that fits, and an answer of the simulator's own that the document describes: anything less is not held to it. */
function missingOf(vendor: VendorName, lines: readonly Line[]): string[] {
  const ofClients = lines.filter(({ asked }) => asked === 'client');
  const expected = clientOperations[vendor];
  const used = new Set(ofClients.map(({ operation }) => operation));
  const isHeld = (operation: string): boolean =>
    ofClients.some(
      (line) => line.operation === operation && line.answer === '200' && line.request !== 'FAULT',
    );
  return [
    ...expected.filter((operation) => !used.has(operation)).map((one) => `${vendor}: no test used ${one}`),
    ...[...used]
      .filter((one) => !expected.includes(one))
      .map((one) => `${vendor}: clientOperations lacks ${one}`),
    ...[...used].filter((one) => !isHeld(one)).map((one) => `${vendor}: used, and never validated: ${one}`),
  ];
}

function tableOf(vendor: VendorName, lines: readonly Line[]): string[] {
  const ofClients = lines.filter(({ asked }) => asked === 'client');
  const byHand = lines.filter(({ asked }) => asked === 'test');
  const operations = [...new Set(ofClients.map(({ operation }) => operation))].sort();
  const rows = operations.map((operation) => {
    const of = ofClients.filter((line) => line.operation === operation);
    return `  ${operation}: asked ${tally(of, 'request')}; answered ${tally(of, 'answer')}`;
  });
  const total = (some: readonly Line[]): number => some.reduce((sum, { count }) => sum + count, 0);
  const named = deviations.filter((deviation) => deviation.vendor === vendor);
  return [
    `${vendor}: ${operations.length} operations used by our clients, ${total(ofClients)} times, each request and each answer held to its OpenAPI`,
    ...rows,
    `  by tests by hand: ${new Set(byHand.map(({ operation }) => operation)).size} operations, ${total(byHand)} times, the simulator's answers held to it too`,
    ...named.map(({ of, name, source }) => {
      const count = total(lines.filter((line) => isNamed(line[of], of, name)));
      return `  deviation of ${of === 'request' ? 'a request' : 'an answer'}, ${count} times: ${name} (${source})`;
    }),
  ];
}

const isNamed = (told: string | null, of: 'request' | 'answer', name: string): boolean =>
  told !== null && (of === 'request' ? told === name : told.replace(/^\d+ /u, '') === name);

function tally(lines: readonly Line[], half: 'request' | 'answer'): string {
  const counts = new Map<string, number>();
  for (const line of lines) {
    const told = line[half] ?? (half === 'answer' ? 'not at all' : 'wrong on purpose');
    counts.set(told, (counts.get(told) ?? 0) + line.count);
  }
  return [...counts]
    .sort()
    .map(([told, count]) => `${told} × ${count}`)
    .join(', ');
}
