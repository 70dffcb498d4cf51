/**
 * Creates whose answer was lost in a run before. Autotask has no idempotency key and may still be at one for a while: until
 * that is over, the device is not created again, by whichever run.
 */
import type { Withheld } from './withhold.ts';
import { withhold } from './withhold.ts';
import { longestExecutionMs } from './write-change.ts';

/** Those that can still take place; null where none were known. */
export function stillOpen(
  unanswered: ReadonlyMap<string, number>,
  now: number,
): ReadonlyMap<string, number> | null {
  if (unanswered.size === 0) return null;
  return new Map([...unanswered].filter(([, at]) => now - at < longestExecutionMs));
}

/** A device whose item is there by now has no create in the plan any more. */
export function withoutUnanswered(
  { changes, held }: Withheld,
  unanswered: ReadonlyMap<string, number> | null,
): Withheld {
  if (unanswered === null) return { changes, held };
  const waiting = withhold(changes, 'unanswered', ({ kind, agentId }) => {
    const at = kind === 'create' ? unanswered.get(agentId) : undefined;
    return at === undefined
      ? null
      : `A create of it got no answer, and there is no such item yet; but Autotask can be at a request for 5 minutes, so it is not made again before ${new Date(at + longestExecutionMs).toISOString()}.`;
  });
  return { changes: waiting.changes, held: [...held, ...waiting.held] };
}
