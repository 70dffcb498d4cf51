/** What a validation found: one line for each requirement, with what was seen and what to do. Plain JSON. */
import type { Purpose } from '#connections/connection';
import type { RequirementId } from './requirements.ts';

/**
 * - `confirmed`    seen to hold
 * - `denied`       seen not to hold: the fix says which box to tick where
 * - `inconclusive` nothing seen that would show either; never a pass, and never a refusal
 */
export const requirementVerdicts = ['confirmed', 'denied', 'inconclusive'] as const;
export type RequirementVerdict = (typeof requirementVerdicts)[number];

export interface ReportLine {
  readonly id: RequirementId;
  /** In Autotask's words, such as "View Unprotected Data". */
  readonly title: string;
  readonly verdict: RequirementVerdict;
  /** One sentence: what was asked, and what came. Nothing secret. */
  readonly evidence: string;
  /** What to do in Autotask (or Addigy), in its own words; '' where it is confirmed. */
  readonly fix: string;
}

/** Something that the security level, or a box, allows and the job does not need. */
export interface ExcessRight {
  /** An Autotask entity, or "Protected Data Permission". */
  readonly what: string;
  /** Such as `create`, `update`, `delete`, or "View Protected Data". */
  readonly may: readonly string[];
}

export interface PermissionReport {
  readonly purpose: Purpose;
  /** Epoch milliseconds. */
  readonly at: number;
  /** In the order of `requirements`. */
  readonly lines: readonly ReportLine[];
  readonly excess: readonly ExcessRight[];
  /** Sentences about the whole, such as what could not be asked. */
  readonly notes: readonly string[];
  /** Requests sent for it. */
  readonly calls: { readonly autotask: number; readonly addigy: number };
}

export const deniedIn = (report: PermissionReport): readonly ReportLine[] =>
  report.lines.filter((line) => line.verdict === 'denied');
