/** What an answer of Addigy's is: JSON, an error in Addigy's words, or a page of something that stands before it. */
import { redact } from '#http/redact';
import type { HttpAnswer } from '#http/transport';
import { AddigyError } from './addigy-error.ts';
import { isRecord } from './read-fact.ts';

export function isOutage(status: number): boolean {
  return status >= 500 || status === 408;
}

/** Undefined where it is not JSON. */
export function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Of a status that the path does not have for what went well. */
export function unexpected(path: string, answer: HttpAnswer, apiKey: string): AddigyError {
  const { status } = answer;
  const failure = isOutage(status) ? 'unavailable' : status >= 400 ? 'refused' : 'unreadable';
  return new AddigyError(failure, `Addigy answered ${status} to ${path}${words(answer, apiKey)}.`, {
    status,
  });
}

/** A page of HTML with a 200 is a gateway's or a maintenance page. */
export function notJson(path: string, answer: HttpAnswer): AddigyError {
  const { status } = answer;
  const isPage = answer.text.trimStart().startsWith('<');
  return isPage
    ? new AddigyError('unavailable', `Addigy answered ${path} with a web page: it may be in maintenance.`, {
        status,
      })
    : new AddigyError('unreadable', `Addigy answered ${path} with something that is not JSON.`, { status });
}

/** What an error's body `{code, message, error_chain}` says, as the end of a sentence; '' where it says nothing. */
export function words(answer: HttpAnswer, apiKey: string): string {
  const body = parse(answer.text);
  if (!isRecord(body)) return '';
  const said = [...new Set([body.message, body.error_chain].flatMap(texts))].join(': ');
  const safe = withoutUsernames(redact(said, [apiKey]))
    .replace(/\s+/gu, ' ')
    .slice(0, 300)
    .trim();
  return safe === '' ? '' : `: ${safe.replace(/\.+$/u, '')}`;
}

/** Addigy may pass on what Autotask said of the user that it logs in with: a username there is an e-mail address. */
function withoutUsernames(text: string): string {
  return text.replace(/[^\s"'<>(),;:]+@[^\s"'<>(),;:]+/gu, '[redacted]');
}

/** The sentence is cut to its beginning: more texts than this are not looked for. */
const mostTexts = 20;

/**
 * Texts in a value, in their order: the reason of a 500 can be buried in `error_chain`, whose shape is not
 * documented. Walks without recursion: JSON may be nested deeper than the stack.
 */
function texts(root: unknown): string[] {
  const found: string[] = [];
  const left = [root];
  while (left.length > 0 && found.length < mostTexts) {
    const value = left.pop();
    if (typeof value === 'string' && value.trim() !== '') found.push(value.trim());
    if (typeof value !== 'object' || value === null) continue;
    for (const inner of Object.values(value).slice(0, mostTexts).reverse()) left.push(inner);
  }
  return found;
}
