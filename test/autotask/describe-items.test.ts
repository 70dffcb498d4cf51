import { afterEach, describe, expect, it } from 'vitest';
import { createItemDirectory } from '#autotask/items';
import type { Reply } from '../http/scripted-server.ts';
import { page, type ScriptedAutotask, scriptAutotask, signal } from './scripted-autotask.ts';

let server: ScriptedAutotask | undefined;
afterEach(async () => {
  await server?.close();
});

const fieldsCall = 'GET ConfigurationItems/entityInformation/fields';
const udfsCall = 'GET ConfigurationItems/entityInformation/userDefinedFields';
const definitionsCall = 'POST UserDefinedFieldDefinitions/query';

const mark = 'Addigy Agent ID';
const fields: Reply = {
  body: {
    fields: [
      { name: 'referenceTitle', length: 255 },
      { name: 'SerialNumber', length: 100 },
      { name: 'installDate', length: 0 },
    ],
  },
};
const udfs = (...names: string[]): Reply => ({
  body: { fields: names.map((name) => ({ name, type: 'string', length: 100, isRequired: null })) },
});
const refused: Reply = { status: 500, body: { errors: ['no'] } };
const gone: Reply = { status: 404, body: '<html>' };
const defined = (over: object = {}) => page([{ id: 1, name: mark, udfType: 6, isActive: true, ...over }]);

async function describeWith(replies: Record<string, Reply>) {
  server = await scriptAutotask((call) => replies[call] ?? page([]));
  return createItemDirectory(server.options).describe(mark, signal);
}

describe('describe', () => {
  it('tells lengths and names in two calls', async () => {
    const facts = await describeWith({ [fieldsCall]: fields, [udfsCall]: udfs(mark, 'Other') });
    expect(Object.fromEntries(facts.lengths)).toEqual({
      title: 255,
      serial: 100,
      referenceNumber: 50,
      location: 100,
      notes: 2000,
      [`udf:${mark}`]: 100,
      'udf:Other': 100,
    });
    expect([facts.udfNames, facts.markField]).toEqual([[mark, 'Other'], 'present']);
    expect(server?.calls().sort()).toEqual([fieldsCall, udfsCall]);
  });

  it.each<[string, Reply, Reply, string, readonly string[] | null]>([
    ['in another case', udfs('addigy agent id'), refused, 'present', ['addigy agent id']],
    ['nowhere', udfs('Other'), page([]), 'absent', ['Other']],
    ['nowhere, and no list', udfs(), page([]), 'absent', []],
    ['not listed, but defined', udfs('Other'), defined(), 'present', ['Other', mark]],
    ['an empty list, but defined', udfs(), defined(), 'present', [mark]],
    ['defined, and inactive', udfs('Other'), defined({ isActive: false }), 'absent', ['Other']],
    ['defined of companies', udfs('Other'), defined({ udfType: 1 }), 'absent', ['Other']],
    ['not listed, a definition without a name', udfs('Other'), page([{ id: 1 }]), 'unknown', ['Other']],
    ['not listed, definitions refused', udfs('Other'), refused, 'unknown', ['Other']],
    ['the list refused, but defined', refused, defined(), 'present', null],
    ['the list refused, not defined', refused, page([]), 'unknown', null],
    ['nothing told', gone, gone, 'unknown', null],
    ['a list that is none', { body: { fields: null } }, refused, 'unknown', null],
  ])('the field of the mark: %s', async (_why, list, definitions, markField, udfNames) => {
    const facts = await describeWith({
      [fieldsCall]: gone,
      [udfsCall]: list,
      [definitionsCall]: definitions,
    });
    expect([facts.markField, facts.udfNames]).toEqual([markField, udfNames]);
  });

  it.each<[string, Reply]>([
    ['are refused', gone],
    ['tell no length', { body: { fields: [{ name: 'referenceTitle', length: 0 }, { name: 'notes' }] } }],
  ])('cuts texts all the same where the fields %s', async (_why, reply) => {
    const facts = await describeWith({
      [fieldsCall]: reply,
      [udfsCall]: { body: { fields: [{ name: mark }] } },
    });
    expect(Object.fromEntries(facts.lengths)).toEqual({
      serial: 100,
      title: 100,
      referenceNumber: 50,
      location: 100,
      notes: 2000,
    });
  });

  it.each([
    ['credentials', { status: 401, body: '' }, 'unauthorised'],
    ['a vendor that is down', { body: '<html>' }, 'unavailable'],
  ])('%s are a failure, not an unknown', async (_why, reply, failure) => {
    await expect(describeWith({ [fieldsCall]: reply, [udfsCall]: udfs(mark) })).rejects.toMatchObject({
      failure,
    });
  });
});
