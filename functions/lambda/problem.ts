/** What a caller gets who cannot have what was asked: application/problem+json (RFC 9457). */

const titles = {
  'invalid-request': [400, 'The request is not well formed'],
  'not-allowed': [403, 'The caller may not do this'],
  'not-found': [404, 'There is no such thing'],
  'request-in-progress': [409, 'The same request is being answered'],
  'run-in-progress': [409, 'A run of this connection is going'],
  'offboarding-in-progress': [409, 'The connection is on its way out'],
  'plan-changed': [409, 'The plan is no longer the plan that was reviewed'],
  'policy-observes': [409, 'The policy of this connection is to observe'],
  'credentials-missing': [409, 'The connection has no credentials that work'],
  'not-trusted': [409, 'There is no API user that is trusted'],
  'nothing-to-hand-off': [409, 'Nothing waits for an administrator'],
  'precondition-failed': [412, 'What is there is not what you expect'],
  'precondition-required': [428, 'Say which version you have seen'],
  'payload-too-large': [413, 'The body is too large'],
  'unsupported-media-type': [415, 'The body is not JSON'],
  'idempotency-key-reused': [422, 'This Idempotency-Key was sent with another request'],
  'credentials-refused': [422, 'Autotask refused these credentials'],
  'permission-denied': [422, 'The API user lacks rights that a sync needs'],
  'addigy-key-refused': [422, 'Addigy refused this key'],
  'purpose-not-supported': [422, 'API users of this purpose are not taken yet'],
  internal: [500, 'Something went wrong here'],
  'vendor-unavailable': [503, 'The vendor could not be asked'],
  'temporarily-unavailable': [503, 'Not now'],
} as const satisfies Record<string, readonly [number, string]>;

/** Of what is over by itself: most POSTs are answered in two seconds. */
const retryAfterSeconds: Readonly<Partial<Record<keyof typeof titles, number>>> = {
  'request-in-progress': 2,
};

export type ProblemCode = keyof typeof titles;
export const problemCodes = Object.keys(titles) as readonly ProblemCode[];

export interface FieldError {
  readonly field: string;
  readonly message: string;
}

export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: ProblemCode;
  readonly extras: Readonly<Record<string, unknown>>;

  /** `detail`: one sentence for the caller, without anything secret. */
  constructor(code: ProblemCode, detail: string, extras: Readonly<Record<string, unknown>> = {}) {
    super(detail);
    this.code = code;
    this.extras = extras;
  }

  get status(): number {
    return titles[this.code][0];
  }

  /** Of the answer, beside those that every answer has. */
  get headers(): Readonly<Record<string, string>> {
    const seconds = retryAfterSeconds[this.code];
    return seconds === undefined ? {} : { 'retry-after': String(seconds) };
  }

  toJSON(): Record<string, unknown> {
    const [status, title] = titles[this.code];
    const type = `urn:addigy-autotask:problem:${this.code}`;
    return { type, title, status, code: this.code, detail: this.message, ...this.extras };
  }
}

export function invalid(errors: readonly FieldError[]): Problem {
  const detail = errors.map(({ field, message }) => `${field}: ${message}`).join('; ');
  return new Problem('invalid-request', detail.slice(0, 500), { errors });
}
