/** Many stories from one seed; the first that ends wrong is made as short as it can be, and told. */
import fc from 'fast-check';
import { type Beginning, beginnings } from './beginning.ts';
import { anyCommands, type Commands, tellMadeUp } from './story.ts';
import type { Vendors } from './vendors.ts';

export interface Asked {
  readonly seed: number;
  readonly runs: number;
  /** Of a story that is to be told again: both as the failure gave them. */
  readonly path?: string | undefined;
  readonly replayPath?: string | undefined;
  /** No further story is begun after so many milliseconds. */
  readonly withinMs?: number;
  /** Whether what ends wrong is made as short as it can be. Default: yes. */
  readonly shrinks?: boolean;
}

export interface Heard {
  readonly stories: number;
  /** What happened in all of them, by name: commands, faults that struck, legs and how they ended, requests. */
  readonly counts: ReadonlyMap<string, number>;
  /** Null where each ended as it should; else the story, and how it is told again. */
  readonly wrong: string | null;
}

export async function tellMany(vendors: Vendors, asked: Asked): Promise<Heard> {
  const { seed, runs, path, replayPath, withinMs, shrinks = true } = asked;
  const counts = new Map<string, number>();
  let stories = 0;
  const property = fc.asyncProperty(beginnings, anyCommands(replayPath), async (beginning, commands) => {
    const world = await tellMadeUp(beginning, commands, vendors);
    stories += 1;
    for (const [what, count] of world.counts) counts.set(what, (counts.get(what) ?? 0) + count);
  });
  const told = await fc.check(property, {
    numRuns: runs,
    seed,
    ...(path === undefined ? {} : { path }),
    endOnFailure: path !== undefined || !shrinks,
    ...(withinMs === undefined ? {} : { interruptAfterTimeLimit: withinMs }),
  });
  const isWrong = told.failed && !(told.interrupted && told.counterexample === null);
  return { stories, counts, wrong: isWrong ? tellWrong(told) : null };
}

type Failed = fc.RunDetails<[Beginning, Commands]>;

function tellWrong({ seed, counterexample, counterexamplePath, numShrinks, errorInstance }: Failed): string {
  const commands = String(counterexample?.[1] ?? '');
  const replayPath = /replayPath="([^"]*)"/u.exec(commands)?.[1] ?? '';
  return [
    errorInstance instanceof Error ? errorInstance.message : String(errorInstance),
    `(after ${numShrinks} times shorter)`,
    `As a regression: ${JSON.stringify(counterexample?.[0])}, [${commands.replace(/ \/\*.*$/u, '')}]`,
    `Told again by: MODEL_SEED=${seed} MODEL_PATH=${counterexamplePath} MODEL_REPLAY='${replayPath}' npx vitest run test/model/stories.test.ts`,
  ].join('\n');
}
