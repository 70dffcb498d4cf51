/**
 * Everything that a person or a vendor can put right is put right. After two quiet runs the world is as the model
 * says; where something waits for its time of grace, that passes, and two more follow. Then nothing is left to do.
 */
import { isFinal } from '#runs/run-record';
import type { RunCounts } from '#sync/report';
import { leastRights } from './beginning.ts';
import { judgeDevices, judgeLeftOver, judgeMarks } from './judge-end.ts';
import { hour } from './kind.ts';
import { markField } from './names.ts';
import { apiUser, secrets } from './vendors.ts';
import { type World, WrongWorldError } from './world.ts';

export async function endStory(world: World): Promise<void> {
  await putRight(world);
  await quietRuns(world);
  world.fail(judgeDevices(world.truth(), world.beginning));
  const { graceHours } = world.beginning;
  if (judgeLeftOver(world.truth(), world.beginning).length > 0 && graceHours > 0) {
    await world.clock.pass(graceHours * hour);
    await quietRuns(world);
    world.fail(judgeDevices(world.truth(), world.beginning));
  }
  world.fail(judgeLeftOver(world.truth(), world.beginning));
  world.fail(judgeMarks(world.truth(), world.markedByHand));
  world.fail(judgeRuns(world));
  world.fail(findSecrets(world));
}

async function putRight(world: World): Promise<void> {
  const { autotask, addigy } = world.vendors;
  autotask.faults.clear();
  addigy.faults.clear();
  if (world.label() !== markField) {
    autotask.edit({ kind: 'edit-udf', name: world.label(), patch: { name: markField } });
  }
  const { username } = apiUser;
  const rights = { ConfigurationItems: { query: true, create: true, update: true } };
  autotask.edit(
    { kind: 'edit-udf', name: markField, patch: { isProtected: false } },
    { kind: 'set-threshold', limit: 10_000, used: 0 },
    { kind: 'set-permission', username, protectedData: leastRights, rights },
  );
  await world.system.prove();
  world.story.push('Everything is put right.');
  await world.watch(() => world.system.drain());
  // Where the clock was set back, leases last longer by as much.
  await world.clock.pass(2 * hour);
}

/** Two, and then one that changes nothing: except that an item that is deactivated makes room for another. */
async function quietRuns(world: World): Promise<void> {
  // What an observer finds to do stays to be done.
  if (world.beginning.policy === 'observe') return void (await quietRun('only', world));
  let retired = false;
  for (const which of ['first', 'second', 'third', 'fourth', 'fifth']) {
    const { create, update, reactivate, deactivate } = await quietRun(which, world);
    if (create + update + reactivate + deactivate === 0) return;
    if (which !== 'first' && which !== 'second' && !retired) break;
    retired = deactivate > 0;
  }
  world.fail(['two quiet runs have left a further one something to do']);
}

async function quietRun(which: string, world: World): Promise<RunCounts> {
  const before = await world.system.lastRun();
  let run = before;
  // Where a tick died before it had moved the connection on, the next one asks for the run that has ended since.
  for (let tries = 0; tries < 2 && run?.runId === before?.runId; tries += 1) {
    await world.system.tick();
    await world.watch(() => world.system.drain());
    run = await world.system.lastRun();
  }
  const told =
    run === null
      ? 'there is none'
      : [run.status, run.reason, run.detail, JSON.stringify(run.counts)].join(' ');
  world.story.push(`The ${which} quiet run: ${told}`);
  if (run?.status === 'succeeded' && run.counts.pending + run.counts.failed === 0) return run.counts;
  throw new WrongWorldError(`the ${which} quiet run: ${told}`);
}

/** No run stands as going when none is, whoever died on its way. */
function judgeRuns({ system }: World): string[] {
  return system.stores
    .everyRun()
    .filter(({ status }) => !isFinal(status))
    .map(({ runId, status }) => `run ${runId} is over, and stands as ${status}`);
}

function findSecrets({ system }: World): string[] {
  const kept = [JSON.stringify(system.events), ...system.said, system.stores.text()].join('\n');
  return secrets
    .filter((secret) => kept.includes(secret))
    .map((secret) => `${secret} stands in what is kept or said`);
}
