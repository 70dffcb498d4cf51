/** As the API tells it (RFC 9457), or what API Gateway says in its place. */
export interface ProblemAnswer {
  readonly code?: string;
  readonly title?: string;
  readonly detail?: string;
  readonly [extra: string]: unknown;
}

/** The API answered, and the answer is no. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  /** Method and path, without a query. */
  readonly what: string;
  readonly status: number;
  /** '' where the answer is not one of the API's own problems. */
  readonly code: string;
  readonly problem: ProblemAnswer;
  constructor(what: string, status: number, problem: ProblemAnswer) {
    super(`${what} was answered ${status}: ${problem.detail ?? problem.title ?? 'no reason given'}`);
    this.what = what;
    this.status = status;
    this.code = problem.code ?? '';
    this.problem = problem;
  }
}

/** Something that should have happened by itself did not, in all the time that was given. */
export class SilenceError extends Error {
  override readonly name = 'SilenceError';
}
