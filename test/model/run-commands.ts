/** Runs: on time, twice at once, asked for by people, killed at any step; and time, which passes or jumps. */
import fc from 'fast-check';
import { hour, kind } from './kind.ts';
import type { Cut } from './mortal.ts';
import type { World } from './world.ts';

const when = fc.constantFrom('before' as const, 'after' as const);
const cuts: fc.Arbitrary<Cut | null> = fc.oneof(
  { weight: 3, arbitrary: fc.constant(null) },
  {
    weight: 2,
    arbitrary: fc.record({
      how: fc.constantFrom('killed', 'killed', 'deadline'),
      at: fc.integer({ min: 1, max: 40 }),
      when,
    }),
  },
);
/** Of whoever asks for a run: it has but a few steps. */
const askersDeath: fc.Arbitrary<Cut | null> = fc.oneof(
  { weight: 7, arbitrary: fc.constant(null) },
  {
    weight: 1,
    arbitrary: fc.record({ how: fc.constant('killed' as const), at: fc.integer({ min: 1, max: 4 }), when }),
  },
);
const working = { cut: cuts, twice: fc.boolean(), atOnce: fc.constantFrom(1, 1, 2, 3) };

interface Working {
  readonly cut: Cut | null;
  readonly twice: boolean;
  readonly atOnce: number;
}

async function work({ cut, twice, atOnce }: Working, world: World): Promise<string> {
  if (twice) world.system.queue.duplicate();
  const legs = await world.watch(() => world.system.work({ atOnce, cut }));
  for (const { end } of legs) world.count(`leg ${end}`);
  const run = await world.system.lastRun();
  const cutText = cut === null ? '' : `, the first one ${cut.how} ${cut.when} step ${cut.at}`;
  const status =
    run === null
      ? 'no run has ended'
      : `the last run is ${run.status} ${run.reason ?? ''} ${JSON.stringify(run.counts)}`;
  return `${legs.length} deliveries${twice ? ', of each message two' : ''}, ${atOnce} at once${cutText}: ${legs.map(({ end }) => end).join(', ') || 'nothing'}; ${status}`;
}

const deathText = (dies: Cut | null): string =>
  dies === null ? '' : `, killed ${dies.when} step ${dies.at}`;

export const runCommands = {
  tick: kind(
    18,
    fc.record({ ticks: fc.constantFrom(1, 1, 2), dies: askersDeath, ...working }),
    async ({ ticks, dies, ...of }, world) => {
      await world.system.tick(ticks, dies);
      return `The schedule ticks${ticks > 1 ? ' twice at once' : ''}${deathText(dies)}: ${await work(of, world)}`;
    },
  ),
  ask: kind(
    5,
    fc.record({ reviewed: fc.boolean(), dies: askersDeath, ...working }),
    async ({ reviewed, dies, ...of }, world) => {
      const answer = await world.system.ask(reviewed, dies);
      return `A person asks for ${reviewed ? 'the reviewed plan' : 'a run'}${deathText(dies)} (${answer}): ${await work(of, world)}`;
    },
  ),
  time: kind(3, fc.record({ hours: fc.constantFrom(0.02, 0.3, 1, 30, 80) }), async (of, world) => {
    await world.clock.pass(of.hours * hour);
    return `${of.hours} hours go by: ${await work({ cut: null, twice: false, atOnce: 1 }, world)}`;
  }),
  clockJumps: kind(1, fc.record({ minutes: fc.constantFrom<number>(-90, -5, 5, 300) }), (of, world) => {
    world.clock.jump(of.minutes * 60_000);
    return `the clock jumps by ${of.minutes} minutes`;
  }),
  climb: kind(
    1,
    fc.record({ policy: fc.constantFrom('sync', 'upsert', 'create', 'observe') }),
    async (of, world) => {
      await world.declare({ policy: of.policy });
      return `the connection's policy becomes ${of.policy}`;
    },
  ),
};
