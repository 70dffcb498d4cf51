/** What each finding means, as a table. */
import { describe, expect, it } from 'vitest';
import { type Findings, seen, unasked } from '#permissions/findings';
import { type AutotaskRequirementId, judgements } from '#permissions/verdicts';
import { type Masked, masked } from '#sync/configuration-item';
import {
  canaryOf,
  definition,
  findingsOf,
  itemOf,
  level,
  markField,
  refused,
  silent,
} from './sample-findings.ts';

const none = new Map<string, never>();
const off = unasked('the canary is off');
const valued = (item: ReturnType<typeof itemOf> | null): Findings['valued'] =>
  seen({ field: markField, item });
const value = (text: string | null | Masked) => new Map<string, string | null | Masked>([[markField, text]]);
const absent = { definitions: seen([definition({ name: 'Other' })]), listedFields: seen(['Other']) };
const agent = (agentId: string) => itemOf({ kind: 'agent', agentId });

type Row = [
  what: string,
  id: AutotaskRequirementId,
  found: Partial<Findings>,
  verdict: string,
  evidence?: RegExp,
];

const rows: Row[] = [
  ['a company is shown', 'companies-query', {}, 'confirmed'],
  ['no company at all', 'companies-query', { companies: seen([]) }, 'denied', /always there/u],
  [
    'the level says None',
    'companies-query',
    { companies: seen([]), entities: level('Companies', 'query', 'none') },
    'denied',
    /None/u,
  ],
  ['the query is refused', 'companies-query', { companies: refused() }, 'inconclusive'],
  ['Autotask is down', 'companies-query', { companies: silent }, 'inconclusive'],
  ['a product is shown', 'products-query', {}, 'confirmed'],
  ['no product: none there, or hidden', 'products-query', { products: seen([]) }, 'inconclusive'],
  [
    'no product, and the level says None',
    'products-query',
    { products: seen([]), entities: level('Products', 'query', 'none') },
    'denied',
  ],
  ['the canary was read', 'items-query', { items: seen([]) }, 'confirmed', /canary/u],
  ['no item, and no canary', 'items-query', { items: seen([]), canary: off }, 'inconclusive'],
  [
    'the level says None',
    'items-query',
    { items: seen([]), canary: off, entities: level('ConfigurationItems', 'query', 'none') },
    'denied',
  ],
  ['the canary was made', 'items-create', { canary: canaryOf({ made: true }), entities: none }, 'confirmed'],
  ['the level says All', 'items-create', {}, 'confirmed', /All/u],
  [
    'the level says Restricted',
    'items-create',
    { entities: level('ConfigurationItems', 'create', 'restricted') },
    'inconclusive',
  ],
  [
    'the level says None',
    'items-create',
    { entities: level('ConfigurationItems', 'create', 'none') },
    'denied',
  ],
  ['the level is not told', 'items-create', { entities: none }, 'inconclusive'],
  [
    'the canary’s making is refused, and the level says None',
    'items-create',
    { canary: refused(), entities: level('ConfigurationItems', 'create', 'none') },
    'denied',
    /could not be made/u,
  ],
  [
    'the canary’s making is refused for whatever reason',
    'items-create',
    { canary: refused('a rule') },
    'inconclusive',
    /a rule/u,
  ],
  ['the canary was edited', 'items-update', { entities: none }, 'confirmed', /edited/u],
  [
    'the canary cannot be edited at all',
    'items-update',
    {
      canary: canaryOf({ edit: refused(), markEdit: refused() }),
      entities: level('ConfigurationItems', 'update', 'none'),
    },
    'denied',
  ],
  [
    'the canary cannot be edited, and the level says All: some rule of the database',
    'items-update',
    { canary: canaryOf({ edit: refused(), markEdit: refused() }) },
    'inconclusive',
  ],
  [
    'only its mark cannot be edited',
    'items-update',
    { canary: canaryOf({ edit: seen(true), markEdit: refused() }) },
    'confirmed',
  ],
  [
    'the level is not told, and there is no canary',
    'items-update',
    { entities: none, canary: off },
    'inconclusive',
  ],
  ['definitions are shown', 'field-definitions', {}, 'confirmed', /1 definitions/u],
  ['only names are shown', 'field-definitions', { definitions: seen([]) }, 'confirmed', /metadata/u],
  ['neither is', 'field-definitions', { definitions: seen(null), listedFields: seen(null) }, 'inconclusive'],
  ['it fits', 'mark-field', {}, 'confirmed'],
  [
    'its name differs in case',
    'mark-field',
    { definitions: seen([definition({ name: 'ADDIGY agent id' })]) },
    'confirmed',
  ],
  ['it was made', 'mark-field', { ...absent, defined: seen(true) }, 'confirmed', /was made/u],
  [
    'it is protected',
    'mark-field',
    { definitions: seen([definition({ isProtected: true })]) },
    'denied',
    /protected/u,
  ],
  [
    'it is inactive',
    'mark-field',
    { definitions: seen([definition({ active: false })]) },
    'denied',
    /inactive/u,
  ],
  [
    'it is no text',
    'mark-field',
    { definitions: seen([definition({ text: false })]) },
    'denied',
    /not text/u,
  ],
  ['its type is not told', 'mark-field', { definitions: seen([definition({ text: null })]) }, 'confirmed'],
  [
    'it is absent and cannot be made',
    'mark-field',
    { ...absent, defined: refused('No right.') },
    'denied',
    /No right\./u,
  ],
  ['only named, and written', 'mark-field', { definitions: seen(null) }, 'confirmed', /could be written/u],
  ['only named', 'mark-field', { definitions: seen(null), canary: off }, 'inconclusive'],
  [
    'nobody tells: an empty list proves nothing',
    'mark-field',
    { definitions: seen([]), listedFields: seen(null), canary: off },
    'inconclusive',
  ],
  ['the canary’s mark was read back', 'view-unprotected-data', {}, 'confirmed'],
  [
    'the canary’s mark is masked',
    'view-unprotected-data',
    { canary: canaryOf({ readBack: seen(itemOf({ kind: 'masked' })) }) },
    'denied',
    /\*{5}/u,
  ],
  [
    'the canary’s mark is hidden',
    'view-unprotected-data',
    { canary: canaryOf({ readBack: seen(itemOf({ kind: 'unseen' })) }) },
    'denied',
  ],
  [
    'nothing could be written, and an earlier word is seen',
    'view-unprotected-data',
    { canary: canaryOf({ edit: seen(true), markEdit: refused() }) },
    'confirmed',
  ],
  [
    'nothing could be written, and nothing is seen: other items tell',
    'view-unprotected-data',
    {
      canary: canaryOf({ markEdit: refused(), readBack: seen(itemOf({ kind: 'unseen' })) }),
      valued: valued(null),
    },
    'inconclusive',
  ],
  ['a value is shown', 'view-unprotected-data', { canary: off }, 'confirmed'],
  [
    'a value is masked',
    'view-unprotected-data',
    { canary: off, valued: valued(itemOf({ kind: 'masked' }, value(masked))) },
    'denied',
    /\*{5}/u,
  ],
  [
    'the array is missing on an item that has a value',
    'view-unprotected-data',
    { canary: off, valued: valued(itemOf({ kind: 'unseen' })) },
    'denied',
    /not shown/u,
  ],
  ['no item with a value', 'view-unprotected-data', { canary: off, valued: valued(null) }, 'inconclusive'],
  [
    'the filter itself is refused',
    'view-unprotected-data',
    { canary: off, valued: refused() },
    'inconclusive',
  ],
  ['a fresh word came back', 'edit-unprotected-data', {}, 'confirmed', /fresh word/u],
  [
    'the mark’s edit is refused, the item’s is not',
    'edit-unprotected-data',
    { canary: canaryOf({ edit: seen(true), markEdit: refused('No.') }) },
    'denied',
    /No\./u,
  ],
  [
    'nothing of the item can be edited',
    'edit-unprotected-data',
    { canary: canaryOf({ edit: refused(), markEdit: unasked('x') }) },
    'inconclusive',
  ],
  [
    'the edit got no answer',
    'edit-unprotected-data',
    { canary: canaryOf({ edit: seen(true), markEdit: silent }) },
    'inconclusive',
  ],
  [
    'written, and the old value came back',
    'edit-unprotected-data',
    { canary: canaryOf({ readBack: seen(agent('old')) }) },
    'denied',
    /kept its old/u,
  ],
  [
    'another validation wrote meanwhile',
    'edit-unprotected-data',
    { canary: canaryOf({ readBack: seen(agent('addigy-autotask-canary:other')) }) },
    'inconclusive',
  ],
  [
    'written, and not shown',
    'edit-unprotected-data',
    { canary: canaryOf({ readBack: seen(itemOf({ kind: 'masked' })) }) },
    'inconclusive',
  ],
  [
    'the canary is switched off',
    'edit-unprotected-data',
    { canary: off },
    'inconclusive',
    /first real sync/u,
  ],
  ['the canary could not be had', 'edit-unprotected-data', { canary: refused() }, 'inconclusive'],
];

describe('verdicts', () => {
  it.each(rows)('%s (%s)', (_, id, found, verdict, evidence = /\S/u) => {
    const judged = judgements[id](findingsOf(found), markField);
    expect(judged.verdict).toBe(verdict);
    expect(judged.evidence).toMatch(evidence);
  });

  it('has a row for every verdict that a requirement can have', () => {
    const told = new Set(rows.map(([, id, , verdict]) => `${id} ${verdict}`));
    const never = new Set(['field-definitions denied']);
    for (const id of Object.keys(judgements).filter(
      (one) => one !== 'login' && one !== 'tracking-identifier',
    )) {
      for (const verdict of ['confirmed', 'denied', 'inconclusive']) {
        if (!never.has(`${id} ${verdict}`)) expect(told).toContain(`${id} ${verdict}`);
      }
    }
  });
});
