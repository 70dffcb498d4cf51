/** What was measured, kept in docs/benchmarks/figures.json, each part with the machine and the moment; README.md and the charts are made of it. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import type { CallsFigure, Cost } from './calls.ts';
import type { RunCost } from './cost.ts';
import type { HourFigures, HourOptions } from './hour.ts';

export interface Planned {
  readonly size: number;
  readonly ms: number;
  readonly peakMb: number;
}

export interface Measured {
  readonly calls: { readonly calls: readonly CallsFigure[]; readonly costs: readonly Cost[] };
  readonly planning: { readonly plans: readonly Planned[]; readonly slope: number };
  readonly first: {
    readonly creates: number;
    readonly latencyMs: number;
    readonly ms: number;
    readonly boundMs: number;
  };
  readonly cost: RunCost;
  readonly hour: HourFigures & Omit<HourOptions, 'log'>;
}

export interface Circumstances {
  readonly date: string;
  readonly machine: string;
  readonly node: string;
  /** How many processes wanted a core, the minute before. */
  readonly load: number;
}

export type Recorded = {
  readonly [Part in keyof Measured]?: Measured[Part] & { readonly of: Circumstances };
};

export const circumstances = (): Circumstances => ({
  date: new Date().toISOString().slice(0, 10),
  machine: `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GB`,
  node: process.version,
  load: Math.round((loadavg()[0] ?? 0) * 10) / 10,
});

export const benchmarksFolder = new URL('../../docs/benchmarks/', import.meta.url);
const file = new URL('figures.json', benchmarksFolder);

export const readRecorded = (): Recorded =>
  existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Recorded) : {};

/** Parts that were not measured this time stay as they are. */
export function keepRecorded(measured: Recorded): Recorded {
  const all = { ...readRecorded(), ...measured };
  mkdirSync(benchmarksFolder, { recursive: true });
  writeFileSync(file, `${JSON.stringify(all, null, 2)}\n`);
  return all;
}
