import type { HandOffView } from '#onboarding/hand-off';
import { deniedIn } from '#permissions/permission-report';
import { actionForm } from './form.ts';
import { clipped, type Html, html } from './html.ts';
import { stageIcons } from './icons.ts';
import { moment } from './moment.ts';
import { type PageContext, pagePath } from './page-context.ts';

export interface Headline {
  readonly title: string;
  readonly say: Html;
}

/** How things stand, and what to do next, in two sentences. */
export function headline(view: HandOffView): Headline {
  const { purpose, stage, submitted, retryAt, report, replaced, reachedAt } = view;
  switch (stage) {
    case 'awaiting-administrator':
      if (purpose === 'addigy' && submitted) {
        return {
          title: 'Now let us ask Addigy',
          say: html`What you entered is kept. When both values stand in Addigy, it can be asked whether they work.`,
        };
      }
      return {
        title: 'Make an API user in Autotask',
        say:
          purpose === 'device-sync'
            ? html`About ten minutes, for an Autotask administrator. Follow the steps, enter what Autotask shows at the end, and press Verify.`
            : html`About ten minutes, for an administrator of Autotask and Addigy. Follow the steps; at the end Addigy itself proves that it works.`,
      };
    case 'verifying':
      if (retryAt === null) {
        return {
          title: 'The API user is being tested',
          say: html`This takes less than a minute. You may leave this page; nothing is lost.`,
        };
      }
      return {
        title: 'Autotask does not accept it yet',
        say: html`A new user can take about five minutes to work. It is tried again by itself at ${moment(retryAt)}: there is nothing to do, unless you mistyped something.`,
      };
    case 'refused': {
      const denied = report === null ? 0 : deniedIn(report).length;
      const things = denied === 1 ? 'One thing' : `${denied} things`;
      return {
        title: denied === 0 ? 'It does not work yet' : `Almost: ${things.toLowerCase()} to fix`,
        say:
          purpose === 'device-sync'
            ? html`Nothing uses this user until the test finds nothing missing. What you entered is kept.`
            : html`Addigy cannot use this user yet. Mend what stands below, then ask Addigy again.`,
      };
    }
    case 'done':
      if (replaced !== null && replaced.retiredAt === null) {
        return {
          title: 'It works. One step is left',
          say: html`The user that it replaces can be deactivated now.`,
        };
      }
      return {
        title: 'All done: the API user works',
        say:
          purpose === 'addigy' && reachedAt !== null
            ? html`Addigy reached Autotask ${moment(reachedAt)}. Link Addigy’s policies to their companies, if they are not yet. You may close this page.`
            : html`Everything that is needed was proved, and the user is in use. You may close this page.`,
      };
  }
}

export function statusPanel(view: HandOffView, isOutcome: boolean, context: PageContext): Html {
  const { title, say } = headline(view);
  const { stage, detail, connectionName } = view;
  return html`<section class="status ${stage}">
<p class="for">For ${connectionName}</p>
<h1 tabindex="-1" data-outcome${isOutcome ? html` autofocus` : null}>${stageIcons[stage]} ${title}</h1>
<p>${say}</p>
${detail === '' ? null : html`<p class="detail">${clipped(detail, 600)}</p>`}
${next(view, context)}
</section>`;
}

/** The one button that matters now, where it is not at the end of the steps. */
function next(view: HandOffView, context: PageContext): Html | null {
  const { stage, purpose } = view;
  if (stage === 'verifying') {
    return html`<p><a class="first" href="${pagePath(context.handOffId)}">Look again</a></p>`;
  }
  if (stage !== 'refused') return null;
  if (purpose === 'addigy') {
    return actionForm(context, 'check', {
      words: 'Ask Addigy again',
      busy: 'Asking Addigy…',
      weight: 'first',
    });
  }
  const busy = 'Testing in Autotask; this can take half a minute…';
  return html`${actionForm(context, 'verify-again', { words: 'I have fixed it: test again', busy, weight: 'first' })}
<p class="fine">Or <a href="#step-enter-here">enter other values</a>.</p>`;
}
