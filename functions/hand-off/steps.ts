import type { HandOffView } from '#onboarding/hand-off';
import { labels, type Place } from '#procedure/labels';
import type { Entry, Step, ValueName } from '#procedure/step';
import { autotaskLink } from './autotask-link.ts';
import { copyField } from './form.ts';
import { type Html, html } from './html.ts';

/** What belongs into a step beside its text, by the step's id. */
export type StepExtras = Readonly<Record<string, Html | null>>;

export const stepList = (steps: readonly Step[], view: HandOffView, extras: StepExtras): Html =>
  html`<ol class="steps">
${steps.map((step) => oneStep(step, view, extras[step.id] ?? null))}
</ol>`;

function oneStep(step: Step, view: HandOffView, extra: Html | null): Html {
  const { id, title, place, actions, enter, why, note, unconfirmed } = step;
  return html`<li class="step" id="step-${id}">
<h3>${title}</h3>
${place === null ? null : menu(place, view)}
${actions.map((action) => html`<p>${action}</p>`)}
${unconfirmed === '' ? null : html`<p class="open"><strong>Unconfirmed.</strong> ${unconfirmed}</p>`}
${entries(id, enter, view)}
${extra}
<p class="fine">${why}${note === '' ? null : html` ${note}`}</p>
</li>
`;
}

function menu({ app, path, older }: Place, view: HandOffView): Html {
  const trail = (parts: readonly string[]): Html =>
    html`${parts.map((part, n) => html`${n === 0 ? null : html`<span class="off"> then </span><span class="arrow" aria-hidden="true">›</span> `}<b>${part}</b> `)}`;
  const name = app === 'Autotask' ? autotaskLink(view.webUrl, app) : html`${app}`;
  return html`<p class="menu">In ${name}: ${trail(path)}</p>
${older.length === 0 ? null : html`<details class="older"><summary>It looks different here</summary><p class="menu">Older menus (hover over the logo, top left): ${trail(older)}</p><p class="fine">${labels.settingsAlso}</p></details>`}`;
}

/** The minted values have a place of their own: see `minted-values.ts`. */
const minted: readonly ValueName[] = ['local-part', 'secret'];

function entries(stepId: string, enter: readonly Entry[], view: HandOffView): Html | null {
  const known: Partial<Record<ValueName, string>> = {
    'first-name': view.firstName,
    'last-name': view.lastName,
    'mark-field': view.markField,
  };
  const rows = enter.filter(({ value }) => !('from' in value && minted.includes(value.from)));
  if (rows.length === 0) return null;
  return html`<ul class="entries">
${rows.map(({ field, value }) => {
  if ('from' in value)
    return html`<li>${copyField(`${stepId}-${value.from}`, field, known[value.from] ?? '')}</li>`;
  return html`<li><b>${field}</b>: ${'literal' in value ? html`<strong class="set">${value.literal}</strong>` : value.pick}</li>`;
})}
</ul>`;
}
