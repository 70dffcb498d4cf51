/** The mark on a configuration item: what it proves, and whose it is. */
import type { ConfigurationItem, Mark } from './configuration-item.ts';

/**
 * What the mark of the canary begins with: the item of our own that a validation writes to. It is no device's, and no
 * plan touches it.
 */
export const canaryMarkPrefix = 'addigy-autotask-canary:';

/**
 * - `blind`    a mark is masked: Autotask shows `*****` whether or not there is a value
 * - `seen`     a mark, or the absence of one, was read back
 * - `unproven` nothing that would show either
 */
export type Sight = 'seen' | 'blind' | 'unproven';

export function sightOf(items: readonly ConfigurationItem[]): Sight {
  let sight: Sight = 'unproven';
  for (const { mark } of items) {
    if (mark.kind === 'masked') return 'blind';
    if (mark.kind !== 'unseen') sight = 'seen';
  }
  return sight;
}

/** '' where there is none that we can see. */
export function markedAgent(mark: Mark): string {
  return mark.kind === 'agent' ? mark.agentId : '';
}

/** An `unseen` mark may be there: good enough to adopt by serial, which writes it, never to conclude that a device is gone. */
export function isUnmarked(mark: Mark): boolean {
  return mark.kind === 'empty' || mark.kind === 'unseen';
}

/** The items that may be a device's: all but the canary. */
export function withoutCanary(items: readonly ConfigurationItem[]): readonly ConfigurationItem[] {
  return items.some(isCanary) ? items.filter((item) => !isCanary(item)) : items;
}

const isCanary = ({ mark }: ConfigurationItem): boolean =>
  mark.kind === 'agent' && mark.agentId.startsWith(canaryMarkPrefix);
