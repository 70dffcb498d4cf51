import type { CanaryFindings, Findings } from './findings.ts';
import type { RequirementVerdict } from './permission-report.ts';

/** What a requirement's findings mean, and what was seen. */
export interface Judgement {
  readonly verdict: RequirementVerdict;
  readonly evidence: string;
}

export const confirmed = (evidence: string): Judgement => ({ verdict: 'confirmed', evidence });
export const denied = (evidence: string): Judgement => ({ verdict: 'denied', evidence });
export const open = (evidence: string): Judgement => ({ verdict: 'inconclusive', evidence });

export const canaryOf = (found: Findings): CanaryFindings | null =>
  found.canary.kind === 'seen' ? found.canary.value : null;
