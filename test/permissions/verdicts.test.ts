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
  evidence: string,
];

const rows: Row[] = [
  ['a company is shown', 'companies-query', {}, 'confirmed', 'Autotask shows companies.'],
  [
    'no company at all',
    'companies-query',
    { companies: seen([]) },
    'denied',
    'Autotask shows no company at all, though the MSP’s own is always there.',
  ],
  [
    'the level says None',
    'companies-query',
    { companies: seen([]), entities: level('Companies', 'query', 'none') },
    'denied',
    'The security level’s right is None.',
  ],
  [
    'the query is refused',
    'companies-query',
    { companies: refused() },
    'inconclusive',
    'The question was not answered. Autotask refused the request.',
  ],
  [
    'Autotask is down',
    'companies-query',
    { companies: silent },
    'inconclusive',
    'The question was not answered. Autotask failed.',
  ],
  ['a product is shown', 'products-query', {}, 'confirmed', 'Autotask shows active products.'],
  [
    'no product: none there, or hidden',
    'products-query',
    { products: seen([]) },
    'inconclusive',
    'Autotask shows no active product: either there is none, or the right is missing.',
  ],
  [
    'no product, and the level says None',
    'products-query',
    { products: seen([]), entities: level('Products', 'query', 'none') },
    'denied',
    'The security level’s right is None.',
  ],
  ['the canary was read', 'items-query', { items: seen([]) }, 'confirmed', 'Item 7, the canary, was read.'],
  [
    'no item, and no canary',
    'items-query',
    { items: seen([]), canary: off },
    'inconclusive',
    'Autotask shows no configuration item: either there is none, or the right is missing.',
  ],
  [
    'the level says None',
    'items-query',
    { items: seen([]), canary: off, entities: level('ConfigurationItems', 'query', 'none') },
    'denied',
    'The security level’s right is None.',
  ],
  [
    'the canary was made',
    'items-create',
    { canary: canaryOf({ made: true }), entities: none },
    'confirmed',
    'Item 7, the canary, was made.',
  ],
  ['the level says All', 'items-create', {}, 'confirmed', 'The security level’s right is All.'],
  [
    'the level says Restricted',
    'items-create',
    { entities: level('ConfigurationItems', 'create', 'restricted') },
    'inconclusive',
    'The security level’s right is Restricted: which records that means is not shown.',
  ],
  [
    'the level says None',
    'items-create',
    { entities: level('ConfigurationItems', 'create', 'none') },
    'denied',
    'The security level’s right is None.',
  ],
  [
    'the level is not told',
    'items-create',
    { entities: none },
    'inconclusive',
    'The security level’s right is not shown to this user.',
  ],
  [
    'the canary’s making is refused, and the level says None',
    'items-create',
    { canary: refused(), entities: level('ConfigurationItems', 'create', 'none') },
    'denied',
    'The canary could not be made. Autotask refused the request.',
  ],
  [
    'the canary’s making is refused for whatever reason',
    'items-create',
    { canary: refused('a rule') },
    'inconclusive',
    'The canary could not be made. a rule',
  ],
  [
    'the canary was edited',
    'items-update',
    { entities: none },
    'confirmed',
    'Item 7, the canary, was edited.',
  ],
  [
    'the canary cannot be edited at all',
    'items-update',
    {
      canary: canaryOf({ edit: refused(), markEdit: refused() }),
      entities: level('ConfigurationItems', 'update', 'none'),
    },
    'denied',
    'The canary, item 7, could not be edited. Autotask refused the request.',
  ],
  [
    'the canary cannot be edited, and the level says All: some rule of the database',
    'items-update',
    { canary: canaryOf({ edit: refused(), markEdit: refused() }) },
    'inconclusive',
    'The canary, item 7, could not be edited. Autotask refused the request.',
  ],
  [
    'only its mark cannot be edited',
    'items-update',
    { canary: canaryOf({ edit: seen(true), markEdit: refused() }) },
    'confirmed',
    'Item 7, the canary, was edited.',
  ],
  [
    'the level is not told, and there is no canary',
    'items-update',
    { entities: none, canary: off },
    'inconclusive',
    'The security level’s right is not shown to this user.',
  ],
  ['definitions are shown', 'field-definitions', {}, 'confirmed', '1 definitions of fields were read.'],
  [
    'only names are shown',
    'field-definitions',
    { definitions: seen([]) },
    'confirmed',
    'The definitions are not shown, but the fields’ names are, in the items’ metadata.',
  ],
  [
    'neither is',
    'field-definitions',
    { definitions: seen(null), listedFields: seen(null) },
    'inconclusive',
    'Autotask shows neither definitions nor names of user-defined fields.',
  ],
  [
    'it fits',
    'mark-field',
    {},
    'confirmed',
    'The field "Addigy Agent ID" is there: active, and not protected.',
  ],
  [
    'its name differs in case',
    'mark-field',
    { definitions: seen([definition({ name: 'ADDIGY agent id' })]) },
    'confirmed',
    'The field "Addigy Agent ID" is there: active, and not protected.',
  ],
  [
    'it was made',
    'mark-field',
    { ...absent, defined: seen(true) },
    'confirmed',
    'There was no field "Addigy Agent ID", so it was made: text, active, not protected.',
  ],
  [
    'it is protected',
    'mark-field',
    { definitions: seen([definition({ isProtected: true })]) },
    'denied',
    'The field "Addigy Agent ID" is there, but it is protected.',
  ],
  [
    'it is inactive',
    'mark-field',
    { definitions: seen([definition({ active: false })]) },
    'denied',
    'The field "Addigy Agent ID" is there, but it is inactive.',
  ],
  [
    'it is no text',
    'mark-field',
    { definitions: seen([definition({ text: false })]) },
    'denied',
    'The field "Addigy Agent ID" is there, but it is not text.',
  ],
  [
    'its type is not told',
    'mark-field',
    { definitions: seen([definition({ text: null })]) },
    'confirmed',
    'The field "Addigy Agent ID" is there: active, and not protected.',
  ],
  [
    'it is absent and cannot be made',
    'mark-field',
    { ...absent, defined: refused('No right.') },
    'denied',
    'There is no field "Addigy Agent ID" for configuration items. It could not be made: No right.',
  ],
  [
    'only named, and written',
    'mark-field',
    { definitions: seen(null) },
    'confirmed',
    'The field "Addigy Agent ID" is there, and could be written.',
  ],
  [
    'only named',
    'mark-field',
    { definitions: seen(null), canary: off },
    'inconclusive',
    'The field "Addigy Agent ID" is there; whether it is protected is not shown to this user.',
  ],
  [
    'nobody tells: an empty list proves nothing',
    'mark-field',
    { definitions: seen([]), listedFields: seen(null), canary: off },
    'inconclusive',
    'Whether there is a field "Addigy Agent ID" is not shown to this user.',
  ],
  [
    'the canary’s mark was read back',
    'view-unprotected-data',
    {},
    'confirmed',
    'The mark of item 7, the canary, was read.',
  ],
  [
    'the canary’s mark is masked',
    'view-unprotected-data',
    { canary: canaryOf({ readBack: seen(itemOf({ kind: 'masked' })) }) },
    'denied',
    'The mark of item 7, the canary, is shown as *****.',
  ],
  [
    'the canary’s mark is hidden',
    'view-unprotected-data',
    { canary: canaryOf({ readBack: seen(itemOf({ kind: 'unseen' })) }) },
    'denied',
    'The mark of item 7 was just written, and is not shown.',
  ],
  [
    'nothing could be written, and an earlier word is seen',
    'view-unprotected-data',
    { canary: canaryOf({ edit: seen(true), markEdit: refused() }) },
    'confirmed',
    'The mark of item 7, the canary, was read.',
  ],
  [
    'nothing could be written, and nothing is seen: other items tell',
    'view-unprotected-data',
    {
      canary: canaryOf({ markEdit: refused(), readBack: seen(itemOf({ kind: 'unseen' })) }),
      valued: valued(null),
    },
    'inconclusive',
    'No item with a value in the field "Addigy Agent ID" is shown, so nothing can be told.',
  ],
  [
    'a value is shown',
    'view-unprotected-data',
    { canary: off },
    'confirmed',
    'The field "Addigy Agent ID" of item 7 was read.',
  ],
  [
    'a value is masked',
    'view-unprotected-data',
    { canary: off, valued: valued(itemOf({ kind: 'masked' }, value(masked))) },
    'denied',
    'Item 7 has a value in the field "Addigy Agent ID"; it is shown as *****.',
  ],
  [
    'the array is missing on an item that has a value',
    'view-unprotected-data',
    { canary: off, valued: valued(itemOf({ kind: 'unseen' })) },
    'denied',
    'Item 7 has a value in the field "Addigy Agent ID", and it is not shown.',
  ],
  [
    'no item with a value',
    'view-unprotected-data',
    { canary: off, valued: valued(null) },
    'inconclusive',
    'No item with a value in the field "Addigy Agent ID" is shown, so nothing can be told.',
  ],
  [
    'the filter itself is refused',
    'view-unprotected-data',
    { canary: off, valued: refused() },
    'inconclusive',
    'The question was not answered. Autotask refused the request.',
  ],
  [
    'a fresh word came back',
    'edit-unprotected-data',
    {},
    'confirmed',
    'A fresh word was written to the mark of item 7 and read back.',
  ],
  [
    'the mark’s edit is refused, the item’s is not',
    'edit-unprotected-data',
    { canary: canaryOf({ edit: seen(true), markEdit: refused('No.') }) },
    'denied',
    'The mark of item 7, the canary, could not be written. No.',
  ],
  [
    'nothing of the item can be edited',
    'edit-unprotected-data',
    { canary: canaryOf({ edit: refused(), markEdit: unasked('x') }) },
    'inconclusive',
    'Not tried: x.',
  ],
  [
    'the edit got no answer',
    'edit-unprotected-data',
    { canary: canaryOf({ edit: seen(true), markEdit: silent }) },
    'inconclusive',
    'The mark of item 7, the canary, could not be written. Autotask failed.',
  ],
  [
    'written, and the old value came back',
    'edit-unprotected-data',
    { canary: canaryOf({ readBack: seen(agent('old')) }) },
    'denied',
    'The mark of item 7 was written without an error, and kept its old value.',
  ],
  [
    'another validation wrote meanwhile',
    'edit-unprotected-data',
    { canary: canaryOf({ readBack: seen(agent('addigy-autotask-canary:other')) }) },
    'inconclusive',
    'The mark of item 7 was written by another validation at the same time: validate again.',
  ],
  [
    'written, and not shown',
    'edit-unprotected-data',
    { canary: canaryOf({ readBack: seen(itemOf({ kind: 'masked' })) }) },
    'inconclusive',
    'The mark of item 7 was written without an error, but is not shown: give View first.',
  ],
  [
    'the canary is switched off',
    'edit-unprotected-data',
    { canary: off },
    'inconclusive',
    'Not tried: the canary is off. The first real sync will prove it.',
  ],
  [
    'the canary could not be had',
    'edit-unprotected-data',
    { canary: refused() },
    'inconclusive',
    'The canary could not be had. Autotask refused the request.',
  ],
  ['there was a login', 'login', {}, 'confirmed', 'Autotask told the zone, and accepted one login.'],
  [
    'there was a login',
    'tracking-identifier',
    {},
    'confirmed',
    'Autotask accepted the identifier together with the username.',
  ],
  [
    'the query is refused, and the level says None',
    'companies-query',
    { companies: refused(), entities: level('Companies', 'query', 'none') },
    'denied',
    'The security level’s right is None.',
  ],
  ['an item is shown', 'items-query', { canary: off }, 'confirmed', 'Autotask shows configuration items.'],
  [
    'the canary was not there to be read',
    'items-query',
    { items: seen([]), canary: canaryOf({ readBack: seen(null) }) },
    'inconclusive',
    'Autotask shows no configuration item: either there is none, or the right is missing.',
  ],
  [
    'the canary’s making got no answer: the level tells',
    'items-create',
    { canary: silent },
    'confirmed',
    'The security level’s right is All.',
  ],
  [
    'there was a canary: the level tells',
    'items-create',
    { entities: level('ConfigurationItems', 'create', 'unknown') },
    'inconclusive',
    'The security level’s right is not shown to this user.',
  ],
  [
    'the canary’s edit got no answer: the level tells',
    'items-update',
    { canary: canaryOf({ edit: silent, markEdit: unasked('x') }) },
    'confirmed',
    'The security level’s right is All.',
  ],
  [
    'there is no canary: the level tells',
    'items-update',
    { canary: off },
    'confirmed',
    'The security level’s right is All.',
  ],
  [
    'no list was to be had',
    'field-definitions',
    { definitions: silent, listedFields: silent },
    'inconclusive',
    'Autotask shows neither definitions nor names of user-defined fields.',
  ],
  [
    'no name is in the metadata',
    'field-definitions',
    { definitions: seen([]), listedFields: seen([]) },
    'inconclusive',
    'Autotask shows neither definitions nor names of user-defined fields.',
  ],
  [
    'only named, and could not be written',
    'mark-field',
    { definitions: seen(null), canary: canaryOf({ markEdit: refused() }) },
    'inconclusive',
    'The field "Addigy Agent ID" is there; whether it is protected is not shown to this user.',
  ],
  [
    'it is absent, and making it was not tried',
    'mark-field',
    absent,
    'denied',
    'There is no field "Addigy Agent ID" for configuration items.',
  ],
  [
    'the canary could not be read back: other items tell',
    'view-unprotected-data',
    { canary: canaryOf({ readBack: silent }) },
    'confirmed',
    'The field "Addigy Agent ID" of item 7 was read.',
  ],
  [
    'the canary was not there to be read: other items tell',
    'view-unprotected-data',
    { canary: canaryOf({ readBack: seen(null) }) },
    'confirmed',
    'The field "Addigy Agent ID" of item 7 was read.',
  ],
  [
    'the canary’s mark was written, and is empty',
    'view-unprotected-data',
    { canary: canaryOf({ readBack: seen(itemOf({ kind: 'empty' })) }) },
    'denied',
    'The mark of item 7 was just written, and is not shown.',
  ],
  [
    'the canary’s mark is empty, and could not be written: other items tell',
    'view-unprotected-data',
    { canary: canaryOf({ markEdit: refused(), readBack: seen(itemOf({ kind: 'empty' })) }) },
    'confirmed',
    'The field "Addigy Agent ID" of item 7 was read.',
  ],
  [
    'a value is shown, the field’s name in another case',
    'view-unprotected-data',
    {
      canary: off,
      valued: seen({
        field: 'KEY',
        item: itemOf(
          { kind: 'empty' },
          new Map([
            ['Other', null],
            ['key', 'k'],
          ]),
        ),
      }),
    },
    'confirmed',
    'The field "KEY" of item 7 was read.',
  ],
  [
    'an item that has a value shows none',
    'view-unprotected-data',
    { canary: off, valued: valued(itemOf({ kind: 'empty' }, value(null))) },
    'denied',
    'Item 7 has a value in the field "Addigy Agent ID", and it is not shown.',
  ],
  [
    'no field is known that could be asked for',
    'view-unprotected-data',
    { canary: off, valued: unasked('no field is known') },
    'inconclusive',
    'Not asked: no field is known.',
  ],
  [
    'the mark’s edit is refused, and so was the item’s',
    'edit-unprotected-data',
    { canary: canaryOf({ edit: refused(), markEdit: refused('No.') }) },
    'inconclusive',
    'The mark of item 7, the canary, could not be written. No.',
  ],
  [
    'written, and not to be read back',
    'edit-unprotected-data',
    { canary: canaryOf({ readBack: silent }) },
    'inconclusive',
    'The mark of item 7, the canary, was written, but could not be read back.',
  ],
  [
    'only named, among others',
    'mark-field',
    { definitions: seen(null), listedFields: seen(['Other', 'ADDIGY agent id']), canary: off },
    'inconclusive',
    'The field "Addigy Agent ID" is there; whether it is protected is not shown to this user.',
  ],
  [
    'it is not among the definitions, and there is no list of names',
    'mark-field',
    { definitions: absent.definitions, listedFields: silent },
    'denied',
    'There is no field "Addigy Agent ID" for configuration items.',
  ],
  [
    'there is none in the metadata',
    'mark-field',
    { definitions: silent, listedFields: seen([]) },
    'denied',
    'There is no field "Addigy Agent ID" for configuration items.',
  ],
  [
    'nobody tells',
    'mark-field',
    { definitions: silent, listedFields: silent },
    'inconclusive',
    'Whether there is a field "Addigy Agent ID" is not shown to this user.',
  ],
];

describe('verdicts', () => {
  it.each(rows)('%s (%s)', (_, id, found, verdict, evidence) => {
    expect(judgements[id](findingsOf(found), markField)).toEqual({ verdict, evidence });
  });

  it('has a row for every verdict that a requirement can have', () => {
    const told = new Set(rows.map(([, id, , verdict]) => `${id} ${verdict}`));
    // Without a login nothing is judged here; and definitions that are hidden are made up for by names.
    const never = new Set(['field-definitions denied']);
    const byLogin = ['login', 'tracking-identifier'];
    for (const id of Object.keys(judgements).filter((one) => !byLogin.includes(one))) {
      for (const verdict of ['confirmed', 'denied', 'inconclusive']) {
        if (!never.has(`${id} ${verdict}`)) expect(told).toContain(`${id} ${verdict}`);
      }
    }
  });
});
