/**
 * Which configuration item is a device's: by our mark, then by serial number, then (if asked) by MAC
 * address. Never by name. Items and devices are spoken of by their index in the plan's input.
 */
import type { HeldReason } from './change.ts';
import { chain, emptyChain, type ItemIndex, indexItems, unknownAgent } from './item-index.ts';
import { isUnmarked, markedAgent } from './ownership.ts';
import type { PlanInput } from './plan-input.ts';
import type { Roster } from './roster.ts';

export type Match =
  | {
      readonly kind: 'item';
      readonly item: number;
      readonly how: 'marked' | 'adopted' | 're-enrolled' | 'merged';
      /** Other items with the device's mark: what a merge or a move that was cut short has left behind. */
      readonly leave: readonly number[];
      /** The items in other companies that this one takes the place of. */
      readonly movedFrom: readonly number[];
    }
  | { readonly kind: 'none'; readonly movedFrom: readonly number[] }
  | {
      readonly kind: 'held';
      readonly reason: HeldReason;
      readonly detail: string;
      /** The items that a person has to look at, one or more; the first names the line. */
      readonly items: readonly number[];
    };

type Held = Extract<Match, { kind: 'held' }>;

export interface Matcher {
  /** For a device that is in scope. */
  match(device: number): Match;
  readonly index: ItemIndex;
}

type MatchInput = Pick<PlanInput, 'devices' | 'items' | 'settings' | 'complete'>;

