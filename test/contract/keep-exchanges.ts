/**
 * Judges each exchange of the simulators as it happens, and keeps how many of each kind there were, in a file of
 * this process in the folder that `VENDOR_EXCHANGES` names, for `npm test` to tell.
 */
import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { addigyContract } from './addigy-contract.ts';
import { autotaskContract } from './autotask-contract.ts';
import type { VendorContract, VendorName } from './exchange.ts';
import { judgeExchange } from './judge-exchange.ts';
import type { ExchangeKeeper } from './keeper-of.ts';

/** How many there were of each: a JSON array of vendor, who asked, operation, request and answer. */
export type KeptExchanges = Record<string, number>;
export interface Kept {
  readonly exchanges: KeptExchanges;
  /** Sentences, each once. */
  readonly faults: readonly string[];
}

const contracts: Readonly<Record<VendorName, VendorContract | null>> = {
  Autotask: autotaskContract,
  Addigy: addigyContract,
};
const file = `${process.pid}-${randomUUID()}.json`;
const exchanges: KeptExchanges = {};
const faults = new Set<string>();
/** A process may be killed: what is new is written at once, how many there were of it now and then. */
const often = 500;
let unwritten = 0;

/** Null where the vendor's document is not beside this project. */
export function keepExchanges(vendor: VendorName, folder: string): ExchangeKeeper | null {
  const contract = contracts[vendor];
  if (contract === null) return null;
  const flush = (): void => {
    if (unwritten === 0) return;
    unwritten = 0;
    mkdirSync(folder, { recursive: true });
    writeFileSync(`${folder}/${file}`, JSON.stringify({ exchanges, faults: [...faults] } satisfies Kept));
  };
  return {
    flush,
    keep(exchange) {
      const found = judgeExchange(vendor, contract, exchange);
      const key = JSON.stringify([vendor, found.asked, found.operation, found.request, found.answer]);
      const isNew = exchanges[key] === undefined;
      exchanges[key] = (exchanges[key] ?? 0) + 1;
      for (const fault of found.faults) faults.add(`${vendor}: ${found.operation}, ${fault}`);
      unwritten += 1;
      if (isNew || found.faults.length > 0 || unwritten >= often) flush();
    },
  };
}
