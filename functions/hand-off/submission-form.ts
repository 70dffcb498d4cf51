import type { HandOffAnswer, HandOffView, SubmissionField } from '#onboarding/hand-off';
import { labels } from '#procedure/labels';
import { actionForm, unkept } from './form.ts';
import { clipped, type Html, html } from './html.ts';
import type { PageContext } from './page-context.ts';

export type FieldErrors = Extract<HandOffAnswer, { kind: 'invalid' }>['errors'];

const fields: ReadonlyArray<{
  readonly name: SubmissionField;
  readonly label: string;
  readonly hint: string;
}> = [
  {
    name: 'username',
    label: labels.username,
    hint: 'The whole of it, with the @ and the domain, as Autotask shows it.',
  },
  { name: 'secret', label: labels.password, hint: 'Leave it blank if you used the one that was shown here.' },
  {
    name: 'trackingIdentifier',
    label: labels.trackingIdentifier,
    hint: `What Autotask showed when you chose ${labels.custom}.`,
  },
];

const fieldsFor = (view: HandOffView) =>
  fields.filter(({ name }) => name !== 'trackingIdentifier' || view.purpose === 'device-sync');

const idOf = (name: SubmissionField): string => `field-${name}`;

export function submissionForm(view: HandOffView, errors: FieldErrors, context: PageContext): Html {
  const isTest = view.purpose === 'device-sync';
  const button = {
    words: isTest ? 'Verify' : 'Save',
    busy: isTest ? 'Testing in Autotask; this can take half a minute…' : 'Saving…',
    weight: 'first',
  } as const;
  return actionForm(
    context,
    'verify',
    button,
    html`${fieldsFor(view).map(({ name, label, hint }) => {
      const wrong = errors.filter((error) => error.field === name);
      const id = idOf(name);
      const described = wrong.length === 0 ? `${id}-hint` : `${id}-error ${id}-hint`;
      const typed = name === 'secret' ? '' : (context.typed?.[name] ?? '');
      return html`<div class="field">
<label for="${id}">${label}${name === 'secret' ? html` <span class="fine">(optional)</span>` : null}</label>
<p class="fine" id="${id}-hint">${hint}</p>
${wrong.length === 0 ? null : html`<p class="error" id="${id}-error">${wrong.map(({ message }) => html`<span>${message}</span> `)}</p>`}
<input id="${id}" name="${name}" type="text" value="${clipped(typed, 300)}" maxlength="300" aria-describedby="${described}"${wrong.length === 0 ? null : html` aria-invalid="true"`}${name === 'secret' ? null : html` aria-required="true"`} ${unkept}>
</div>
`;
    })}`,
  );
}

/** What is wrong, at the top of the page, each a way to its field. */
export function errorSummary(view: HandOffView, errors: FieldErrors, { pressed }: PageContext): Html | null {
  if (errors.length === 0) return null;
  const labelOf = (name: SubmissionField) =>
    fieldsFor(view).find((field) => field.name === name)?.label ?? name;
  return html`<section class="status refused">
<h2 tabindex="-1"${pressed ? html` autofocus` : null}>Nothing was sent to Autotask yet</h2>
<ul>
${errors.map(({ field, message }) => html`<li><a href="#${idOf(field)}">${labelOf(field)}</a>: ${message}</li>\n`)}
</ul>
</section>`;
}
