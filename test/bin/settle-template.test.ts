import { describe, expect, it } from 'vitest';
import type { Template } from '../../bin/local/synthesized-stack.ts';
import { settleTemplate } from '../../bin/local-aws/settle-template.ts';

const settled = (
  { value, ...sections }: { value: unknown } & Readonly<Record<string, unknown>>,
  given: Readonly<Record<string, string>> = {},
  stored: Readonly<Record<string, string>> = {},
): unknown => {
  const template = { ...sections, Resources: { One: { Type: 'T', Properties: { value } } } };
  const { Resources } = settleTemplate(
    template as Template,
    new Map(Object.entries(given)),
    (name) => stored[name] ?? null,
  );
  return Resources.One?.Properties?.value;
};
const text = (Default?: string) => ({ Type: 'String', ...(Default === undefined ? {} : { Default }) });
const parameters = {
  Stage: text('dev'),
  List: { Type: 'CommaDelimitedList', Default: 'a, b' },
  Version: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/version' },
};
const conditions = {
  IsDev: { 'Fn::Equals': [{ Ref: 'Stage' }, 'dev'] },
  IsNot: { 'Fn::Not': [{ Condition: 'IsDev' }] },
  Both: { 'Fn::And': [{ Condition: 'IsDev' }, { 'Fn::Equals': ['a', 'a'] }] },
  Either: { 'Fn::Or': [{ Condition: 'IsNot' }, { 'Fn::Equals': ['a', 'b'] }] },
  Among: { 'Fn::Contains': [['dev', 'test'], { Ref: 'Stage' }] },
  NoList: { 'Fn::Equals': ['', { 'Fn::Join': ['', { Ref: 'List' }] }] },
};

describe('a template with its parameters and conditions decided', () => {
  it.each([
    ['a parameter', { Ref: 'Stage' }, 'dev'],
    ['a list', { Ref: 'List' }, ['a', 'b']],
    ['what the parameter store holds', { Ref: 'Version' }, '33'],
    ['another resource, left to whoever knows it', { Ref: 'Other' }, { Ref: 'Other' }],
    [
      'a parameter in a text',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's own
      { 'Fn::Sub': 'x-${Stage}-${AWS::Region}' },
      // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's own
      { 'Fn::Sub': 'x-dev-${AWS::Region}' },
    ],
    ['parts that are texts', { 'Fn::Join': ['-', [{ Ref: 'Stage' }, 'b']] }, 'dev-b'],
    [
      'parts that are not',
      { 'Fn::Join': ['-', [{ Ref: 'Stage' }, { Ref: 'Other' }]] },
      { 'Fn::Join': ['-', ['dev', { Ref: 'Other' }]] },
    ],
    ['then', { 'Fn::If': ['IsDev', 'then', 'else'] }, 'then'],
    ['else', { 'Fn::If': ['IsNot', 'then', { 'Fn::If': ['Both', 'inner', 'else'] }] }, 'inner'],
    ['neither', { 'Fn::If': ['Either', 'then', 'else'] }, 'else'],
    ['one of several', { 'Fn::If': ['Among', 'then', 'else'] }, 'then'],
    ['an empty list', { 'Fn::If': ['NoList', 'then', 'else'] }, 'else'],
    ['nothing in an object', { a: { Ref: 'AWS::NoValue' }, b: 1 }, { b: 1 }],
    ['nothing in a list', [{ 'Fn::If': ['IsNot', 1, { Ref: 'AWS::NoValue' }] }, null, 2], [null, 2]],
    ['nothing at all', { Ref: 'AWS::NoValue' }, undefined],
  ])('has %s', (_, value, expected) => {
    const sections = { Parameters: parameters, Conditions: conditions, value };
    expect(settled(sections, {}, { '/version': '33' })).toEqual(expected);
  });

  it('leaves out the resources and outputs whose condition does not hold', () => {
    const template = {
      Parameters: { Stage: text() },
      Conditions: { IsProd: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] } },
      Resources: { A: { Type: 'T', Condition: 'IsProd' }, B: { Type: 'T' } },
      Outputs: { A: { Value: '1', Condition: 'IsProd' }, B: { Value: { Ref: 'Stage' } } },
    };
    const of = (stage: string) => settleTemplate(template, new Map([['Stage', stage]]), () => null);
    expect(of('dev')).toEqual({ Resources: { B: { Type: 'T' } }, Outputs: { B: { Value: 'dev' } } });
    expect(of('prod')).toEqual({
      Resources: { A: { Type: 'T' }, B: { Type: 'T' } },
      Outputs: { A: { Value: '1' }, B: { Value: 'prod' } },
    });
  });

  it.each([
    ['a parameter without a value', { Parameters: { A: text() } }, {}, 'Parameters: [A] must have values'],
    ['one that the template does not have', {}, { A: '1' }, 'Parameters: [A] do not exist in the template'],
    [
      'a value that is not allowed',
      { Parameters: { A: { ...text(), AllowedValues: ['1'] } } },
      { A: '2' },
      "Parameter 'A' must be one of AllowedValues",
    ],
    [
      'a value of another pattern',
      { Parameters: { A: { ...text(), AllowedPattern: '[a-z]' } } },
      { A: 'ab' },
      "Parameter 'A' must match pattern [a-z]",
    ],
    [
      'a type',
      { Parameters: { A: { Type: 'Number' } } },
      { A: '1' },
      'does not know parameters of type Number (A)',
    ],
    [
      'what the parameter store does not hold',
      { Parameters: { Version: parameters.Version } },
      {},
      'Unable to fetch parameters [/version] from parameter store for this account.',
    ],
    ['a condition that is not there', {}, {}, 'there is no condition Nobody', { 'Fn::If': ['Nobody', 1, 2] }],
    [
      'a condition of another kind',
      { Conditions: { A: { 'Fn::Whatever': [] } } },
      {},
      'does not know the condition {"Fn::Whatever":[]}',
      { 'Fn::If': ['A', 1, 2] },
    ],
    [
      'a rule that does not hold',
      {
        Rules: {
          R: { Assertions: [{ Assert: { 'Fn::Equals': [1, 2] }, AssertDescription: 'Bootstrap anew.' }] },
        },
      },
      {},
      'Template error: Bootstrap anew.',
    ],
  ])('is refused for %s', (_, sections, given, said, value: unknown = 1) => {
    expect(() => settled({ ...sections, value }, given as Record<string, string>)).toThrow(said);
  });
});
