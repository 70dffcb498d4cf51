import { type Html, html, Html as Markup } from './html.ts';
import { pageScript } from './page-script.ts';
import { pageStyle } from './page-style.ts';

export interface Frame {
  /** Random, fresh for each answer; the same as in its Content-Security-Policy. */
  readonly nonce: string;
  readonly title: string;
  /** Names what is shown: the script swaps the page where it differs. */
  readonly state: string;
  /** Said to who cannot see that the page has changed. */
  readonly news: string;
  /** In so many seconds it is worth looking again; null: it is not. */
  readonly lookAgain: number | null;
  readonly body: Html;
}

/** The whole document. Everything is inside it: nothing is fetched, from us or from anybody. */
export function pageFrame(frame: Frame): string {
  const { nonce, title, state, news, lookAgain, body } = frame;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex, nofollow">
<meta name="format-detection" content="telephone=no, email=no, address=no">
<title>${title}</title>
<style nonce="${nonce}">${new Markup(pageStyle)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<p id="news" class="off" role="status" aria-live="polite"></p>
<main id="main" tabindex="-1" data-state="${state}" data-news="${news}"${lookAgain === null ? null : html` data-look-again="${lookAgain}"`}>
${body}
</main>
<script type="module" nonce="${nonce}">${new Markup(pageScript)}</script>
</body>
</html>
`.text;
}
