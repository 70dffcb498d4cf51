/** One story: a beginning, what happens, and its end; and where it ends wrong, the whole of it for a person to read. */
import fc from 'fast-check';
import type { Beginning } from './beginning.ts';
import { type CommandName, commandKinds, type Told } from './commands.ts';
import { endStory } from './ending.ts';
import { memoryStores } from './memory-stores.ts';
import type { Vendors } from './vendors.ts';
import { World, WrongWorldError } from './world.ts';

class Command implements fc.AsyncCommand<object, World> {
  readonly #told: Told;

  constructor(told: Told) {
    this.#told = told;
  }

  check = (): boolean => true;

  run = (_: object, world: World): Promise<void> => happen(this.#told, world);

  toString(): string {
    return JSON.stringify(this.#told);
  }
}

async function happen([name, of]: Told, world: World): Promise<void> {
  world.count(`command ${name}`);
  const does = commandKinds[name].does as (of: unknown, world: World) => Promise<string> | string;
  const told = await does(of, world);
  if (told !== '') world.story.push(told);
  world.notice();
}

const all = (Object.keys(commandKinds) as CommandName[]).flatMap((name) => {
  const { weight, of } = commandKinds[name];
  const command = (of as fc.Arbitrary<unknown>).map((about) => new Command([name, about] as unknown as Told));
  return Array.from({ length: weight }, () => command);
});

const maxCommands = 14;

export type Commands = Iterable<fc.AsyncCommand<object, World>>;

export const anyCommands = (replayPath: string | undefined): fc.Arbitrary<Commands> =>
  fc.commands(all, { maxCommands, size: 'medium', ...(replayPath === undefined ? {} : { replayPath }) });

/** As fast-check makes them up. */
export async function tellMadeUp(beginning: Beginning, commands: Commands, vendors: Vendors): Promise<World> {
  return tell(beginning, vendors, (world) => fc.asyncModelRun(() => ({ model: {}, real: world }), commands));
}

/** As it was found once. */
export async function tellAgain(
  beginning: Beginning,
  told: readonly Told[],
  vendors: Vendors,
): Promise<World> {
  return tell(beginning, vendors, async (world) => {
    for (const one of told) await happen(one, world);
  });
}

async function tell(
  beginning: Beginning,
  vendors: Vendors,
  middle: (world: World) => Promise<void>,
): Promise<World> {
  const world = new World(vendors, beginning, memoryStores());
  await world.begin();
  try {
    await middle(world);
    await endStory(world);
  } catch (error) {
    throw new Error(wholeStory(error, world), { cause: error });
  }
  return world;
}

function wholeStory(error: unknown, world: World): string {
  const { devices, standing, items } = world.truth();
  const wrong = error instanceof WrongWorldError ? error.message : String((error as Error).stack ?? error);
  return [
    wrong,
    `It began with ${JSON.stringify(world.begun)}`,
    ...world.story.map((line, at) => `${String(at + 1).padStart(3)}. ${line}`),
    'Addigy has',
    ...[...devices.values()].map(
      ({ agentId, serial, name, companyId }) =>
        `  ${agentId} ${JSON.stringify(name)}, serial ${serial || '(none)'}, company ${companyId}, ${standing.get(agentId)}`,
    ),
    'Autotask has',
    ...items.map(
      ({ id, companyID, isActive, mark, serial, referenceTitle }) =>
        `  item ${id} of company ${companyID}, ${isActive ? 'active' : 'inactive'}, ${JSON.stringify(referenceTitle)}, serial ${serial || '(none)'}, mark ${mark || '(none)'}`,
    ),
  ].join('\n');
}
