/** What the HTTP API answers, typed by the doors that answer it: a field that changes there does not compile here. */
import type { connectionView, runView } from '#lambda/views';
import type { ToldApiUser } from '#onboarding/tell-api-user';
import type { ChangeLine, HeldLine } from '#sync/report';
import type { suggestCompanies } from '#sync/suggest-companies';

export type ConnectionAnswer = ReturnType<typeof connectionView>;

/** `apiUsers` only where the declaration wished for one. */
export type DeclaredAnswer = ConnectionAnswer & { readonly apiUsers?: readonly ToldApiUser[] };

export type RunAnswer = ReturnType<typeof runView>;

export interface RunLinesAnswer {
  readonly changes: readonly ChangeLine[];
  readonly held: readonly HeldLine[];
  readonly notes: readonly string[];
}

export type WholeRun = RunAnswer & RunLinesAnswer;

/** Of `DELETE /connections/{id}`. */
export type OffboardingAnswer =
  | { readonly state: 'offboarding'; readonly runId: string }
  | {
      readonly state: 'offboarded';
      readonly deactivate: ReadonlyArray<{
        readonly purpose: string;
        readonly firstName: string;
        readonly lastName: string;
        readonly says: string;
      }>;
    };

export type SuggestionsAnswer = ReturnType<typeof suggestCompanies> & {
  readonly left: number;
  readonly calls: { readonly autotask: number; readonly addigy: number };
};
