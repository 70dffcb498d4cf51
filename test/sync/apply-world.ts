/** Applies changes in memory, with faults where a test wants them. */
import { type ApplyResult, type ApplyWorld, applyChanges } from '#sync/apply';
import type { Change } from '#sync/change';
import type { ConfigurationItem } from '#sync/configuration-item';
import type { FailureKind } from '#sync/ports';
import { longestExecutionMs } from '#sync/write-change';
import { type FaultyItems, faultyItems, type Moment } from './faulty-items.ts';
import { InMemoryItems, portError } from './in-memory-items.ts';
import { markField } from './sample-changes.ts';

export interface Applied extends ApplyResult {
  readonly directory: FaultyItems;
  readonly items: Map<number, ConfigurationItem>;
  readonly progress: string[];
}

export async function apply(
  changes: readonly Change[],
  world: {
    readonly items?: readonly ConfigurationItem[];
    readonly fault?: (moment: Moment) => void;
    readonly sight?: ApplyWorld['sight'];
    readonly signal?: AbortSignal;
    /** Passes each time it is asked for. Default: long enough for a lost create to be made again. */
    readonly passes?: number;
  } = {},
): Promise<Applied> {
  const inMemory = new InMemoryItems({ items: world.items ?? [] });
  const directory = faultyItems(inMemory, world.fault ?? (() => {}));
  const progress: string[] = [];
  let time = 0;
  const result = await applyChanges(
    changes,
    {
      directory,
      markField,
      sight: world.sight ?? 'seen',
      now: () => (time += world.passes ?? longestExecutionMs),
      progress: (done, total) => progress.push(`${done}/${total}`),
    },
    world.signal ?? new AbortController().signal,
  );
  return { ...result, directory, items: inMemory.items, progress };
}

export const range = (length: number, from = 1): number[] => Array.from({ length }, (_, at) => at + from);
/** Fails matching moments with that failure. */
export const failing =
  (failure: FailureKind, matches: (moment: Moment) => boolean, words = `it was ${failure}`) =>
  (moment: Moment): void => {
    if (matches(moment)) throw portError(failure, words);
  };
/** In its place: the call does not take place. */
export const instead =
  (call: Moment['call'], times = 1) =>
  (moment: Moment) =>
    moment.call === call && moment.when === 'before' && moment.nth < times;
/** After it took place. */
export const once =
  (call: Moment['call'], times = 1) =>
  (moment: Moment) =>
    moment.call === call && moment.when === 'after' && moment.nth < times;
