import { html } from './html.ts';
import { pageFrame } from './page-frame.ts';

/** Why there is no hand-off to show. */
export type Notice =
  | 'unknown'
  | 'expired'
  | 'cookie-missing'
  | 'cross-site'
  | 'unreadable'
  | 'too-slow'
  | 'fault';

const texts: Readonly<
  Record<Notice, { readonly title: string; readonly say: string; readonly next: string }>
> = {
  unknown: {
    title: 'This link leads nowhere',
    say: 'There is no such link, or a newer one has taken its place.',
    next: 'Open the newest link that you were sent, or ask for one from whoever sent you this.',
  },
  expired: {
    title: 'This link has expired',
    say: 'Links to this page open it for a limited time.',
    next: 'Ask for a new one from whoever sent you this. What was finished stays finished.',
  },
  'cookie-missing': {
    title: 'Open your link again',
    say: 'This browser does not hold the key to this page, or holds it no longer.',
    next: 'Open the link that you were sent once more, in this browser, and allow it to set a cookie.',
  },
  'cross-site': {
    title: 'That did not come from this page',
    say: 'Another site sent this request, so nothing was done.',
    next: 'Open the link that you were sent, and press the button there.',
  },
  unreadable: {
    title: 'That could not be read',
    say: 'What was sent is not what this page’s forms send, so nothing was done.',
    next: 'Go back, load the page again, and try once more.',
  },
  'too-slow': {
    title: 'That took too long',
    say: 'No answer came in time. What you entered may have been taken.',
    next: 'Open the link that you were sent again: the page tells how things stand.',
  },
  fault: {
    title: 'Something went wrong here',
    say: 'It is not your doing, and it has been noted.',
    next: 'Try again in a minute. If it stays, pass on the number below.',
  },
};

/** A page that says why, and what to do. `requestId` finds the fault in our log. */
export function renderNotice(notice: Notice, nonce: string, requestId = ''): string {
  const { title, say, next } = texts[notice];
  return pageFrame({
    nonce,
    title,
    state: `notice ${notice}`,
    news: title,
    lookAgain: null,
    body: html`<section class="status todo">
<h1 tabindex="-1" data-outcome>${title}</h1>
<p>${say}</p>
<p>${next}</p>
${requestId === '' ? null : html`<p class="fine">Request <code>${requestId}</code></p>`}
</section>`,
  });
}
