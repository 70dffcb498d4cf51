import { describe, expect, it } from 'vitest';
import { matchesPattern } from '../../bin/local/conditions.ts';
import { Deployment } from '../../bin/local/deployment.ts';
import { Grants } from '../../bin/local/grants.ts';
import { resolve, type Scope } from '../../bin/local/intrinsics.ts';
import { runStacks } from '../../bin/local/run-stacks.ts';
import type { SynthesizedStack, TemplateResource } from '../../bin/local/synthesized-stack.ts';
import { fixtureStack } from './fixture-stack.ts';

type Resources = Record<string, TemplateResource>;

function withProperty(logicalId: string, property: string, value: unknown) {
  return (resources: Resources): void => {
    const resource = resources[logicalId]!;
    resources[logicalId] = { ...resource, Properties: { ...resource.Properties, [property]: value } };
  };
}

const document = (statement: object) => ({ Version: '2012-10-17', Statement: [statement] });

describe('what the local host does not know, it refuses by name', () => {
  it.each<[string, (resources: Resources) => void, RegExp]>([
    [
      'a resource type',
      (all) => void Object.assign(all, { Topic: { Type: 'AWS::Kinesis::Stream' } }),
      /fixture\.Topic.*AWS::Kinesis::Stream/u,
    ],
    [
      'a property',
      withProperty('Queue', 'FifoQueue', true),
      /fixture\.Queue.*AWS::SQS::Queue.*"FifoQueue"/su,
    ],
    ['a property of a function', withProperty('Answer', 'Layers', []), /fixture\.Answer.*"Layers"/su],
    [
      'a property within a property',
      withProperty('Rule', 'Targets', [{ Arn: 'a', Id: 'b', InputPath: '$.detail' }]),
      /fixture\.Rule.*Targets\.0.*"InputPath"/su,
    ],
    [
      'another event pattern',
      withProperty('Rule', 'EventPattern', { account: ['1'] }),
      /EventPattern.*"account"/su,
    ],
    ...[
      { a: ['text'] },
      { a: [{ prefix: 'fix' }] },
      { a: [{ exists: true }] },
      { a: [{ numeric: ['>', 1, '<', 3] }] },
      { a: { b: [1] } },
      { $or: [{ a: [1] }] },
      { a: [] },
    ].map((detail): [string, ReturnType<typeof withProperty>, RegExp] => [
      `an event pattern for ${JSON.stringify(detail)}`,
      withProperty('Rule', 'EventPattern', { detail }),
      /EventPattern\.detail/su,
    ]),
    [
      'a secret with a template',
      withProperty('Secret', 'GenerateSecretString', {
        ExcludePunctuation: true,
        SecretStringTemplate: '{}',
      }),
      /fixture\.Secret.*"SecretStringTemplate"/su,
    ],
    [
      'a generated secret with punctuation',
      withProperty('Secret', 'GenerateSecretString', { PasswordLength: 32 }),
      /fixture\.Secret.*letters and digits/su,
    ],
    [
      'a secret that is both given and generated',
      withProperty('Secret', 'GenerateSecretString', { ExcludePunctuation: true }),
      /fixture\.Secret.*exclude each other/su,
    ],
    [
      'an operator in an event pattern',
      withProperty('Rule', 'EventPattern', { source: [{ prefix: 'fix' }] }),
      /EventPattern\.source\.0/u,
    ],
    ['a catch-all route', withProperty('Route0', 'RouteKey', '$default'), /fixture\.Route0.*RouteKey/su],
    ['a greedy route', withProperty('Route0', 'RouteKey', 'GET /{proxy+}'), /fixture\.Route0.*greedy/su],
    [
      'an authorizer whose answers are remembered for too long',
      withProperty('Authorizer', 'AuthorizerResultTtlInSeconds', 3601),
      /fixture\.Authorizer.*AuthorizerResultTtlInSeconds/su,
    ],
    [
      'an authorizer that is asked by something else than a header and the route',
      withProperty('Authorizer', 'IdentitySource', ['$request.querystring.key']),
      /headers and the route as identity sources/u,
    ],
    [
      'a managed policy',
      withProperty('Role', 'ManagedPolicyArns', ['arn']),
      /fixture\.Role.*"ManagedPolicyArns"/su,
    ],
    [
      'a grant with a condition of another kind',
      withProperty(
        'Policy',
        'PolicyDocument',
        document({ Effect: 'Allow', Action: 'a', Resource: 'b', Condition: { IpAddress: { a: 'b' } } }),
      ),
      /fixture\.Policy.*"IpAddress"/su,
    ],
    [
      'a runtime that is not Node',
      withProperty('Answer', 'Runtime', 'python3.14'),
      /fixture\.Answer.*Runtime/su,
    ],
    ['an intrinsic function', withProperty('Bus', 'Name', { 'Fn::Select': [0, ['a']] }), /Fn::Select/u],
    [
      'a pseudo parameter',
      withProperty('Bus', 'Name', { Ref: 'AWS::NotificationARNs' }),
      /AWS::NotificationARNs/u,
    ],
    [
      'an attribute',
      withProperty('Bus', 'Name', { 'Fn::GetAtt': ['Table', 'StreamArn'] }),
      /StreamArn of Table/u,
    ],
    [
      'a missing resource',
      withProperty('Bus', 'Name', { Ref: 'Nobody' }),
      /Nobody, which is not in the template/u,
    ],
    ['a missing export', withProperty('Bus', 'Name', { 'Fn::ImportValue': 'x' }), /no stack exports x/u],
    [
      'a condition on a resource',
      (all) => void Object.assign(all.Bus!, { Condition: 'IsProd' }),
      /Bus: has Condition/u,
    ],
  ])('%s', (_, edit, message) => {
    expect(() => new Deployment([fixtureStack({ edit })])).toThrow(message);
  });

  it.each([
    ['Conditions', { IsProd: {} }],
    ['Transform', { name: 'AWS::Serverless' }],
    ['Parameters', { Own: { Type: 'String' } }],
    ['Mappings', { A: {} }],
  ])('a section: %s', (section, content) => {
    const stack = fixtureStack();
    const edited: SynthesizedStack = { ...stack, template: { ...stack.template, [section]: content } };
    expect(() => new Deployment([edited])).toThrow(`fixture: has ${section}`);
  });

  it('all at once, so that they can be mended at once', () => {
    const edit = (all: Resources): void => {
      all.Topic = { Type: 'AWS::Kinesis::Stream' };
      withProperty('Queue', 'FifoQueue', true)(all);
    };
    expect(() => new Deployment([fixtureStack({ edit })])).toThrow(/Queue.*\n.*Topic|Topic.*\n.*Queue/u);
  });
});

