import type { HandOffAnswer, HandOffView } from '#onboarding/hand-off';
import { stepsFor } from '#procedure/procedure';
import { actionForm } from './form.ts';
import { clipped, type Html, html } from './html.ts';
import { mintedValues } from './minted-values.ts';
import { moment } from './moment.ts';
import { renderNotice } from './notice.ts';
import type { PageContext } from './page-context.ts';
import { pageFrame } from './page-frame.ts';
import { permissionReport } from './report.ts';
import { headline, statusPanel } from './status.ts';
import { type StepExtras, stepList } from './steps.ts';
import { errorSummary, submissionForm } from './submission-form.ts';

/** How often a page that waits looks again by itself, where scripts run. Seconds. */
const lookAgainSeconds = 10;

/** The whole page. What was minted stands in it where the answer is `shown`, and in no other. */
export function renderHandOff(answer: HandOffAnswer, context: PageContext): string {
  if (answer.kind === 'unknown' || answer.kind === 'expired') return renderNotice(answer.kind, context.nonce);
  const { view } = answer;
  const { title } = headline(view);
  const errors = answer.kind === 'invalid' ? answer.errors : [];
  const minted = answer.kind === 'shown' ? answer.minted : null;
  const isOutcome = context.pressed && answer.kind === 'view';
  const extras: StepExtras = {
    credentials: mintedValues(view, minted, context),
    'enter-here': submissionForm(view, errors, context),
    'deactivate-replaced': retireForm(view, context),
    'paste-into-addigy': view.submitted ? checkForm(context) : null,
  };
  return pageFrame({
    nonce: context.nonce,
    title: `${title} · ${view.connectionName}`,
    state: stateOf(view),
    news: newsOf(answer, title),
    lookAgain: view.stage === 'verifying' ? lookAgainSeconds : null,
    body: html`${statusPanel(view, isOutcome, context)}
${errorSummary(view, errors, context)}
${lastStep(view, extras)}
${(view.stage === 'refused' || view.stage === 'done') && view.report !== null ? permissionReport(view.report, view.webUrl) : null}
${view.stage === 'done' ? null : procedureOn(answer, view, extras)}
<footer class="fine">This page works until ${moment(view.expiresAt)}, for whoever has its link: pass it on to nobody who should not do this.</footer>`,
  });
}

/** Differs where a page that waits should be swapped. */
const stateOf = (view: HandOffView): string =>
  [view.stage, view.report?.at ?? 0, view.retryAt ?? 0, view.reachedAt ?? 0, view.submitted ? 1 : 0].join(
    ' ',
  );

function newsOf(answer: Exclude<HandOffAnswer, { kind: 'unknown' | 'expired' }>, title: string): string {
  if (answer.kind === 'shown') return 'The values are shown';
  if (answer.kind === 'invalid') return 'Nothing was sent to Autotask yet: see what is wrong';
  return answer.view.detail === '' ? title : `${title}. ${clipped(answer.view.detail, 300)}`;
}

const rotation = 'deactivate-replaced';
const inAddigy = ['paste-into-addigy', 'map-policies'];

/** What is still to be done when the user exists: in Addigy, or with the user that it replaces. */
function lastStep(view: HandOffView, extras: StepExtras): Html | null {
  const { purpose, stage, submitted, replaced } = view;
  const steps = stepsFor(purpose);
  if (stage === 'done' && replaced !== null && replaced.retiredAt === null) {
    return html`<section aria-labelledby="last"><h2 id="last">The last step</h2>
<p>The replaced user is <b>${replaced.firstName} ${replaced.lastName}</b>.</p>
${stepList(
  steps.filter(({ id }) => id === rotation),
  view,
  extras,
)}</section>`;
  }
  if (stage === 'awaiting-administrator' && purpose === 'addigy' && submitted) {
    return html`<section aria-labelledby="last"><h2 id="last">In Addigy</h2>
${stepList(
  steps.filter(({ id }) => inAddigy.includes(id)),
  view,
  extras,
)}</section>`;
  }
  return null;
}

/** The steps in full where they are what is to be done; folded away where they were done once. */
function procedureOn(answer: HandOffAnswer, view: HandOffView, extras: StepExtras): Html {
  const { purpose, stage, submitted } = view;
  const isAhead = stage === 'awaiting-administrator' && !submitted;
  const steps = stepsFor(purpose).filter(({ id, occasion }) =>
    occasion === 'rotation' ? false : isAhead || purpose === 'device-sync' || !inAddigy.includes(id),
  );
  const once = steps.filter(({ occasion }) => occasion === 'once');
  const list = html`${
    once.length === 0
      ? null
      : html`<details class="once"><summary><h3>Only for the first user: ${once.length} things to prepare</h3></summary>
${stepList(once, view, extras)}</details>`
  }
${stepList(
  steps.filter(({ occasion }) => occasion === 'always'),
  view,
  extras,
)}`;
  if (isAhead) return html`<section aria-labelledby="steps"><h2 id="steps">The steps</h2>${list}</section>`;
  // Folded, a field that is wrong, and a value that was just shown, would not be seen.
  const loginFailed = view.report?.lines.some(({ id, verdict }) => id === 'login' && verdict === 'denied');
  const isOpen = answer.kind !== 'view' || (stage === 'refused' && loginFailed);
  return html`<section aria-labelledby="steps"><details${isOpen ? html` open` : null}><summary><h2 id="steps">The steps, to look at or enter again</h2></summary>${list}</details></section>`;
}

const checkForm = (context: PageContext): Html =>
  actionForm(context, 'check', {
    words: 'Ask Addigy whether it works',
    busy: 'Asking Addigy…',
    weight: 'first',
  });

function retireForm(view: HandOffView, context: PageContext): Html | null {
  if (view.replaced === null) return null;
  const busy = 'Asking Autotask…';
  return actionForm(context, 'retire', { words: 'I have deactivated it', busy, weight: 'first' });
}
