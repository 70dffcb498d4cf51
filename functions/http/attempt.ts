import type { Timing } from './timing.ts';
import type { HttpAnswer, HttpRequest } from './transport.ts';

/** Why one attempt brought no answer. `unsent`: no connection was made, so the vendor saw nothing of it. */
export interface Unanswered {
  readonly why: 'timeout' | 'network' | 'unsent' | 'too-large' | 'stopped';
  readonly detail: string;
}

export type Attempt = { readonly answer: HttpAnswer } | { readonly unanswered: Unanswered };

/** More text than any page of any vendor has; beyond it a Lambda's memory is at stake. */
export const largestAnswerBytes = 64 * 1024 * 1024;

/** Failures of looking up and connecting: they come before the first byte of the request. */
const beforeTheFirstByte: ReadonlySet<string | null> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** One request, one answer, with one limit of time for headers and body together. Never rejects. */
export async function attempt(request: HttpRequest, timeoutMs: number, timing: Timing): Promise<Attempt> {
  const signal = request.finishes === true ? null : request.signal;
  const controller = new AbortController();
  let timedOut = false;
  const cancel = timing.after(timeoutMs, () => {
    timedOut = true;
    controller.abort();
  });
  const stop = () => controller.abort();
  signal?.addEventListener('abort', stop);
  if (signal?.aborted) stop();
  try {
    const response = await fetch(request.url, {
      method: request.method,
      headers: headersOf(request),
      // Credentials stand in the headers: they must not follow a redirect to another host.
      redirect: 'manual',
      signal: controller.signal,
      // Of no body it makes none.
      body: JSON.stringify(request.body),
    });
    const text = await readText(response, largestAnswerBytes);
    if (text === null) {
      controller.abort();
      return {
        unanswered: { why: 'too-large', detail: `an answer of more than ${largestAnswerBytes} bytes` },
      };
    }
    return { answer: { status: response.status, headers: response.headers, text } };
  } catch (error) {
    if (signal?.aborted) return { unanswered: { why: 'stopped', detail: 'stopped before an answer came' } };
    if (timedOut) return { unanswered: { why: 'timeout', detail: `no answer within ${timeoutMs} ms` } };
    const code = codeOf(error);
    return {
      unanswered: {
        why: beforeTheFirstByte.has(code) ? 'unsent' : 'network',
        detail: code ?? messageOf(error),
      },
    };
  } finally {
    cancel();
    signal?.removeEventListener('abort', stop);
  }
}

function headersOf(request: HttpRequest): Headers {
  const headers = new Headers(request.headers);
  if (request.body !== undefined && !headers.has('content-type')) {
    headers.set('content-type', 'application/json');
  }
  if (!headers.has('accept')) headers.set('accept', 'application/json');
  return headers;
}

/** Null where there is more than `limit` bytes. Read in pieces, so that the limit holds before the memory is used. */
export async function readText(response: Response, limit: number): Promise<string | null> {
  if (response.body === null) return '';
  const decoder = new TextDecoder();
  const pieces: string[] = [];
  let bytes = 0;
  for await (const piece of response.body) {
    bytes += piece.byteLength;
    if (bytes > limit) return null;
    pieces.push(decoder.decode(piece, { stream: true }));
  }
  pieces.push(decoder.decode());
  return pieces.join('');
}

/** fetch says only "fetch failed"; the reason is its cause's code. */
function codeOf(error: unknown): string | null {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'string') return at.code;
  }
  return null;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