describe('what AWS would refuse at deployment, or fail at run time', () => {
  it.each<[string, (resources: Resources) => void, RegExp]>([
    [
      'a queue that shows messages too soon',
      withProperty('Queue', 'VisibilityTimeout', 1),
      /less than the function's timeout/u,
    ],
    [
      'a consumer that may not receive',
      (all) => void delete (all.Policy!.Properties!.PolicyDocument as { Statement: unknown[] }).Statement[0],
      /lacks sqs:ReceiveMessage/u,
    ],
    ['an API that may not invoke', (all) => void delete all.ApiPermission, /lets API Gateway invoke Answer/u],
    [
      'an API that may not authorize',
      (all) => void delete all.AuthorizerPermission,
      /lets API Gateway invoke Guard/u,
    ],
    ['a rule that may not send', (all) => void delete all.QueuePolicy, /lets the rule .* send/u],
    ['a schedule of a strange word', withProperty('Bus', 'Name', 'fixture'), /<aws\.scheduler\.now>/u],
  ])('%s', async (what, edit, message) => {
    const clean = (all: Resources): void => {
      edit(all);
      const policy = all.Policy?.Properties?.PolicyDocument as { Statement: unknown[] };
      policy.Statement = policy.Statement.filter(Boolean);
    };
    const scheduleInput = what.includes('strange word') ? '{"at":"<aws.scheduler.now>"}' : '{}';
    await expect(runStacks([fixtureStack({ edit: clean, scheduleInput })])).rejects.toThrow(message);
  });
});

