/** docs/benchmarks/README.md and its charts, of the figures that were kept. */
import { writeFileSync } from 'node:fs';
import type { CallsFigure, Cost, Way } from './calls.ts';
import { ways } from './calls.ts';
import { drawChart, type Series } from './chart.ts';
import { benchmarksFolder, type Circumstances, type Recorded } from './recorded.ts';

const write = (name: string, text: string): void => writeFileSync(new URL(name, benchmarksFolder), text);
const shown = (value: number): string => value.toLocaleString('en');

/** Above it, what is measured in time is marked: other work took part of the two cores. */
const quietLoad = 1.5;

export function writeBenchmarks(recorded: Recorded): void {
  const parts = [callsPart(recorded), firstPart(recorded), planningPart(recorded)];
  parts.push(costPart(recorded), hourPart(recorded));
  write(
    'README.md',
    `# Benchmarks

<!-- Made by \`npm run bench -- --record\` of figures.json. -->

Each part says when it was measured, and on what. \`npm run bench -- calls first planning cost hour --record\` repeats all of it and writes this page; without \`--record\` the figures are only shown, beside their bounds. Vendors are the simulators of \`test/simulators\`, in a process of their own.

${parts.filter((part) => part !== '').join('\n\n')}

[counts.json](counts.json) is what one hourly sync uses of AWS; [docs/cost.md](../cost.md) is made of it. [soak.md](soak.md) tells how many stories of people, vendors and machines ended as they should.
`,
  );
}

const measuredOn = ({ date, machine, node, load }: Circumstances, isTimed: boolean): string =>
  `${date}, ${machine}, Node ${node.slice(1)}, load ${load} at its begin.${
    isTimed && load > quietLoad ? ' **The machine was busy with other work: the times are too long.**' : ''
  }`;

function callsPart({ calls }: Recorded): string {
  if (calls === undefined) return '';
  const of = (pick: 'first' | 'quiet'): Series[] =>
    ways.map((way) => ({
      name: way,
      points: calls.calls
        .filter((figure) => figure.way === way)
        .map((figure) => ({
          x: figure.devices,
          y: figure[pick].autotask,
          isExtrapolated: figure[`${pick}ExtrapolatedFrom`] !== null,
        })),
    }));
  const draw = (pick: 'first' | 'quiet', title: string, description: string) =>
    write(
      `calls-${pick}.svg`,
      drawChart({ title, description, x: 'devices', y: 'calls to Autotask', series: of(pick) }),
    );
  const at = (way: Way) => calls.calls.findLast((figure) => figure.way === way)?.quiet.autotask ?? 0;
  const quiet = `At ${shown(calls.calls.at(-1)?.devices ?? 0)} devices: ${ways.map((way) => `${way} ${shown(at(way))}`).join(', ')}.`;
  draw('quiet', 'Calls to Autotask of a run that finds nothing to do', quiet);
  draw(
    'first',
    'Calls to Autotask of the run that makes every item',
    'All three ways need a create for each device; a search per device needs twice that.',
  );
  const rows = calls.calls.map(
    (figure) =>
      `| ${shown(figure.devices)} | ${figure.way} | ${told(figure, 'first')} | ${told(figure, 'quiet')} | ${shown(figure.quiet.addigy)} |`,
  );
  const memory = calls.costs
    .map(
      (cost) =>
        `${shown(cost.devices)} devices: ${shown(cost.peakMb)} MB, ${shown(cost.cpuMs)} ms of the processor`,
    )
    .join('; ');
  return `## Calls against devices

![${quiet}](calls-quiet.svg)

![Calls of the first run](calls-first.svg)

| devices | way | Autotask, first run | Autotask, nothing to do | Addigy, each run |
| --- | --- | --- | --- | --- |
${rows.join('\n')}

*ours* is the engine with its adapters. *plain script* is what a careful engineer writes in an afternoon on [@apigrate/autotask-restapi](https://www.npmjs.com/package/@apigrate/autotask-restapi): it reads all items by their ids and writes what is missing or differs. *search per device* is jamf2snipe's way. All three did the same job: after each first run the items were compared, one right item for each device and no other; a quiet run that writes is an error. An estate without oddities, since the others would not get through one: what the five to seven calls more of ours are for (the allowance, the fields' lengths, the mark's field, products, companies, a count that shows a cut page) is what they leave out. *≈* was not run at this size: it is extrapolated in proportion from the largest that was.

The whole quiet run of ours, its process's peak memory and processor time: ${memory}.

${measuredOn(calls.of, false)}`;
}

function told(figure: CallsFigure, pick: 'first' | 'quiet'): string {
  const from = figure[`${pick}ExtrapolatedFrom`];
  const calls = shown(figure[pick].autotask);
  return from === null ? calls : `≈ ${calls} (from ${shown(from)})`;
}

function firstPart({ first }: Recorded): string {
  if (first === undefined) return '';
  const { creates, latencyMs, ms, boundMs } = first;
  return `## First sync

${shown(creates)} creates with vendors that answer after ${latencyMs} ms took ${shown(ms)} ms: ${(ms / boundMs).toFixed(2)} times what the creates alone take in Autotask's three threads (${shown(creates)} × ${latencyMs} ms / 3 = ${shown(Math.round(boundMs))} ms). The most is 1.15. The rest is reading before writing: Addigy's pages at ten a second, a tenth of what locks a key, and the look for serials and marks in other companies.

${measuredOn(first.of, true)}`;
}

