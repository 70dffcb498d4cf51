import { describe, expect, it } from 'vitest';
import { comparableName } from '#sync/company-name';

describe('a name, made comparable', () => {
  it.each([
    ['Acme', 'acme'],
    ['  ACME   Dental ', 'acme dental'],
    ['Ab C', 'ab c'],
    ['A bc', 'a bc'],
    ['Müller & Söhne GmbH', 'muller and sohne'],
    ['Groß+Klein AG', 'gross and klein'],
    ["O'Neil’s", 'oneils'],
    ['Acme, Inc.', 'acme'],
    ['Acme Co Ltd', 'acme'],
    ['The Bakery LLC', 'bakery'],
    ['Over the Hill', 'over the hill'],
    ['The', 'the'],
    ['The Co', 'the co'],
    ['GmbH & Co. KG', 'gmbh and co kg'],
    ['---', ''],
    ['', ''],
  ])('%j is %j', (name, text) => {
    const { text: found, tokens } = comparableName(name);
    expect(found).toBe(text);
    expect([...tokens]).toEqual(text === '' ? [] : [...new Set(text.split(' '))]);
  });

  it.each([
    ['Banana', ['ba', 'an', 'na', 'an#1', 'na#1']],
    ['Nana Nan', ['na', 'an', 'na#1', 'na#2', 'an#1']],
    ['A Bc', ['a', 'bc']],
    ['💻💻💻', []],
    ['𝒳y', ['xy']],
  ])('%j has the pairs %j', (name, pairs) => {
    expect(comparableName(name).pairs).toEqual(pairs);
  });
});
