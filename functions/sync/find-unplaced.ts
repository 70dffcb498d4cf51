import type { ConfigurationItem } from './configuration-item.ts';
import { serialKey } from './device.ts';
import { createMatcher, type Match } from './match.ts';
import { sightOf } from './ownership.ts';
import type { PlanInput } from './plan-input.ts';
import type { Roster } from './roster.ts';

/** Each sorted. */
export interface Unplaced {
  /** Of the devices that a plan would create, or that have no item in their company. */
  readonly serials: string[];
  /** Of the devices that a plan would create: for the others, something has been found. */
  readonly agentIds: string[];
}

/** The devices that a plan would create, or that have no item in their company. */
export function findUnplaced(input: PlanInput, roster: Roster): Unplaced {
  // What is masked is not planned at all.
  if (sightOf(input.items) === 'blind') return { serials: [], agentIds: [] };
  const { match } = createMatcher(input, roster);
  const serials = new Map<string, string>();
  const agentIds: string[] = [];
  for (const [at, device] of input.devices.entries()) {
    if (roster.standing[at] !== 'in-scope') continue;
    const company = roster.company[at]!;
    const mayCreate = roster.companies.get(company)!.active && input.products.has(device.family);
    if (!mayCreate) continue;
    const found = match(at);
    if (isPlaced(found, company, input.items)) continue;
    serials.set(serialKey(device.serial), device.serial);
    if (found.kind === 'none') agentIds.push(device.agentId);
  }
  return { serials: [...serials.values()].sort(), agentIds: agentIds.sort() };
}

function isPlaced(match: Match, company: number, items: readonly ConfigurationItem[]): boolean {
  if (match.kind === 'none') return false;
  if (match.kind === 'item') return match.movedFrom.length === 0;
  // All of them are in its company, or none.
  return items[match.items[0]!]!.companyId === company;
}
