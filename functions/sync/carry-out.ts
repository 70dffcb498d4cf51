/** From a plan that was made to a report of what became of it, whatever the plan is for. */
import { type ApplyResult, applyChanges } from './apply.ts';
import type { Plan } from './change.ts';
import { type Halt, haltWith, RunHalted } from './halt.ts';
import type { Sight } from './ownership.ts';
import type { ItemDirectory } from './ports.ts';
import type { RunReport } from './report.ts';
import { type Planned, reportOf } from './run-report.ts';
import type { SyncSettings } from './settings.ts';
import { type Withheld, withhold } from './withhold.ts';

export interface Looked {
  readonly planned: Planned;
  readonly sight: Sight;
}

export interface Errand {
  readonly settings: Pick<SyncSettings, 'policy' | 'markField'>;
  readonly mayWrite: boolean;
  /** The plan that was reviewed: where the plan is another by now, nothing is written. Null: whatever it is. */
  readonly planId: string | null;
  /** For a later leg of a reviewed plan, whose id is another by then: the keys of the changes to apply, and no others. */
  readonly only: ReadonlySet<string> | null;
}

export interface ErrandWorld {
  readonly directory: ItemDirectory;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** After each change that is over. */
  readonly progress: (done: number, total: number) => void;
  /** Once, with every change pending: the plan may be written, and nothing of it is yet. Where it rejects, nothing will be. */
  readonly planned: (report: RunReport) => Promise<void>;
  /** Requests sent to Addigy so far. */
  readonly addigyCalls: () => number;
}

/** `look` reads and plans; it may reject with `RunHalted`. */
export async function carryOut(
  errand: Errand,
  world: ErrandWorld,
  look: () => Promise<Looked>,
  signal: AbortSignal,
): Promise<RunReport> {
  const { directory, addigyCalls, now } = world;
  const { settings, mayWrite } = errand;
  const began = now();
  const before = { addigy: addigyCalls(), autotask: directory.calls() };
  const report = (halt: Halt | null, planned: Planned | null): RunReport =>
    reportOf({
      halt,
      policy: settings.policy,
      mayWrite,
      planned,
      calls: { addigy: addigyCalls() - before.addigy, autotask: directory.calls() - before.autotask },
      ms: Math.max(0, now() - began),
    });

  let looked: Looked;
  try {
    looked = await look();
  } catch (error) {
    if (error instanceof RunHalted) return report(error.halt, null);
    throw error;
  }
  const { planned, sight } = looked;
  const halt = whyNotAtAll(errand, planned.plan, sight);
  if (halt !== null || !mayWrite) return report(halt, planned);
  await world.planned(report(null, planned));
  const { results, halt: stop }: ApplyResult = await applyChanges(
    planned.changes,
    { directory, markField: settings.markField, sight, progress: world.progress, now },
    signal,
  );
  return report(stop, { ...planned, results });
}

/** The changes that were asked for, and the others as held. */
export function partOf(plan: Plan, only: ReadonlySet<string> | null): Withheld {
  if (only === null) return { changes: plan.changes, held: [] };
  return withhold(plan.changes, 'plan-changed', ({ key }) =>
    only.has(key) ? null : 'It is not one of the changes that were reviewed: it waits for the next plan.',
  );
}

/** Why nothing at all is written, although there is a plan; null where nothing stands against it. */
function whyNotAtAll({ planId, only, settings }: Errand, plan: Planned['plan'], sight: Sight): Halt | null {
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
