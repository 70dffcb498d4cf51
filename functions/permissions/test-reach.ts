/** The verb *test* for a user that only Addigy can log in with: Addigy is asked what it sees of Autotask. */
import { isPortError } from '#sync/ports';
import type { AddigyReach } from './access.ts';
import type { PermissionReport, RequirementVerdict } from './permission-report.ts';
import { requirementsOf } from './requirements.ts';

export type Reached =
  | { readonly kind: 'passed'; readonly report: PermissionReport; readonly companies: number }
  /** `sure` is false where Addigy answered 500, which may be a fault of its own: one such answer alone takes no trust away. */
  | { readonly kind: 'denied'; readonly report: PermissionReport; readonly sure: boolean }
  | { readonly kind: 'unavailable'; readonly detail: string };

/**
 * Which answer Addigy gives where it holds no credentials, or wrong ones, is not documented (400 and 500 are in
 * its specification): every answer but a list of companies is a refusal, in Addigy's words.
 */
export async function testReach(
  reach: AddigyReach,
  now: () => number,
  signal: AbortSignal,
): Promise<Reached> {
  const report = (verdict: RequirementVerdict, evidence: string): PermissionReport => ({
    purpose: 'addigy',
    at: now(),
    lines: requirementsOf('addigy', 'direct').map(({ id, title, fix }) => ({
      id,
      title,
      verdict,
      evidence,
      fix: verdict === 'confirmed' ? '' : fix,
    })),
    excess: [],
    notes: [],
    calls: { autotask: 0, addigy: reach.calls() },
  });
  try {
    const companies = await reach.accounts('', signal);
    if (companies.length === 0) {
      const evidence =
        'Addigy answered with no company at all: Autotask shows empty lists to a user without the right.';
      return { kind: 'denied', report: report('denied', evidence), sure: true };
    }
    const evidence = `Addigy finds ${companies.length} companies in Autotask.`;
    return { kind: 'passed', report: report('confirmed', evidence), companies: companies.length };
  } catch (error) {
    if (!isPortError(error)) throw error;
    const sure = error.failure === 'refused';
    if (!sure && !isServerFault(error)) return { kind: 'unavailable', detail: error.message };
    const evidence = `Addigy could not read Autotask. ${error.message}`;
    return { kind: 'denied', report: report('denied', evidence), sure };
  }
}

/** Addigy did answer, with a 500: that is in its specification for this question. */
const isServerFault = (error: Error & { readonly status?: unknown }): boolean => error.status === 500;
