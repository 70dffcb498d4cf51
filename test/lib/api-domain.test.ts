import { describe, expect, it } from 'vitest';
import { synthesize } from './synthesize.ts';

const arn = (id: string) => `arn:aws:acm:eu-central-1:111111111111:certificate/${id}`;
const names = {
  apiDomainName: 'api.acme.example',
  apiCertificateArn: arn('api'),
  handOffDomainName: 'onboarding.acme.example',
  handOffCertificateArn: arn('pages'),
};

describe('a name of one’s own', () => {
  it('is served with its certificate, and is what outputs and links say', () => {
    const { stateless } = synthesize({
      ...names,
      hostedZoneId: 'Z0123456789',
      hostedZoneName: 'acme.example',
    });
    const certificates = Object.values(stateless.findResources('AWS::ApiGatewayV2::DomainName')).map(
      ({ Properties }) => [Properties.DomainName, Properties.DomainNameConfigurations],
    );
    const served = (id: string) => [
      { CertificateArn: arn(id), EndpointType: 'REGIONAL', SecurityPolicy: 'TLS_1_2' },
    ];
    expect(Object.fromEntries(certificates)).toEqual({
      'api.acme.example': served('api'),
      'onboarding.acme.example': served('pages'),
    });
    stateless.resourceCountIs('AWS::ApiGatewayV2::ApiMapping', 2);
    const records = Object.values(stateless.findResources('AWS::Route53::RecordSet'));
    expect(records.map(({ Properties }) => [Properties.Type, Properties.Name]).sort()).toEqual([
      ['A', 'api.acme.example.'],
      ['A', 'onboarding.acme.example.'],
    ]);
    stateless.hasOutput('ApiUrl', { Value: 'https://api.acme.example' });
    stateless.hasOutput('HandOffUrl', { Value: 'https://onboarding.acme.example' });
    const links = Object.values(stateless.findResources('AWS::Lambda::Function'))
      .map(({ Properties }) => Properties.Environment.Variables.HAND_OFF_URL as unknown)
      .filter((url) => url !== undefined);
    expect(new Set(links)).toEqual(new Set(['https://onboarding.acme.example']));
  });

  it.each([
    ['works beside AWS’s address', true, [undefined, undefined]],
    ['is the only one where that is wished', false, [true, true]],
  ])('%s', (_, executeApiEndpoint, disabled) => {
    const { stateless } = synthesize({ ...names, executeApiEndpoint });
    const apis = Object.values(stateless.findResources('AWS::ApiGatewayV2::Api'));
    expect(apis.map(({ Properties }) => Properties.DisableExecuteApiEndpoint)).toEqual(disabled);
    stateless.resourceCountIs('AWS::Route53::RecordSet', 0);
  });

  it('is nobody’s by default, and an API is never without an address', () => {
    const { stateless } = synthesize({ executeApiEndpoint: false });
    stateless.resourceCountIs('AWS::ApiGatewayV2::DomainName', 0);
    const apis = Object.values(stateless.findResources('AWS::ApiGatewayV2::Api'));
    expect(apis.every(({ Properties }) => Properties.DisableExecuteApiEndpoint === undefined)).toBe(true);
  });
});