export function createMatcher(input: MatchInput, roster: Roster): Matcher {
  const { devices, items, settings, complete } = input;
  const index = indexItems(input, roster);
  const macClaims = new Map<number, number>();

  const companyName = (id: number): string => {
    const name = roster.companies.get(id)?.name;
    return name === undefined ? `company ${id}` : `${name} (${id})`;
  };
  const names = (found: readonly number[]): string =>
    listed(found, (at) => `${items[at]!.id}${items[at]!.active ? '' : ' (inactive)'}`);
  const held = (reason: HeldReason, found: readonly number[], detail: string): Held => ({
    kind: 'held',
    reason,
    detail,
    items: found,
  });

  /** Whether the mark is free to be taken over: of no device, or of an enrolment that a newer one replaced. */
  const isTakeable = (at: number): boolean => {
    const owner = index.owner[at]!;
    if (!roster.connectionCompanies.has(items[at]!.companyId)) return false;
    return owner === unknownAgent || roster.standing[owner] === 'superseded';
  };
  const isFree = (at: number): boolean => isUnmarked(items[at]!.mark);

  function byMark(device: number, marked: readonly number[]): Match {
    const company = roster.company[device]!;
    const here = marked.filter((at) => items[at]!.companyId === company);
    if (here.length === 0) return moved(device, marked);
    const active = here.filter((at) => items[at]!.active);
    const item = here.length === 1 ? here[0]! : active.length === 1 ? active[0]! : undefined;
    if (item === undefined) {
      return held(
        'ambiguous',
        here,
        `Several configuration items in ${companyName(company)} bear its mark: ${names(here)}. Merge them in Autotask, or clear ${settings.markField} on all but one.`,
      );
    }
    const leave = (kept: number) => marked.filter((at) => at !== kept);
    if (items[item]!.active) {
      return { kind: 'item', item, how: 'marked', leave: leave(item), movedFrom: emptyChain };
    }
    // Autotask's own merge deactivates one of two items: the device is the one that stayed.
    const merged = index
      .sameSerial(device)
      .filter((at) => items[at]!.companyId === company && items[at]!.active && isFree(at));
    if (merged.length > 1) {
      return held(
        'ambiguous',
        [item, ...merged],
        `Its configuration item ${items[item]!.id} is inactive, and several active ones in ${companyName(company)} have its serial number: ${names(merged)}. Merge or deactivate all but one in Autotask.`,
      );
    }
    const kept = merged[0];
    return kept === undefined
      ? { kind: 'item', item, how: 'marked', leave: leave(item), movedFrom: emptyChain }
      : { kind: 'item', item: kept, how: 'merged', leave: marked, movedFrom: emptyChain };
  }

  /** `from` are items of its own in other companies than the one its policy leads to. */
  function moved(device: number, from: readonly number[]): Match {
    const company = roster.company[device]!;
    if (settings.onCompanyMove === 'report') {
      const places = listed([...new Set(from.map((at) => items[at]!.companyId))], companyName);
      return held(
        'moved',
        from,
        `Its policy now leads to ${companyName(company)}, its configuration item ${names(from)} is in ${places}. Autotask cannot change an item's company: set onCompanyMove to "recreate" to make a new item there and deactivate the old one, or move the device back in Addigy.`,
      );
    }
    if (!complete && from.some((at) => items[at]!.active)) {
      return held(
        'incomplete',
        from,
        `It moved to ${companyName(company)}, which needs the old configuration item ${names(from)} deactivated; Addigy was not read completely, so nothing is deactivated in this run.`,
      );
    }
    return bySerialHere(device, from) ?? { kind: 'none', movedFrom: from };
  }

  /** Null where no item of the device's company has the serial number. */
  function bySerialHere(device: number, movedFrom: readonly number[]): Match | null {
    const company = roster.company[device]!;
    const here = index.sameSerial(device).filter((at) => items[at]!.companyId === company);
    const taken = here.filter((at) => !isFree(at) && !isTakeable(at));
    if (taken.length > 0) {
      const owners = listed(taken, (at) => markedAgent(items[at]!.mark));
      return held(
        'ambiguous',
        here,
        `Configuration item ${names(taken)} in ${companyName(company)} has its serial number, but bears the mark of another device (agent ${owners}). Correct the serial number, or clear ${settings.markField} there.`,
      );
    }
    if (here.length > 1) {
      return held(
        'ambiguous',
        here,
        `Several configuration items in ${companyName(company)} have its serial number: ${names(here)}. Merge them in Autotask, write ${devices[device]!.agentId} to ${settings.markField} of the right one, or correct the serial numbers of the others.`,
      );
    }
    const item = here[0];
    if (item === undefined) return null;
    if (!complete && index.owner[item] === unknownAgent) {
      return held(
        'incomplete',
        here,
        `Configuration item ${names(here)} has its serial number and the mark of agent ${markedAgent(items[item]!.mark)}, which was not seen; Addigy was not read completely, so that agent may still exist.`,
      );
    }
    const how = isFree(item) ? 'adopted' : 're-enrolled';
    return { kind: 'item', item, how, leave: emptyChain, movedFrom };
  }

  /** For a serial number that no item of the device's own company has: null where nothing stands in the way of a new item. */
  function elsewhere(device: number): Match | null {
    const company = roster.company[device]!;
    const active = index.sameSerial(device).filter((at) => items[at]!.active);
    if (active.length === 0) return null;
    const place = (found: readonly number[]) =>
      listed(found, (at) => `${items[at]!.id} in ${companyName(items[at]!.companyId)}`);

    const free = active.filter(isFree);
    if (free.length > 0) {
      return held(
        'other-company',
        free,
        `Its policy leads to ${companyName(company)}, but an active configuration item with its serial number is in another company: ${place(free)}. Autotask cannot change an item's company: deactivate it there, or link the policy to that company.`,
      );
    }
    const others = active.filter((at) => !isTakeable(at));
    const known = others.filter((at) => index.owner[at]! >= 0);
    if (known.length > 0) {
      return held(
        'ambiguous',
        known,
        `An active configuration item with its serial number bears the mark of another device: ${place(known)}. Correct the serial number, or clear ${settings.markField} there.`,
      );
    }
    if (others.length > 0) {
      return held(
        'foreign',
        others,
        `An active configuration item with its serial number bears a mark that this Addigy organisation does not know: ${place(others)}. It is left to whoever marked it; deactivate it there if the device is yours now.`,
      );
    }
    return moved(device, active);
  }

  function byMac(device: number): readonly number[] {
    return index.sameMac(device).filter((at) => items[at]!.companyId === roster.company[device]!);
  }

  function bySerial(device: number): Match | null {
    return bySerialHere(device, emptyChain) ?? elsewhere(device);
  }

  function match(device: number): Match {
    // Stryker disable next-line ConditionalExpression,BlockStatement: the short way to what byMark would say, for nearly every device
    if (index.isSettled(device)) {
      const item = index.firstMarked[device]!;
      return { kind: 'item', item, how: 'marked', leave: emptyChain, movedFrom: emptyChain };
    }
    const marked = chain(index.firstMarked[device]!, index.nextMarked, items);
    if (marked.length > 0) return byMark(device, marked);
    const serial = bySerial(device);
    if (serial !== null) return serial;
    const mac = byMac(device);
    if (mac.length === 0) return { kind: 'none', movedFrom: emptyChain };
    if (mac.length > 1 || macClaims.get(mac[0]!)! > 1) {
      return held(
        'ambiguous',
        mac,
        `Its MAC address does not tell one device and one configuration item from another: ${names(mac)}. Write the serial number into the right item.`,
      );
    }
    return { kind: 'item', item: mac[0]!, how: 'adopted', leave: emptyChain, movedFrom: emptyChain };
  }

  // Stryker disable next-line ConditionalExpression: without such a field no item is found by a MAC address; it spares the search
  if (settings.matchByMac !== null) {
    for (const [device, standing] of roster.standing.entries()) {
      if (standing !== 'in-scope' || index.firstMarked[device] !== -1) continue;
      if (bySerial(device) !== null) continue;
      for (const at of byMac(device)) macClaims.set(at, (macClaims.get(at) ?? 0) + 1);
    }
  }
  return { match, index };
}

/** The first five: a placeholder that somebody typed as a serial number can be on thousands of items. */
function listed(found: readonly number[], name: (one: number) => string): string {
  const shown = found.slice(0, 5).map(name).join(', ');
  return found.length > 5 ? `${shown} and ${found.length - 5} more` : shown;
}
