import { describe, expect, it } from 'vitest';
import { readForm } from '../../bin/local-aws/query-form.ts';
import { toXml } from '../../bin/local-aws/to-xml.ts';

describe('the form of the query protocol', () => {
  it.each([
    ['', {}],
    ['Action=A&Version=1', { Action: 'A', Version: '1' }],
    ['Name=a%20b%2Bc+d', { Name: 'a b+c d' }],
    ['List.member.1=a&List.member.2=b', { List: ['a', 'b'] }],
    [
      'Tags.member.1.Key=a&Tags.member.1.Value=1&Tags.member.2.Key=b',
      { Tags: [{ Key: 'a', Value: '1' }, { Key: 'b' }] },
    ],
    ['Config.Mode=STANDARD&Config.Other=1', { Config: { Mode: 'STANDARD', Other: '1' } }],
    ['List=', { List: '' }],
    ['__proto__.polluted=1', JSON.parse('{"__proto__":{"polluted":"1"}}')],
  ])('%s', (form, read) => {
    expect(readForm(form)).toEqual(read);
    expect({}).not.toHaveProperty('polluted');
  });
});

describe('the answers of the query protocol and of S3', () => {
  it.each([
    ['a text', 'a & b <c>', '<R>a &amp; b &lt;c&gt;</R>'],
    ['a number and a truth', { N: 7, T: false }, '<R><N>7</N><T>false</T></R>'],
    ['a moment', { At: new Date(0) }, '<R><At>1970-01-01T00:00:00.000Z</At></R>'],
    ['nothing', { A: null, B: undefined, C: '' }, '<R><C></C></R>'],
    ['a list', { L: ['a', { B: 1 }] }, '<R><L><member>a</member><member><B>1</B></member></L></R>'],
    ['a list of none', { L: [] }, '<R><L/></R>'],
  ])('write %s', (_, value, xml) => {
    expect(toXml('R', value)).toBe(xml);
  });

  it('write a list of S3 without members', () => {
    expect(toXml('R', { L: [{ Key: 'a' }, { Key: 'b' }] }, true)).toBe(
      '<R><L><Key>a</Key></L><L><Key>b</Key></L></R>',
    );
  });
});
