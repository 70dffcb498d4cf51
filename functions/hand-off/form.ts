import { type Html, html, Html as Markup } from './html.ts';
import { type HandOffAction, type PageContext, pagePath } from './page-context.ts';

export interface Button {
  readonly words: string;
  /** While the answer is awaited. */
  readonly busy: string;
  readonly weight: 'first' | 'second';
}

/** A form that works without a script: one button, one POST, one page. */
export function actionForm(
  { handOffId }: PageContext,
  action: HandOffAction,
  { words, busy, weight }: Button,
  fields: Html | null = null,
): Html {
  return html`<form method="post" action="${pagePath(handOffId)}/${action}" autocomplete="off" novalidate>
${fields}<button class="${weight}" data-busy="${busy}">${words}</button>
<p class="no-answer" hidden>No answer came. Check your connection, then try again.</p>
</form>`;
}

/** As far as attributes can keep browsers and password managers from storing, correcting or sending what is typed. */
export const unkept = new Markup(
  'autocomplete="off" autocapitalize="none" autocorrect="off" spellcheck="false" translate="no" data-1p-ignore data-lpignore="true" data-bwignore="true" data-form-type="other"',
);

/** A value to be carried elsewhere: read-only, selected and copied with one press where scripts run. */
export function copyField(id: string, label: string, value: string): Html {
  return html`<div class="copy">
<label for="${id}">${label}</label>
<div class="row"><input id="${id}" type="text" readonly value="${value}" ${unkept}><button type="button" class="second" data-copy="${id}" data-what="${label}" aria-label="Copy ${label}" hidden>Copy</button></div>
</div>`;
}
