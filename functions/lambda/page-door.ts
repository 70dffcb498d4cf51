/** A door that answers with pages: API Gateway has matched the route already, payload format 2.0. */
import { randomBytes } from 'node:crypto';
import { type Notice, renderNotice } from '#hand-off/notice';
import { type ApiDoor, type ApiEvent, type ApiResult, apiDoor } from './api-door.ts';
import { logFault } from './logger.ts';
import { pageHeaders } from './page-headers.ts';
import { readForm } from './read-form.ts';

export interface PageCall {
  /** Not checked yet. */
  readonly path: Readonly<Record<string, string | undefined>>;
  /** Each as `name=value`. */
  readonly cookies: readonly string[];
  /** The body's fields: these names and no others; one that did not come is ''. Throws a `PageRefusal`. */
  readonly form: <Name extends string>(...names: readonly Name[]) => Readonly<Record<Name, string>>;
  /** For the page's own style and script, in this answer alone. */
  readonly nonce: string;
  /** Fires while there is still time to tidy up and to answer. */
  readonly signal: AbortSignal;
}

export type PageAnswer =
  | { readonly status: number; readonly page: string }
  | { readonly location: string; readonly cookie: string | null };

export type PageRoute = (call: PageCall) => Promise<PageAnswer>;
/** By API Gateway's route key. */
export type PageRoutes = Readonly<Record<string, PageRoute>>;

/** Ends a request with a page that says why. */
export class PageRefusal extends Error {
  override readonly name = 'PageRefusal';
  readonly status: number;
  readonly notice: Notice;

  constructor(status: number, notice: Notice) {
    super(notice);
    this.status = status;
    this.notice = notice;
  }
}

export function pageDoor(routes: PageRoutes): ApiDoor {
  return apiDoor<PageRoute>({
    routes,
    answer: async (route, event, signal) => {
      if (isFromElsewhere(event)) throw new PageRefusal(403, 'cross-site');
      if (route === undefined) throw new PageRefusal(404, 'unknown');
      const nonce = newNonce();
      const call: PageCall = {
        path: event.pathParameters ?? {},
        cookies: event.cookies ?? [],
        form: (...names) => formOf(event, names),
        nonce,
        signal,
      };
      return answerOf(await route(call), nonce);
    },
    answerFault: (error, { requestContext: { requestId } }) => {
      if (error instanceof PageRefusal) return noticeAnswer(error.status, error.notice);
      logFault('a page failed', error, requestId);
      return noticeAnswer(500, 'fault', requestId);
    },
    answerTooSlow: () => noticeAnswer(503, 'too-slow'),
  });
}

/** Beside the cookie's SameSite: every browser of today says where a request comes from. */
function isFromElsewhere({ headers, requestContext }: ApiEvent): boolean {
  const site = headers['sec-fetch-site'];
  return requestContext.http.method === 'POST' && site !== undefined && site !== 'same-origin';
}

function formOf<Name extends string>(
  event: ApiEvent,
  names: readonly Name[],
): Readonly<Record<Name, string>> {
  const fields = readForm({ ...event, contentType: event.headers['content-type'] }, names);
  if (fields === null) throw new PageRefusal(400, 'unreadable');
  return fields;
}

const newNonce = (): string => randomBytes(18).toString('base64');

const contentType = 'text/html; charset=utf-8';

function answerOf(answer: PageAnswer, nonce: string): ApiResult {
  const headers = pageHeaders(nonce);
  if ('page' in answer) {
    const { status, page } = answer;
    return { statusCode: status, headers: { ...headers, 'content-type': contentType }, body: page };
  }
  const { location, cookie } = answer;
  const cookies = cookie === null ? {} : { cookies: [cookie] };
  return { statusCode: 303, headers: { ...headers, location }, ...cookies };
}

function noticeAnswer(status: number, notice: Notice, requestId?: string): ApiResult {
  const nonce = newNonce();
  return answerOf({ status, page: renderNotice(notice, nonce, requestId) }, nonce);
}
