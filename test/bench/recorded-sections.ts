/** The sections that docs/benchmarks tells of. */
import { execFileSync } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { measureCalls } from './calls.ts';
import { measureCost } from './cost.ts';
import { runEngine, zoneOf } from './engine.ts';
import { atMost, exactly, saves, withinOf } from './figures.ts';
import { fitSlope } from './fit-slope.ts';
import { measureHour } from './hour.ts';
import { circumstances, type Planned, type Recorded } from './recorded.ts';
import { withVendors } from './with-vendors.ts';

/** Of the sections that ran. */
export const measured: { -readonly [Part in keyof Recorded]: Recorded[Part] } = {};
const of = circumstances();
/** Fewer, to try it. The whole takes nine minutes on two idle cores. */
const hourConnections = Number(process.env.HOUR_CONNECTIONS ?? 1_000);

export const recordedSections = {
  async calls() {
    const found = await measureCalls([100, 1_000, 10_000, 100_000], console.error);
    for (const { way, devices, quiet } of found.calls) {
      if (way !== 'ours') continue;
      const cheapest = 1 + Math.ceil(devices / 500);
      const least = `Autotask calls, ${devices} devices, no changes, against count and pages`;
      withinOf(least, quiet.autotask, cheapest, 1.05 * cheapest + 6);
      const pages = Math.ceil(devices / 100);
      withinOf(`Addigy calls, ${devices} devices, against pages`, quiet.addigy, pages, pages + 2);
      const searching = found.calls.find(
        (figure) => figure.devices === devices && figure.way === 'search per device',
      );
      // Below, the six calls that do not depend on the size weigh most.
      if (devices >= 10_000 && searching !== undefined) {
        const what = `Autotask calls, ${devices} devices, no changes, against a search per device`;
        saves(what, quiet.autotask, searching.quiet.autotask, 200);
      }
    }
    for (const { devices, peakMb } of found.costs) {
      const what = `peak memory of a whole run over ${devices} devices, against the door's 1,769 MB`;
      atMost(what, 'MB', peakMb, 1_769, 1);
    }
    measured.calls = { ...found, of };
  },

  async first() {
    const latencyMs = 50;
    // Of the made fleet about nine in ten are creates.
    await withVendors({ devices: 3_220, latencyMs, isClean: true }, async (urls) => {
      const zone = await zoneOf(urls);
      const began = performance.now();
      const report = await runEngine(urls, zone);
      const ms = Math.round(performance.now() - began);
      if (report.counts.failed > 0) throw new Error(`${report.counts.failed} changes failed`);
      const creates = report.counts.applied;
      const boundMs = (creates * latencyMs) / 3;
      const what = `first sync, ${creates} creates, against creates x ${latencyMs} ms / 3 lanes`;
      atMost(what, 'ms', ms, boundMs, 1.15);
      measured.first = { creates, latencyMs, ms, boundMs, of };
    });
  },

  async planning() {
    const plans = [1_000, 10_000, 100_000, 1_000_000].map(plan);
    const [, , hundredThousand, million] = plans as [Planned, Planned, Planned, Planned];
    atMost('planning 100,000 devices, against 1.5 s', 'ms', hundredThousand.ms, 1_500, 1);
    atMost('memory of planning 100,000, against 600 MB', 'MB', hundredThousand.peakMb, 600, 1);
    atMost('planning 1,000,000, against 100,000', 'ms', million.ms, hundredThousand.ms, 13);
    // A plan of a thousand is V8 compiling.
    const slope = fitSlope(plans.slice(1).map(({ size, ms }) => ({ x: size, y: ms })));
    atMost('planning time: exponent of the size, fitted', '', Math.round(slope * 100) / 100, 1, 1.1);
    measured.planning = { plans, slope, of };
  },

  async cost() {
    const found = await measureCost(10_000, 100, 2);
    const gbSeconds = Math.round(found.gbSeconds * 10) / 10;
    // Addigy's pages at ten a second, and five seconds for the rest.
    const least = (found.memoryMb / 1024) * (found.devices / 100 / 10 + 5);
    atMost('Lambda of a quiet run over 10,000 devices', 'GB-s', gbSeconds, Math.round(least), 1.1);
    measured.cost = { ...found, of };
  },

  async hour() {
    const world = { connections: hourConnections, devices: 50, latencyMs: 20, faultsPercent: 1 };
    const options = { ...world, clockScale: 20, atOnce: 4 };
    const found = await measureHour({ ...options, log: console.error });
    const { connections } = world;
    const right = connections - found.outcome.wrong.length;
    for (const wrong of found.outcome.wrong.slice(0, 3)) console.error(wrong);
    exactly('connections whose database is right after three hours', 'connections', right, connections);
    for (const [at, hour] of found.hours.entries()) {
      exactly(`connections that ran in hour ${at + 1}`, 'connections', hour.connections, connections);
    }
    const later = found.hours.slice(1).flatMap(({ statuses }) => Object.entries(statuses));
    const otherwise = later.reduce((sum, [status, count]) => sum + (status === 'succeeded' ? 0 : count), 0);
    exactly('runs of the hours without faults that did not succeed', 'runs', otherwise, 0);
    exactly('dead letters of three hours', 'messages', found.deadLetters, 0);
    const first = found.memory[Math.floor(found.memory.length / 3)]?.doorMb ?? 0;
    const end = found.memory.at(-1)?.doorMb ?? 0;
    atMost('memory of the door after the third hour, against after the first', 'MB', end, first, 1.15);
    measured.hour = { ...options, ...found, of };
  },
};

function plan(size: number): Planned {
  const args = ['--max-old-space-size=12000', '--import', 'tsx', 'test/bench/planning.ts', String(size)];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }));
}
