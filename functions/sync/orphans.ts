/** Marked items that no device claims: gone, stale, or not ours to judge. */
import type { Change, Held } from './change.ts';
import type { ChangeWriter } from './change-writer.ts';
import type { ConfigurationItem } from './configuration-item.ts';
import { heldItem } from './held-line.ts';
import { type ItemIndex, noAgent, unknownAgent } from './item-index.ts';
import { markedAgent } from './ownership.ts';
import type { PlanInput } from './plan-input.ts';
import type { Roster } from './roster.ts';

/** What matching has decided, by index: set to 1 where it applies. */
export interface Claims {
  /** Items that another change is about already. */
  readonly taken: Uint8Array;
  /** Items that a held device points a person to: nothing is done to them behind that person's back. */
  readonly named: Uint8Array;
  /** Devices whose own item is found: an item with an earlier enrolment's mark is then left over. */
  readonly settled: Uint8Array;
}

export interface Orphans {
  readonly changes: readonly Change[];
  readonly held: readonly Held[];
  readonly missing: ReadonlyMap<number, number>;
}

export function judgeOrphans(
  input: PlanInput,
  roster: Roster,
  index: ItemIndex,
  claims: Claims,
  write: ChangeWriter,
): Orphans {
  const { items, now, complete } = input;
  const changes: Change[] = [];
  const held: Held[] = [];
  const missing: Array<[number, number]> = [];
  const grace = input.settings.graceHours * 3_600_000;

  const judgeGone = (item: ConfigurationItem, named: boolean): void => {
    const agent = markedAgent(item.mark);
    if (!complete) {
      held.push(
        heldItem(
          item,
          'incomplete',
          `Its device (agent ${agent}) was not seen, but Addigy was not read completely: nothing is deactivated in this run.`,
        ),
      );
      return;
    }
    if (input.devices.length === 0) {
      held.push(
        heldItem(
          item,
          'empty-source',
          'Addigy answered with no devices at all, which is not taken as proof that all are gone: check the API key and its organisation.',
        ),
      );
      return;
    }
    const since = Math.min(input.missing.get(item.id) ?? now, now);
    missing.push([item.id, since]);
    if (named) return;
    if (now - since >= grace) {
      changes.push(write.retire(item, 'gone'));
      return;
    }
    const [from, until] = [since, since + grace].map((time) => new Date(time).toISOString());
    held.push(
      heldItem(
        item,
        'grace',
        `Its device (agent ${agent}) has been missing from Addigy since ${from}; it is deactivated if that lasts until ${until}.`,
      ),
    );
  };

  const judgeStale = (item: ConfigurationItem): void => {
    if (complete) changes.push(write.retire(item, 'stale'));
    else {
      held.push(
        heldItem(
          item,
          'incomplete',
          'Its device counts as retired, but Addigy was not read completely: nothing is deactivated in this run.',
        ),
      );
    }
  };

  for (let at = 0; at < items.length; at += 1) {
    const owner = index.owner[at]!;
    // Stryker disable next-line ConditionalExpression: an item without a mark has no owner to be judged by; it spares the asking
    if (owner === noAgent) continue;
    if (claims.taken[at] === 1) continue;
    const item = items[at]!;
    if (!item.active) continue;
    const ours = roster.connectionCompanies.has(item.companyId);
    if (owner === unknownAgent) {
      if (ours) judgeGone(item, claims.named[at] === 1);
      else held.push(heldItem(item, 'foreign', foreignDetail(item)));
    } else if (ours && roster.standing[owner] === 'stale') {
      judgeStale(item);
    } else if (ours) {
      // Who is not superseded has none: of -1 neither is true.
      const successor = roster.successor[owner]!;
      const replaced = claims.settled[successor] === 1 || roster.standing[successor] === 'stale';
      if (replaced) judgeGone(item, claims.named[at] === 1);
    }
  }
  missing.sort(([left], [right]) => left - right);
  const teaches = complete && input.devices.length > 0;
  return { changes, held, missing: teaches ? new Map(missing) : input.missing };
}

function foreignDetail(item: ConfigurationItem): string {
  return `It bears the mark of an agent that this Addigy organisation does not know (${markedAgent(item.mark)}), in a company that none of its policies leads to: it is left to whoever marked it.`;
}
