/**
 * One sync of one connection: look, plan, and write what may be written. A run is level-based: it
 * needs no memory of the runs before it, except since when a device has been missing.
 *
 *   read → look elsewhere for what would be created → plan → [observe: report] → apply → report
 */
import { carryOut, type Errand, type ErrandWorld, type Looked, partOf } from './carry-out.ts';
import type { Plan } from './change.ts';
import type { ConfigurationItem } from './configuration-item.ts';
import { haltWith, RunHalted } from './halt.ts';
import { sightOf } from './ownership.ts';
import { devicesToFind, planSync } from './plan.ts';
import type { PlanInput } from './plan-input.ts';
import type { DeviceSource, ItemDirectory } from './ports.ts';
import { missingReferences, productsByFamily, referencesByFamily } from './products.ts';
import { asking, readWorld, type WorldView } from './read-world.ts';
import type { RunReport } from './report.ts';
import type { SyncSettings } from './settings.ts';
import { twoWriters } from './two-writers.ts';
import { stillOpen, withoutUnanswered } from './unanswered.ts';

export interface RunRequest extends Omit<Errand, 'mayWrite' | 'settings'> {
  readonly connectionId: string;
  readonly settings: SyncSettings;
  /** Whether to write. The policy `observe` never does. */
  readonly apply: boolean;
  /** Item id → since when its device has been missing (epoch milliseconds), as the last report told. */
  readonly missing: ReadonlyMap<number, number>;
  /** Devices whose create got no answer, and when (epoch milliseconds), as the last report told. */
  readonly unanswered: ReadonlyMap<string, number>;
  /** Whether Addigy was seen to reach Autotask with credentials of its own, so that its sync may write too. */
  readonly addigyReaches: boolean;
}

export interface RunWorld extends Omit<ErrandWorld, 'addigyCalls'> {
  readonly source: DeviceSource;
  /** A collision-resistant hash of a text, as hex. */
  readonly digest: (text: string) => string;
}

/**
 * Whatever a vendor does ends in a report; only a defect of ours rejects, and what `planned` rejects with. When the signal fires, reads
 * are broken off, no further change is started, and the writes under way are waited for: they take as
 * long as the directory's own limits of time allow.
 */
export function runSync(request: RunRequest, world: RunWorld, signal: AbortSignal): Promise<RunReport> {
  const mayWrite = request.apply && request.settings.policy !== 'observe';
  const addigyCalls = () => world.source.calls();
  return carryOut(
    { ...request, mayWrite },
    { ...world, addigyCalls },
    () => look(request, world, signal),
    signal,
  );
}

async function look(
  request: RunRequest,
  { source, directory, now, digest }: RunWorld,
  signal: AbortSignal,
): Promise<Looked> {
  const { connectionId, settings, missing } = request;
  const seen = await readWorld(settings, source, directory, signal);
  const { policies, companies, facts, view } = seen;
  const input: PlanInput = {
    connectionId,
    settings,
    devices: view.devices,
    policies,
    items: seen.items,
    companies,
    products: productsByFamily(seen.products, settings),
    categories: referencesByFamily(seen.categories, settings.categories),
    types: referencesByFamily(seen.types, settings.types),
    facts,
    missing,
    complete: view.complete,
    now: now(),
    digest,
  };
  const items = await withThoseElsewhere(input, directory, signal);
  const sight = sightOf(items);
  const plan = planSync({ ...input, items });
  if (items.length === 0 && plan.changes.length > 0)
    await proveEmptiness(settings.markField, directory, signal);
  const asked = partOf(plan, request.only);
  const unanswered = stillOpen(request.unanswered, now());
  const { changes, held } = withoutUnanswered(asked, unanswered);
  // What cannot be seen is not known to be missing: the memory of it stays as it is.
  const seesMarks = seen.mapped.length > 0 && (sight === 'seen' || items.length === 0);
  const knowsMissing = view.complete && view.devices.length > 0 && seesMarks;
  const notes = notesOf(plan, seen, request);
  return { planned: { plan, changes, held, results: null, notes, knowsMissing, unanswered }, sight };
}

/**
 * A device that no item of its company matches may have one in another: Autotask cannot move it, and a second
 * would be a duplicate. Serials are asked for first, and marks only where no serial told anything: in a quiet
 * estate that is one call.
 */
async function withThoseElsewhere(
  input: PlanInput,
  directory: ItemDirectory,
  signal: AbortSignal,
): Promise<readonly ConfigurationItem[]> {
  const find = async (items: PlanInput['items'], serials: readonly string[], agentIds: readonly string[]) => {
    if (serials.length === 0 && agentIds.length === 0) return items;
    const { markField } = input.settings;
    const probe = { serials, agentIds, markField };
    const found = await asking('Autotask', signal, () => directory.find(probe, signal));
    // Stryker disable next-line ConditionalExpression: the same items come of it; it spares a second look at all devices
    if (found.length === 0) return items;
    const byId = new Map(found.map((item) => [item.id, item] as const));
    for (const item of items) byId.set(item.id, item);
    return [...byId.values()];
  };
  const unplaced = devicesToFind(input);
  const items = await find(input.items, unplaced.serials, []);
  // Stryker disable next-line ConditionalExpression: what was found only places more of them; it spares the looking
  if (unplaced.agentIds.length === 0) return items;
  // Stryker disable next-line ConditionalExpression: of the same items the same comes; it spares the looking
  const unseen = items === input.items ? unplaced : devicesToFind({ ...input, items });
  return find(items, [], unseen.agentIds);
}

/** No item at all is what an empty database looks like, and what a user sees who may query none: everything would be created again. */
async function proveEmptiness(
  markField: string,
  directory: ItemDirectory,
  signal: AbortSignal,
): Promise<void> {
  if (await asking('Autotask', signal, () => directory.mayQuery(signal))) return;
  throw new RunHalted(
    haltWith(
      'held',
      'blind',
      `This API user may not query configuration items, and Autotask answers such a user with an empty list: whether an item is there, and bears the mark ${JSON.stringify(markField)}, cannot be told. Give its security level access to them. Nothing was written.`,
    ),
  );
}

function notesOf(
  plan: Plan,
  seen: WorldView,
  { settings, addigyReaches }: Pick<RunRequest, 'settings' | 'addigyReaches'>,
): string[] {
  const warning = twoWriters(seen.policies, { addigyReaches, engine: 'direct', policy: settings.policy });
  return [
    ...(warning === null ? [] : [warning]),
    ...(seen.view.complete ? [] : [seen.view.doubt || 'Addigy was not read completely.']),
    ...missingReferences(seen.products, settings.products, 'product'),
    ...missingReferences(seen.categories, settings.categories, 'category'),
    ...missingReferences(seen.types, settings.types, 'type'),
    ...plan.notes,
  ];
}
