import type {
  ExcessRight,
  PermissionReport,
  ReportLine,
  RequirementVerdict,
} from '#permissions/permission-report';
import { autotaskLink, autotaskRoot } from './autotask-link.ts';
import { clipped, type Html, html, nothing } from './html.ts';
import { verdictIcons } from './icons.ts';
import { moment } from './moment.ts';

const words: Readonly<Record<RequirementVerdict, { readonly one: string; readonly group: string }>> = {
  denied: { one: 'Missing', group: 'To fix' },
  inconclusive: { one: 'Not proved', group: 'Not proved either way' },
  confirmed: { one: 'Confirmed', group: 'Confirmed' },
};

/** A vendor's own words may be long. */
const maxText = 600;
/** The stock level allows nearly everything, which is some two hundred entities. */
const maxExcess = 40;

/** What is missing first, each with what to do; what holds last, and folded away while something is missing. */
export function permissionReport(report: PermissionReport, webUrl: string): Html {
  const { lines, excess, notes, at } = report;
  const by = (verdict: RequirementVerdict) => lines.filter((line) => line.verdict === verdict);
  return html`<section class="report" aria-labelledby="report">
<h2 id="report">What the test found</h2>
<p class="fine">Tested ${moment(at)}</p>
${group('denied', by('denied'), true, wayTo(report, webUrl))}
${group('inconclusive', by('inconclusive'), true)}
${group('confirmed', by('confirmed'), by('denied').length === 0)}
${notes.length === 0 ? null : html`<ul class="fine">${notes.slice(0, 10).map((note) => html`<li>${clipped(note, maxText)}</li>`)}</ul>`}
${advice(excess)}
</section>`;
}

function group(
  verdict: RequirementVerdict,
  lines: readonly ReportLine[],
  open: boolean,
  way: Html | null = null,
): Html {
  if (lines.length === 0) return nothing;
  const title = `${words[verdict].group} (${lines.length})`;
  const list = html`<ul class="lines">
${lines.map(
  (line) => html`<li class="line ${verdict}">
<p class="verdict">${verdictIcons[verdict]} <b>${line.title}</b> <span class="badge">${words[verdict].one}</span></p>
${line.fix === '' || verdict === 'confirmed' ? null : html`<p class="fix"><b>${verdict === 'denied' ? 'Do this' : 'If it is missing'}:</b> ${clipped(line.fix, maxText)}</p>`}
<p class="fine">${clipped(line.evidence, maxText)}</p>
</li>
`,
)}
</ul>`;
  if (verdict !== 'confirmed') return html`<h3>${title}</h3>\n${way}${list}`;
  return html`<details${open ? html` open` : null}><summary><h3>${title}</h3></summary>${list}</details>`;
}

function wayTo({ purpose }: PermissionReport, webUrl: string): Html | null {
  if (purpose !== 'device-sync' || autotaskRoot(webUrl) === null) return null;
  return html`<p>${autotaskLink(webUrl, 'Open Autotask')}</p>`;
}

/** Rights that the job does not need: worth knowing, never a reason to refuse. */
function advice(excess: readonly ExcessRight[]): Html | null {
  if (excess.length === 0) return null;
  const groups = new Map<string, string[]>();
  for (const { what, may } of excess.slice(0, maxExcess)) {
    const key = may.join(', ');
    groups.set(key, [...(groups.get(key) ?? []), what]);
  }
  const left = excess.length - maxExcess;
  return html`<details class="advice"><summary><h3>Advice: it may do more than it needs (${excess.length})</h3></summary>
<p>Nothing is wrong with that now. To lessen what a stolen secret could do, give the user a level without these:</p>
<ul>${[...groups].map(([may, what]) => html`<li><b>${may}</b>: ${what.map((one) => clipped(one, 80)).join(', ')}</li>`)}</ul>
${left > 0 ? html`<p>And ${left} more.</p>` : null}
</details>`;
}
