/** What an answer of Autotask means: by its body as much as by its status, since a rejected value is a 500. */
import { redact } from '#http/redact';
import type { HttpAnswer, Verdict } from '#http/transport';
import { AutotaskError, type AutotaskErrorKind, type Purpose } from './errors.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

type Finding =
  | { readonly kind: 'ok'; readonly body: JsonObject }
  | { readonly kind: AutotaskErrorKind; readonly messages: readonly string[] };

const threads = /thread\s*threshold|itgenatr005/iu;
/** The text of the hourly limit is not documented, only that it speaks of a threshold. A field's name may do so too. */
const hourly = /threshold/iu;
const aboutAField = /\bfields?\b|maximum length|\budf\b|user.?defined/iu;
/** Seen as 500 with `errors`, not as 401. */
const badCredentials = /integration\s*code\b.*\binvalid|invalid\b.*\bintegration\s*code/iu;
/**
 * SOAP's words; REST's are UNCONFIRMED. "Locked to" is said of a user that is bound to a vendor, and an account
 * alone is what Autotask used to call a company.
 */
const lockedUser = /\buser(?:\s+account)? (?:has been|is) locked\b(?!\s+to\b)/iu;
const unknownUser = /zone information could not be determined/iu;

export function judgeAnswer(answer: HttpAnswer): Verdict {
  // A page of items is not parsed twice.
  if (isSuccess(answer.status) && !/"errors"/iu.test(answer.text.slice(0, 200))) return 'done';
  const { kind } = classify(answer);
  if (kind === 'throttled') return 'pause';
  return kind === 'server' ? 'retry' : 'done';
}

/** A run's record keeps these words, and must stay small. */
const mostMessages = 5;
const longestMessage = 300;

export interface Call {
  /** For people, e.g. `POST ConfigurationItems/query`. */
  readonly name: string;
  readonly purpose: Purpose;
  readonly secrets: readonly string[];
}

/** The answer's JSON object; anything else throws an `AutotaskError`. */
export function readAnswer(answer: HttpAnswer, call: Call): JsonObject {
  const finding = classify(answer);
  if (finding.kind === 'ok') return finding.body;
  const messages = finding.messages
    .slice(0, mostMessages)
    // A secret that is cut in two would no longer be found, so it is redacted first.
    .map((message) => shorten(withoutAddresses(redact(message, call.secrets))));
  const said = messages.length === 0 ? '' : `: ${messages.join(' ')}`;
  throw new AutotaskError(
    finding.kind,
    redact(`Autotask ${sentences[finding.kind]} (${call.name}, ${answer.status})${said}`, call.secrets),
    {
      status: answer.status,
      messages,
      purpose: call.purpose,
      locked: finding.kind === 'unauthorised' && lockedUser.test(wordsOf(answer, finding.messages)),
    },
  );
}

/**
 * A username looks like an e-mail address, and may be written in another case than ours. Looked for from the
 * beginning of each word alone: from each letter, a word of 100,000 letters takes ten seconds.
 */
const withoutAddresses = (message: string): string =>
  message.replace(/(?<![^\s@"'<>()])[^\s@"'<>()]+@[^\s@"'<>()]+\.[^\s@"'<>()]+/gu, '[redacted]');

function shorten(message: string): string {
  if (message.length <= longestMessage) return message;
  return `${message.slice(0, longestMessage - 1).replace(/[\ud800-\udbff]$/u, '')}…`;
}

const sentences: Readonly<Record<AutotaskErrorKind, string>> = {
  unauthorised: 'did not accept the credentials',
  'unknown-user': 'knows no such username',
  'untrusted-zone': 'named a zone that is not its own',
  validation: 'refused the request',
  forbidden: 'forbids this to the API user',
  'not-found': 'found nothing at this address',
  'method-not-allowed': 'does not offer this',
  throttled: 'is busy: too many calls at once',
  allowance: 'allows no more calls in this hour',
  server: 'failed',
  maintenance: 'answered without JSON, as in maintenance',
  'no-answer': 'gave no answer',
  unreadable: 'gave an answer that it does not document',
  stopped: 'was not waited for',
};

function classify(answer: HttpAnswer): Finding {
  const { status } = answer;
  const json = parse(answer.text);
  const messages = messagesOf(json);
  if (isSuccess(status) && messages.length === 0) {
    if (json === undefined) return { kind: 'maintenance', messages };
    return isObject(json) ? { kind: 'ok', body: json } : { kind: 'unreadable', messages };
  }
  if (status === 401) return { kind: 'unauthorised', messages };
  const words = wordsOf(answer, messages);
  if (threads.test(words)) return { kind: 'throttled', messages };
  if (hourly.test(words) && !aboutAField.test(words)) return { kind: 'allowance', messages };
  if (status === 429) return { kind: 'throttled', messages };
  if (unknownUser.test(words)) return { kind: 'unknown-user', messages };
  if (badCredentials.test(words) || lockedUser.test(words)) return { kind: 'unauthorised', messages };
  return { kind: kindOfStatus(status, messages.length > 0), messages };
}

/** No client documents the shape of a 429 or of a 401 with a body: its words may stand in plain text. */
function wordsOf({ status, text }: HttpAnswer, messages: readonly string[]): string {
  if (messages.length > 0) return messages.join(' ');
  return status === 429 || status === 401 ? text.slice(0, 1000) : '';
}

function kindOfStatus(status: number, explained: boolean): AutotaskErrorKind {
  if (status === 403) return 'forbidden';
  if (status === 404) return 'not-found';
  if (status === 405) return 'method-not-allowed';
  if (explained) return 'validation';
  if (status >= 500 || status === 408) return 'server';
  // Redirects are not followed; a redirect to a page about maintenance is one.
  return status < 400 ? 'maintenance' : 'validation';
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

/** `errors` holds texts; objects with `message` and `field` are reported too. ASP.NET's own errors have `Message`. */
function messagesOf(json: unknown): string[] {
  if (!isObject(json)) return [];
  if (Array.isArray(json.errors)) return json.errors.flatMap(messageOf);
  return typeof json.Message === 'string' ? [json.Message] : [];
}

function messageOf(error: unknown): string[] {
  if (typeof error === 'string') return error.trim() === '' ? [] : [error.trim()];
  if (!isObject(error) || typeof error.message !== 'string') return [];
  return [typeof error.field === 'string' ? `${error.message} (field: ${error.field})` : error.message];
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Undefined where it is not JSON: the content type is not asked, since maintenance pages come with a 200. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
