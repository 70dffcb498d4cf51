/**
 * The routes of the hand-off page. The token stands in the link alone: opening it moves the token into a cookie
 * that only this hand-off's addresses get, so it is in no address of a page and in no Referer.
 */
import { type HandOffAction, pagePath } from '#hand-off/page-context';
import { renderHandOff } from '#hand-off/render-hand-off';
import type { HandOffAnswer, HandOffDesk, Submission } from '#onboarding/hand-off';
import { type PageAnswer, type PageCall, PageRefusal, type PageRoutes } from './page-door.ts';

const tokenPattern = /^[\w-]{43}$/u;
const idPattern = /^[0-9a-f]{64}$/u;
const cookieName = 'hand-off';
/** A working day. Opening the link again sets it anew; the link's own end is the desk's to know. */
const cookieSeconds = 12 * 60 * 60;

type Typed = Omit<Submission, 'secret'> | null;
type Press = (
  id: string,
  token: string,
  submission: Submission,
  signal: AbortSignal,
) => Promise<HandOffAnswer>;

/** What `verify` takes. No other button sends anything. */
const submissionFields = ['username', 'secret', 'trackingIdentifier'] as const;

const blank: Submission = { username: '', secret: '', trackingIdentifier: '' };

/** `digest`: SHA-256, as hex. Values are shown by a POST alone: what previews a link, or loads it ahead, sees none. */
export function handOffRoutes(desk: HandOffDesk, digest: (text: string) => string): PageRoutes {
  const presses: Readonly<Record<HandOffAction, Press>> = {
    show: (id, token) => desk.show(id, token),
    mint: (id, token) => desk.mint(id, token),
    verify: (id, token, submission, signal) => desk.verify(id, token, submission, signal),
    'verify-again': (id, token, _, signal) => desk.verifyAgain(id, token, signal),
    check: (id, token, _, signal) => desk.check(id, token, signal),
    retire: (id, token, _, signal) => desk.retire(id, token, signal),
  };

  return {
    'GET /hand-offs/open/{token}': async ({ path }) => {
      const token = path.token ?? '';
      if (!tokenPattern.test(token)) throw new PageRefusal(404, 'unknown');
      const location = pagePath(digest(token));
      const cookie = `${cookieName}=${token}; Path=${location}; Max-Age=${cookieSeconds}; HttpOnly; Secure; SameSite=Lax`;
      return { location, cookie };
    },

    'GET /hand-offs/{handOffId}': async (call) => {
      const { id, token } = bearer(call);
      return answerOf(await desk.look(id, token), { id, call, pressed: false, typed: null });
    },

    'POST /hand-offs/{handOffId}/{action}': async (call) => {
      const { id, token } = bearer(call);
      const action = call.path.action ?? '';
      if (!Object.hasOwn(presses, action)) throw new PageRefusal(404, 'unknown');
      const isSubmission = action === 'verify';
      const submission = { ...blank, ...call.form(...(isSubmission ? submissionFields : [])) };
      const answer = await presses[action as HandOffAction](id, token, submission, call.signal);
      const { username, trackingIdentifier } = submission;
      return answerOf(answer, {
        id,
        call,
        pressed: true,
        typed: isSubmission ? { username, trackingIdentifier } : null,
      });
    },

    /** Where a browser without scripts stands after a press: loading that address again leads back to the page. */
    'GET /hand-offs/{handOffId}/{action}': async ({ path }) => ({
      location: pagePath(handOffIdOf(path)),
      cookie: null,
    }),
  };
}

function handOffIdOf(path: PageCall['path']): string {
  const id = path.handOffId ?? '';
  if (!idPattern.test(id)) throw new PageRefusal(404, 'unknown');
  return id;
}

/** The cookie is evidence for the desk, no more: whether it fits the hand-off is for the desk to say. */
function bearer({ path, cookies }: PageCall): { readonly id: string; readonly token: string } {
  const id = handOffIdOf(path);
  const prefix = `${cookieName}=`;
  const tokens = cookies.filter((one) => one.startsWith(prefix)).map((one) => one.slice(prefix.length));
  const token = tokens.find((one) => tokenPattern.test(one));
  if (token === undefined) throw new PageRefusal(401, 'cookie-missing');
  return { id, token };
}

const statuses = {
  view: 200,
  shown: 200,
  invalid: 422,
  unknown: 404,
  expired: 410,
} as const satisfies Record<HandOffAnswer['kind'], number>;

function answerOf(
  answer: HandOffAnswer,
  { id, call, pressed, typed }: { id: string; call: PageCall; pressed: boolean; typed: Typed },
): PageAnswer {
  const context = { nonce: call.nonce, handOffId: id, pressed, typed };
  return { status: statuses[answer.kind], page: renderHandOff(answer, context) };
}
