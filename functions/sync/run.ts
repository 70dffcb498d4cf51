/**
 * One sync of one connection: look, plan, and write what may be written. A run is level-based: it
 * needs no memory of the runs before it, except since when a device has been missing.
 *
 *   read → look elsewhere for what would be created → plan → [observe: report] → apply → report
 */
import { type ApplyResult, applyChanges } from './apply.ts';
import type { Plan } from './change.ts';
import type { ConfigurationItem } from './configuration-item.ts';
import { type Halt, haltWith, RunHalted } from './halt.ts';
import { type Sight, sightOf } from './ownership.ts';
import { devicesToFind, planSync } from './plan.ts';
import type { PlanInput } from './plan-input.ts';
import type { DeviceSource, ItemDirectory } from './ports.ts';
import { missingReferences, productsByFamily, referencesByFamily } from './products.ts';
import { asking, readWorld, type WorldView } from './read-world.ts';
import type { RunReport } from './report.ts';
import { type Planned, reportOf } from './run-report.ts';
import type { SyncSettings } from './settings.ts';
import { type Withheld, withhold } from './withhold.ts';

export interface RunRequest {
  readonly connectionId: string;
  readonly settings: SyncSettings;
  /** Whether to write. The policy `observe` never does. */
  readonly apply: boolean;
  /** The plan that was reviewed: where the plan is another by now, nothing is written. Null: whatever it is. */
  readonly planId: string | null;
  /** For a later leg of a reviewed plan, whose id is another by then: the keys of the changes to apply, and no others. */
  readonly only: ReadonlySet<string> | null;
  /** Item id → since when its device has been missing (epoch milliseconds), as the last report told. */
  readonly missing: ReadonlyMap<number, number>;
}

export interface RunWorld {
  readonly source: DeviceSource;
  readonly directory: ItemDirectory;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** A collision-resistant hash of a text, as hex. */
  readonly digest: (text: string) => string;
  /** After each change that is over. */
  readonly progress: (done: number, total: number) => void;
  /** Once, with every change pending: the plan may be written, and nothing of it is yet. Where it rejects, nothing will be. */
  readonly planned: (report: RunReport) => Promise<void>;
}

/**
 * Whatever a vendor does ends in a report; only a defect of ours rejects, and what `planned` rejects with. When the signal fires, reads
 * are broken off, no further change is started, and the writes under way are waited for: they take as
 * long as the directory's own limits of time allow.
 */
export async function runSync(request: RunRequest, world: RunWorld, signal: AbortSignal): Promise<RunReport> {
  const { source, directory, now } = world;
  const { policy } = request.settings;
  const mayWrite = request.apply && policy !== 'observe';
  const began = now();
  const before = { addigy: source.calls(), autotask: directory.calls() };
  const report = (halt: Halt | null, planned: Planned | null): RunReport =>
    reportOf({
      halt,
      policy,
      mayWrite,
      planned,
      calls: { addigy: source.calls() - before.addigy, autotask: directory.calls() - before.autotask },
      ms: Math.max(0, now() - began),
    });

  let looked: { readonly planned: Planned; readonly sight: Sight };
  try {
    looked = await look(request, world, signal);
  } catch (error) {
    if (error instanceof RunHalted) return report(error.halt, null);
    throw error;
  }
  const { planned, sight } = looked;
  const halt = whyNotAtAll(request, planned.plan, sight);
  if (halt !== null || !mayWrite) return report(halt, planned);
  await world.planned(report(null, planned));
  const { results, halt: stop }: ApplyResult = await applyChanges(
    planned.changes,
    { directory, markField: request.settings.markField, sight, progress: world.progress },
    signal,
  );
  return report(stop, { ...planned, results });
}

async function look(
  request: RunRequest,
  { source, directory, now, digest }: RunWorld,
  signal: AbortSignal,
): Promise<{ readonly planned: Planned; readonly sight: Sight }> {
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
  const { changes, held } = partOf(plan, request.only);
  // What cannot be seen is not known to be missing: the memory of it stays as it is.
  const seesMarks = seen.mapped.length > 0 && (sight === 'seen' || items.length === 0);
  const knowsMissing = view.complete && view.devices.length > 0 && seesMarks;
  const notes = notesOf(plan, seen, settings);
  return { planned: { plan, changes, held, results: null, notes, knowsMissing }, sight };
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
    if (serials.length + agentIds.length === 0) return items;
    const { markField } = input.settings;
    const probe = { serials, agentIds, markField };
    const found = await asking('Autotask', signal, () => directory.find(probe, signal));
    if (found.length === 0) return items;
    const byId = new Map(found.map((item) => [item.id, item] as const));
    for (const item of items) byId.set(item.id, item);
    return [...byId.values()];
  };
  const unplaced = devicesToFind(input);
  const items = await find(input.items, unplaced.serials, []);
  if (unplaced.agentIds.length === 0) return items;
  const unseen = items === input.items ? unplaced : devicesToFind({ ...input, items });
  return find(items, [], unseen.agentIds);
}

/** Why nothing at all is written, although there is a plan; null where nothing stands against it. */
function whyNotAtAll({ planId, only, settings }: RunRequest, plan: Plan, sight: Sight): Halt | null {
  if (sight === 'blind') {
    return haltWith(
      'held',
      'blind',
      `Autotask masks the mark, the user-defined field ${JSON.stringify(settings.markField)}, from this API user, so that nothing tells whose an item is. Give the user View and Edit Unprotected Data (Protected Data Permission), and make sure that the field is not protected. Nothing was written.`,
    );
  }
  if (planId === null || only !== null || planId === plan.id) return null;
  return haltWith(
    'held',
    'plan-changed',
    `The plan that was reviewed is ${planId}, and by now the plan is ${plan.id}. Nothing was written: review the new one.`,
  );
}

/** The changes that were asked for, and the others as held. */
function partOf(plan: Plan, only: ReadonlySet<string> | null): Withheld {
  if (only === null) return { changes: plan.changes, held: [] };
  return withhold(plan.changes, 'plan-changed', ({ key }) =>
    only.has(key) ? null : 'It is not one of the changes that were reviewed: it waits for the next plan.',
  );
}

function notesOf(plan: Plan, seen: WorldView, settings: SyncSettings): string[] {
  return [
    ...(seen.view.complete ? [] : [seen.view.doubt || 'Addigy was not read completely.']),
    ...missingReferences(seen.products, settings.products, 'product'),
    ...missingReferences(seen.categories, settings.categories, 'category'),
    ...missingReferences(seen.types, settings.types, 'type'),
    ...plan.notes,
  ];
}
