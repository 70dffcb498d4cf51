import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { purposes } from '#connections/connection';
import { requirements } from '#permissions/requirements';
import { labels, pathText, places } from '#procedure/labels';
import { procedure, stepsFor } from '#procedure/procedure';
import { procedureText } from '#procedure/procedure-text';

const idsFor = (purpose: (typeof purposes)[number]) => stepsFor(purpose).map(({ id }) => id);
const everyWord = (purpose: (typeof purposes)[number]) => JSON.stringify(stepsFor(purpose));

describe('the procedure', () => {
  it('is the document: if not, run `npm run docs`', () => {
    const document = readFileSync(new URL('../../docs/api-user-procedure.md', import.meta.url), 'utf8');
    expect(
      document === procedureText(),
      'docs/api-user-procedure.md is not up to date: run `npm run docs`',
    ).toBe(true);
  });

  it.each<[purpose: (typeof purposes)[number], ids: string[]]>([
    [
      'device-sync',
      [
        ...['security-level', 'mark-field', 'new-api-user', 'general', 'credentials', 'tracking-identifier'],
        ...['save', 'protected-data', 'enter-here', 'deactivate-replaced'],
      ],
    ],
    [
      'addigy',
      [
        ...['new-api-user', 'general', 'credentials', 'vendor-identifier', 'save', 'protected-data'],
        ...['paste-into-addigy', 'enter-here', 'map-policies', 'deactivate-replaced'],
      ],
    ],
  ])('has, for %s, these steps in this order', (purpose, ids) => {
    expect(idsFor(purpose)).toEqual(ids);
  });

  it('names a step once', () => {
    const ids = procedure.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it.each<[purpose: (typeof purposes)[number], words: string, isSaid: boolean]>([
    ['device-sync', labels.custom, true],
    ['device-sync', labels.vendor, false],
    ['addigy', labels.vendor, true],
    ['addigy', labels.custom, false],
    ['addigy', 'if it is there', true],
    ['addigy', 'is unconfirmed', true],
    ['addigy', labels.addigyUsername, true],
    ['addigy', labels.addigyKey, true],
    ...purposes.flatMap((purpose) =>
      [labels.stockLevel, labels.viewBox, labels.editBox, 'five minutes', 'keep the domain'].map(
        (words): [typeof purpose, string, boolean] => [purpose, words, true],
      ),
    ),
  ])('says, for %s, %j: %s', (purpose, words, isSaid) => {
    expect(everyWord(purpose).includes(words)).toBe(isSaid);
  });

  it('lends its menus to the fixes', () => {
    const fixes = requirements.map(({ fix }) => fix).join('\n');
    for (const place of Object.values(places)) expect(fixes).toContain(pathText(place.path));
  });
});