function planningPart({ planning, calls }: Recorded): string {
  if (planning === undefined) return '';
  const { plans, slope } = planning;
  const series = [
    { name: 'planning', points: plans.map(({ size, ms }) => ({ x: size, y: Math.max(1, ms) })) },
  ];
  const verdict = `time grows with size to the power of ${slope.toFixed(2)}`;
  write(
    'planning.svg',
    drawChart({
      title: 'Planning time against devices',
      description: `From ${shown(plans[0]?.size ?? 0)} to ${shown(plans.at(-1)?.size ?? 0)} devices, ${verdict}.`,
      ...{ x: 'devices', y: 'milliseconds', series },
    }),
  );
  const rows = plans.map(({ size, ms, peakMb }) => `| ${shown(size)} | ${shown(ms)} | ${shown(peakMb)} |`);
  return `## Planning

![Planning time against devices: ${verdict}](planning.svg)

| devices | ms | peak memory of the process with its input, MB |
| --- | --- | --- |
${rows.join('\n')}

Fitted from 10,000 devices on, ${verdict}${slope <= 1.1 ? ': no worse than linear' : ''}. One item in a hundred is renamed, one device in a hundred is new.

${calls === undefined ? '' : `${noStream(calls.costs)}\n\n`}${measuredOn(planning.of, true)}`;
}

/** Of the door, see lib/doors.ts and the context's firstLegSeconds; and of Addigy's pace. */
const doorMb = 1_769;
const firstLegSeconds = 300;
const devicesASecond = 1_000;

/** Why a plan is made in memory, of one piece. */
function noStream(costs: readonly Cost[]): string {
  const [least, most] = [costs[0], costs.at(-1)];
  if (least === undefined || most === undefined || least === most) return '';
  const perDevice = (most.peakMb - least.peakMb) / (most.devices - least.devices);
  const fits = Math.floor((doorMb - least.peakMb) / perDevice / 10_000) * 10_000;
  const read = firstLegSeconds * devicesASecond;
  return `No plan is streamed. A whole run takes ${shown(Math.round(perDevice * 100_000))} MB more for each 100,000 devices, so the door's ${shown(doorMb)} MB would do for some ${shown(fits)} of one connection; but at ten pages a second a first leg of ${firstLegSeconds} s cannot read more than ${shown(read)} devices from Addigy. ${
    fits > read
      ? 'Its time ends before its memory does.'
      : 'Its memory ends before its time does: give it more.'
  }`;
}

function costPart({ cost }: Recorded): string {
  if (cost === undefined) return '';
  const per = (cost.gbSeconds / cost.devices) * 10_000;
  return `## Lambda of a run

${per.toFixed(1)} GB-seconds per 10,000 devices: a quiet run over ${shown(cost.devices)}, vendors that answer after ${cost.latencyMs} ms, is billed ${shown(cost.billedMs)} ms of ${shown(cost.memoryMb)} MB (the mean of ${cost.runs} warm runs, as the local host bills \`sync-devices\`). Most of it is waiting: ${shown(Math.ceil(cost.devices / 100))} pages of Addigy at ten a second.

${measuredOn(cost.of, true)}`;
}

function hourPart({ hour }: Recorded): string {
  if (hour === undefined) return '';
  const { connections, devices, latencyMs, faultsPercent, clockScale, atOnce, outcome, memory } = hour;
  const list = (counts: Readonly<Record<string, number>>): string =>
    Object.entries(counts)
      .map(([what, count]) => `${what} ${shown(count)}`)
      .join(', ');
  const rows = hour.hours.map(
    (each, at) =>
      `| ${at + 1} | ${shown(each.connections)} | ${list(each.statuses)} | ${shown(each.withChanges)} | ${shown(each.applied)} | ${each.failed} | ${each.leftAlone} | ${each.redeliveries} | ${each.seconds} |`,
  );
  const quarter = (at: number) => memory[Math.floor((memory.length - 1) * at)];
  const grown = [0.25, 0.5, 0.75, 1].map((at) => quarter(at)).filter((each) => each !== undefined);
  return `## An hour's schedule

${shown(connections)} connections × ${devices} devices on the local system, the clock ${clockScale} times as fast, ${atOnce} runs at once; vendors that answer after ${latencyMs} ms, and ${faultsPercent} % of the calls of the first hour go wrong (${list(outcome.struck)}). Each connection has an Addigy organisation and an Autotask database of its own, with its own allowance and threads. In each, of ten devices one is new and one is renamed.

| hour | connections | runs | with changes | written | failed | left alone | redeliveries | seconds |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
${rows.join('\n')}

*Left alone* are creates that got no answer: Autotask may still be at them for five minutes, and those are minutes of this machine's clock, longer than an hour of this schedule. They are looked for, and made in the third hour where they did not take place.

At the end ${shown(connections - outcome.wrong.length)} of ${shown(connections)} databases hold exactly one right item for each device, and no other; ${hour.deadLetters} dead letters; ${outcome.threadRefusals} calls refused for a fourth thread; ${shown(outcome.calls.autotask)} calls to Autotask and ${shown(outcome.calls.addigy)} to Addigy. A run took ${hour.msPerRun} ms. Memory of a \`sync-devices\` process: ${grown.map((each) => `${each.doorMb} MB after ${each.seconds} s`).join(', ')}. The host, which keeps DynamoDB in memory: ${grown.map((each) => `${each.hostMb} MB`).join(', ')}.

${measuredOn(hour.of, true)}`;
}