describe('intrinsic functions', () => {
  const scope: Scope = {
    ref: (id) => `ref-${id}`,
    attribute: (id, name) => `${id}.${name}`,
    importValue: (name) => `import-${name}`,
  };
  it.each<[unknown, unknown]>([
    [{ Ref: 'A' }, 'ref-A'],
    [{ 'Fn::GetAtt': ['A', 'Arn'] }, 'A.Arn'],
    [{ 'Fn::GetAtt': 'A.Arn' }, 'A.Arn'],
    [{ 'Fn::Join': ['-', ['a', { Ref: 'B' }, 1]] }, 'a-ref-B-1'],
    // biome-ignore-start lint/suspicious/noTemplateCurlyInString: CloudFormation's own
    [{ 'Fn::Sub': '${A}/${A.Arn}/${!A}' }, 'ref-A/A.Arn/${A}'],
    [{ 'Fn::Sub': ['${own}', { own: { Ref: 'A' } }] }, 'ref-A'],
    // biome-ignore-end lint/suspicious/noTemplateCurlyInString: CloudFormation's own
    [{ 'Fn::ImportValue': { Ref: 'A' } }, 'import-ref-A'],
    [[{ a: { Ref: 'A' }, b: 1 }], [{ a: 'ref-A', b: 1 }]],
    [
      { Ref: 'A', other: 1 },
      { Ref: 'A', other: 1 },
    ],
  ])('%j', (value, expected) => {
    expect(resolve(value, scope)).toEqual(expected);
  });

  it('reads what another stack exports', () => {
    const exporting: SynthesizedStack = {
      name: 'one',
      template: {
        Resources: { Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'bus' } } },
        Outputs: { Arn: { Value: { 'Fn::GetAtt': ['Bus', 'Arn'] }, Export: { Name: 'one:bus' } } },
      },
      assetFolder: () => null,
    };
    const importing: SynthesizedStack = {
      ...exporting,
      name: 'two',
      template: {
        Resources: {},
        Outputs: { Imported: { Value: { 'Fn::ImportValue': 'one:bus' } } },
      },
    };
    const { outputs } = new Deployment([importing, exporting]);
    expect(outputs.Imported).toBe('arn:aws:events:us-east-1:000000000000:event-bus/bus');
  });
});

describe('grants', () => {
  it.each([
    ['arn:secret:a/*', 'arn:secret:a/b/c', true],
    ['arn:secret:a/*', 'arn:secret:ab/c', false],
    ['arn:?', 'arn:x', true],
    ['a.b', 'axb', false],
    ['*', '', true],
  ])('%s covers %s: %s', (pattern, value, covers) => {
    expect(matchesPattern(pattern, value)).toBe(covers);
  });

  it('lets a denial win, and gives nothing that is not given', () => {
    const edit = withProperty('Role', 'Policies', [
      {
        PolicyName: 'own',
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Allow', Action: 'dynamodb:*', Resource: '*' },
            { Effect: 'Deny', Action: ['dynamodb:deleteitem'], Resource: '*' },
          ],
        },
      },
    ]);
    const deployment = new Deployment([fixtureStack({ edit })]);
    const grants = new Grants(deployment);
    const role = deployment.all('AWS::IAM::Role')[0]?.attributes.Arn ?? '';
    expect(grants.allow(role, 'dynamodb:PutItem', 'arn:any')).toBe(true);
    expect(grants.allow(role, 'dynamodb:DeleteItem', 'arn:any')).toBe(false);
    expect(grants.allow(role, 'sqs:PurgeQueue', 'arn:any')).toBe(false);
    expect(grants.allow('arn:nobody', 'dynamodb:PutItem', 'arn:any')).toBe(false);
  });
});
