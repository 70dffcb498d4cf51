import { purposes } from '#connections/connection';
import { labels, pathText, procedureRevised, procedureSources } from './labels.ts';
import { stepsFor } from './procedure.ts';
import type { Entry, Step, ValueName } from './step.ts';

const valueWords: Readonly<Record<ValueName, string>> = {
  'first-name': 'as the page shows it',
  'last-name': 'as the page shows it',
  'local-part': 'ours, from the page',
  secret: 'ours, from the page',
  'mark-field': 'as the page shows it (by default `Addigy Agent ID`)',
};

const returnWords = {
  username: 'the whole username',
  secret: 'the secret, where Autotask made it',
  'tracking-identifier': 'the tracking identifier',
} as const;

const titles = {
  'device-sync': 'For our own sync (purpose `device-sync`)',
  addigy: 'For Addigy’s own integration (purpose `addigy`)',
} as const;

const occasions = {
  always: '',
  once: ' (once, where needed)',
  rotation: ' (rotation only)',
} as const;

/** docs/api-user-procedure.md. */
export function procedureText(): string {
  const sources = procedureSources.map(({ title, url }) => `- [${title}](${url})`);
  return [
    '<!-- Made by `npm run docs` from functions/procedure/procedure.ts. Change it there. -->',
    '# An Autotask API user for use with Addigy, by hand',
    `What the hand-off page tells an administrator to do, step by step; the page adds the values. Labels are Autotask's and Addigy's, last compared on ${procedureRevised}. ${labels.settingsAlso} In older interfaces the menu opens by hovering over the logo, top left.`,
    ...purposes.flatMap((purpose) => [`## ${titles[purpose]}`, ...stepsFor(purpose).map(stepText)]),
    '## Sources',
    sources.join('\n'),
  ]
    .join('\n\n')
    .concat('\n');
}

function stepText(step: Step, index: number): string {
  const { title, occasion, place, actions, enter, returns, why, note, unconfirmed } = step;
  const paragraphs = [
    `### ${index + 1}. ${title}${occasions[occasion]}`,
    ...(place === null
      ? []
      : [
          `${place.app}: **${pathText(place.path)}**${place.older.length === 0 ? '' : `; in older interfaces **${pathText(place.older)}**`}`,
        ]),
    ...actions,
    ...(enter.length === 0 ? [] : [['| field | value |', '| --- | --- |', ...enter.map(row)].join('\n')]),
    ...(returns.length === 0 ? [] : [`Bring back: ${returns.map((one) => returnWords[one]).join(', ')}.`]),
    `*Why:* ${why}${note === '' ? '' : ` ${note}`}`,
    ...(unconfirmed === '' ? [] : [`**UNCONFIRMED:** ${unconfirmed}`]),
  ];
  return paragraphs.join('\n\n');
}

const row = ({ field, value }: Entry): string => `| ${field} | ${valueText(value)} |`;

function valueText(value: Entry['value']): string {
  if ('from' in value) return valueWords[value.from];
  return 'literal' in value ? `**${value.literal}**` : value.pick;
}
