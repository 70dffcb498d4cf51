/**
 * The last run of a connection: look for what is ours, and deactivate it.
 *
 *   Addigy's policies, where it still tells → companies, facts → items → plan → [observe: report] → apply → report
 */
import { carryOut, type ErrandWorld, type Looked, partOf } from './carry-out.ts';
import { mappedCompanyIds } from './company.ts';
import type { Company, ConfigurationItem } from './configuration-item.ts';
import type { Policy } from './device.ts';
import { haltWith, RunHalted } from './halt.ts';
import { type Sight, sightOf } from './ownership.ts';
import { planOffboarding } from './plan-offboarding.ts';
import { asking, checkMarkField, companiesOf } from './read-world.ts';
import type { RunReport } from './report.ts';
import type { RunRequest } from './run.ts';

export type OffboardingRequest = Pick<RunRequest, 'connectionId' | 'settings' | 'apply' | 'planId' | 'only'>;

/** `null`, with the reason in a sentence, where Addigy will not tell however often it is asked. */
export type KnownPolicies =
  | { readonly policies: readonly Policy[] }
  | { readonly policies: null; readonly why: string };

export interface OffboardingWorld extends ErrandWorld {
  /** Rejects with a `PortError` where a later run may learn what this one cannot. */
  readonly policies: (signal: AbortSignal) => Promise<KnownPolicies>;
  /** A collision-resistant hash of a text, as hex. */
  readonly digest: (text: string) => string;
}

/**
 * Ends and stops as `runSync` does. Without Addigy's policies, only the companies that the settings name are
 * known to be the connection's: what bears a mark elsewhere is listed and left alone.
 */
export function runOffboarding(
  request: OffboardingRequest,
  world: OffboardingWorld,
  signal: AbortSignal,
): Promise<RunReport> {
  return carryOut({ ...request, mayWrite: request.apply }, world, () => look(request, world, signal), signal);
}

async function look(
  { connectionId, settings, only }: OffboardingRequest,
  { directory, policies, digest }: OffboardingWorld,
  signal: AbortSignal,
): Promise<Looked> {
  const { markField } = settings;
  const autotask = <Value>(read: () => Promise<Value>) => asking('Autotask', signal, read);
  const known = await asking('Addigy', signal, () => policies(signal));
  checkMarkField(await autotask(() => directory.describe(markField, signal)), markField);
  const companyIds = mappedCompanyIds(known.policies ?? [], settings);
  const companies = await companiesOf(companyIds, () =>
    autotask(() => directory.companies(companyIds, signal)),
  );
  const isBlindSpot = known.policies === null;
  const items =
    companyIds.length === 0 && !isBlindSpot
      ? []
      : await autotask(() =>
          directory.read(
            { companyIds, serials: [], markField, ...(isBlindSpot ? { allMarked: true } : {}) },
            signal,
          ),
        );
  const sight = sightOf(items);
  refuseUnproven(items, sight, markField);
  const plan = planOffboarding({
    connectionId,
    settings,
    items,
    companyIds: new Set(companyIds),
    companies,
    digest,
  });
  const { changes, held } = partOf(plan, only);
  const notes = [
    ...(known.policies === null ? [unknownPolicies(known.why)] : []),
    ...unseenCompanies(companyIds, companies),
    ...plan.notes,
  ];
  return {
    planned: { plan, changes, held, results: null, notes, knowsMissing: false, unanswered: null },
    sight,
  };
}

/** A user without the right gets items without their marks: that nothing is ours must not be concluded from it. */
function refuseUnproven(items: readonly ConfigurationItem[], sight: Sight, markField: string): void {
  if (sight !== 'unproven' || items.length === 0) return;
  throw new RunHalted(
    haltWith(
      'held',
      'blind',
      `None of the ${items.length} configuration items came with a user-defined field, so nothing proves that this API user sees the mark, ${JSON.stringify(markField)}, and that none of them is ours. Give the user View and Edit Unprotected Data (Protected Data Permission); or, if nothing was ever written, offboard the connection with items=keep.`,
    ),
  );
}

const unknownPolicies = (why: string): string =>
  `Addigy's policies are not known: ${why} So only the companies that the settings name (sync.companies, sync.defaultCompanyId) count as this connection's; what Autotask lists as marked elsewhere is held as foreign, and has to be deactivated by hand where it was its own.`;

function unseenCompanies(ids: readonly number[], companies: readonly Company[]): string[] {
  const seen = new Set(companies.map(({ id }) => id));
  const unseen = ids.filter((id) => !seen.has(id));
  if (unseen.length === 0) return [];
  const shown = `${unseen.slice(0, 5).join(', ')}${unseen.length > 5 ? ', …' : ''}`;
  return [
    `This API user sees ${companies.length} of the connection's ${ids.length} companies; not ${shown}. What is ours there may not have been found.`,
  ];
}
