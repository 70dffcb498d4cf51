/** The verb *test*: one login, the probes, and what they mean. */

import type { ApiUserCredentials, ConnectionSettings } from '#connections/connection';
import { isPortError, type PortError } from '#sync/ports';
import type { Access, AutotaskZone, OpenAccess } from './access.ts';
import { excessIn } from './excess.ts';
import { type Findings, seenIn } from './findings.ts';
import { deniedIn, type PermissionReport, type ReportLine } from './permission-report.ts';
import { probeAccess } from './probe-access.ts';
import { type RequirementId, requirementsOf } from './requirements.ts';
import { type AutotaskRequirementId, judgements } from './verdicts.ts';

export type Tested =
  /** Nothing that is needed is denied. */
  | {
      readonly kind: 'passed';
      readonly report: PermissionReport;
      readonly zone: AutotaskZone;
      readonly canaryItemId: number | null;
    }
  | {
      readonly kind: 'denied';
      readonly report: PermissionReport;
      readonly zone: AutotaskZone;
      readonly canaryItemId: number | null;
    }
  /** The login was refused. `locked`: Autotask says that the user is locked. */
  | {
      readonly kind: 'login-refused';
      readonly locked: boolean;
      readonly report: PermissionReport;
      readonly detail: string;
    }
  /** Autotask could not be asked: nothing is known, and nothing has changed. */
  | { readonly kind: 'unavailable'; readonly detail: string };

export interface TestWorld {
  readonly openAccess: OpenAccess;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** A word that nobody guesses. */
  readonly token: () => string;
}

/**
 * `before`: what an earlier test left. Of a report on the same credentials, what it confirmed and a test without a canary cannot
 * show (a sync proved it) stays confirmed.
 */
export async function testApiUser(
  credentials: ApiUserCredentials,
  settings: ConnectionSettings,
  before: { readonly report: PermissionReport | null; readonly canaryItemId: number | null },
  world: TestWorld,
  signal: AbortSignal,
): Promise<Tested> {
  let access: Access | null = null;
  const calls = () => ({ autotask: access?.calls() ?? 2, addigy: 0 });
  const report = (lines: readonly ReportLine[], found: Findings | null): PermissionReport => ({
    purpose: 'device-sync',
    at: world.now(),
    lines,
    excess: found === null ? [] : excessIn(found, settings.engine),
    notes: found?.entities.get('Resources')?.offers.create === true ? [apiCanCreate] : [],
    calls: calls(),
  });
  try {
    access = await world.openAccess(credentials, signal);
    const { markField } = settings.sync;
    const found = await probeAccess(
      access,
      {
        markField,
        writes: settings.engine === 'direct',
        canary: settings.validation.canary,
        canaryItemId: before.canaryItemId,
        word: world.token(),
      },
      signal,
    );
    const judged = report(keepProofs(linesOf(found, settings), before.report), found);
    const kind = deniedIn(judged).length === 0 ? 'passed' : 'denied';
    const canaryItemId = seenIn(found.canary)?.itemId ?? null;
    return { kind, report: judged, zone: access.zone, canaryItemId };
  } catch (error) {
    if (!isPortError(error)) throw error;
    // Autotask's words for a locked or inactive user are not documented: whatever it refuses a login with is a
    // refusal. After the login a refusal is a finding, and does not come here.
    const isRefusal = error.failure === 'unauthorised' || error.failure === 'refused';
    if (!isRefusal) return { kind: 'unavailable', detail: error.message };
    const locked = isLocked(error);
    return {
      kind: 'login-refused',
      locked,
      report: report(linesOfRefusal(settings, error.message), null),
      detail: error.message,
    };
  }
}

/** Documented to be impossible: whoever reads this can do away with a person's step. */
const apiCanCreate =
  'Autotask’s API says that it can create Resources (canCreate), which it could not when this was made: an operator without a person may be possible.';

const isLocked = (error: PortError & { readonly locked?: unknown }): boolean => error.locked === true;

function linesOf(found: Findings, { engine, sync }: ConnectionSettings): ReportLine[] {
  return requirementsOf('device-sync', engine).map(({ id, title, fix }) => {
    const { verdict, evidence } = judgements[id as AutotaskRequirementId](found, sync.markField);
    return { id, title, verdict, evidence, fix: verdict === 'confirmed' ? '' : fix };
  });
}

/** Which of the three values is wrong is not told, so the identifier is neither confirmed nor denied. */
function linesOfRefusal({ engine }: ConnectionSettings, detail: string): ReportLine[] {
  return requirementsOf('device-sync', engine).map(({ id, title, fix }) =>
    id === 'login'
      ? { id, title, verdict: 'denied', evidence: detail, fix }
      : { id, title, verdict: 'inconclusive', evidence: 'Not asked: there was no login.', fix },
  );
}

/** What only a write can show, and a validation without a canary does not try. */
const provedByWriting: ReadonlySet<RequirementId> = new Set([
  'edit-unprotected-data',
  'view-unprotected-data',
]);

function keepProofs(lines: readonly ReportLine[], before: PermissionReport | null): ReportLine[] {
  return lines.map((line) => {
    const known = before?.lines.find((one) => one.id === line.id);
    const stands =
      line.verdict === 'inconclusive' && known?.verdict === 'confirmed' && provedByWriting.has(line.id);
    return stands ? known : line;
  });
}
