import * as z from 'zod';
import type { Outcome } from './door-process.ts';

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: Buffer;
  /** Why API Gateway answered itself; for the access log. */
  readonly error: string;
}

const answerSchema = z.object({
  statusCode: z.int().min(100).max(599),
  headers: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).nullish(),
  cookies: z.array(z.string()).nullish(),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().nullish(),
});

/** What API Gateway says itself. */
export function ownAnswer(status: number, message: string, error = message): HttpAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify({ message })),
    error,
  };
}

export const internalError = (error: string): HttpAnswer => ownAnswer(500, 'Internal Server Error', error);

/** Response format 2.0: an object with a status code is an answer, any other value is the body of one. */
export function readAnswer(outcome: Outcome): HttpAnswer {
  if (!outcome.ok) return internalError(`${outcome.errorType}: ${outcome.errorMessage}`);
  const value: unknown = JSON.parse(outcome.payload);
  const isAnswer = typeof value === 'object' && value !== null && 'statusCode' in value;
  if (!isAnswer) {
    const body = Buffer.from(typeof value === 'string' ? value : outcome.payload);
    return { status: 200, headers: { 'content-type': 'application/json' }, body, error: '-' };
  }
  const parsed = answerSchema.safeParse(value);
  if (!parsed.success) return internalError('the function answered in no known format');
  const { statusCode, headers, cookies, body, isBase64Encoded } = parsed.data;
  const named = Object.entries(headers ?? {}).map(
    ([name, text]) => [name.toLowerCase(), String(text)] as const,
  );
  return {
    status: statusCode,
    headers: {
      ...(body ? { 'content-type': 'text/plain; charset=utf-8' } : {}),
      ...Object.fromEntries(named),
      ...(cookies ? { 'set-cookie': cookies } : {}),
    },
    body: Buffer.from(body ?? '', isBase64Encoded === true ? 'base64' : 'utf8'),
    error: '-',
  };
}

/** Who signed, as doors and access logs are told. */
export interface IamCaller {
  readonly accessKey: string;
  readonly accountId: string;
  readonly callerId: string;
  readonly cognitoIdentity: null;
  readonly principalOrgId: null;
  readonly userArn: string;
  readonly userId: string;
}

export type Verdict =
  | {
      readonly isAuthorized: true;
      /** What the door is told, under the authorizer's kind. */
      readonly told: { readonly lambda: unknown } | { readonly iam: IamCaller };
    }
  | { readonly isAuthorized: false; readonly answer: HttpAnswer };

const verdictSchema = z.object({
  isAuthorized: z.boolean(),
  context: z.record(z.string(), z.unknown()).optional(),
});

/** What an authorizer with simple responses said. The error `Unauthorized`, by this very word, is a 401. */
export function readVerdict(outcome: Outcome): Verdict {
  if (!outcome.ok) {
    const answer =
      outcome.errorMessage === 'Unauthorized'
        ? ownAnswer(401, 'Unauthorized')
        : internalError(`the authorizer failed: ${outcome.errorType}: ${outcome.errorMessage}`);
    return { isAuthorized: false, answer };
  }
  const parsed = verdictSchema.safeParse(JSON.parse(outcome.payload));
  if (!parsed.success) {
    return { isAuthorized: false, answer: internalError('the authorizer answered in no known format') };
  }
  if (!parsed.data.isAuthorized) return { isAuthorized: false, answer: ownAnswer(403, 'Forbidden') };
  return { isAuthorized: true, told: { lambda: parsed.data.context ?? {} } };
}
