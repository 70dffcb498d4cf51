import type { RequirementVerdict } from './permission-report.ts';

/** What a requirement's findings mean, and what was seen. */
export interface Judgement {
  readonly verdict: RequirementVerdict;
  readonly evidence: string;
}

export const confirmed = (evidence: string): Judgement => ({ verdict: 'confirmed', evidence });
export const denied = (evidence: string): Judgement => ({ verdict: 'denied', evidence });
export const open = (evidence: string): Judgement => ({ verdict: 'inconclusive', evidence });
