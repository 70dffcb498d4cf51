import type { CredentialsDraft } from '#onboarding/api-user-vault';
import type { HandOffView } from '#onboarding/hand-off';
import { labels } from '#procedure/labels';
import { actionForm, copyField } from './form.ts';
import { type Html, html } from './html.ts';
import type { PageContext } from './page-context.ts';

/** The values themselves stand in the answer to one press of a button, and in no other page. */
export function mintedValues(view: HandOffView, minted: CredentialsDraft | null, context: PageContext): Html {
  if (minted !== null) {
    return html`<div class="values">
<h4 id="values" tabindex="-1"${context.pressed ? html` autofocus` : null}>Your values, shown this once</h4>
${copyField('minted-local-part', `${labels.username}, before the @`, minted.localPart)}
${copyField('minted-secret', labels.password, minted.secret)}
<p class="fine">Keep this page open until they stand in ${view.purpose === 'addigy' ? 'Autotask and in Addigy' : 'Autotask'}. When it is loaded again they are gone.</p>
</div>`;
  }
  if (!view.shown) {
    const button = { words: 'Show username and secret', busy: 'Getting them…', weight: 'second' } as const;
    return html`<div class="values" id="values">
<p>A username and a secret are ready for this user. They are shown once: press this when you are at this step.</p>
${actionForm(context, 'show', button)}
</div>`;
  }
  const button = { words: 'Make new values', busy: 'Making new ones…', weight: 'second' } as const;
  return html`<div class="values" id="values">
<p>The values were shown before. Lost them, or was it not you? Make new ones: those before are then void here.</p>
${actionForm(context, 'mint', button)}
</div>`;
}
