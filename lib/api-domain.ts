import {
  ApiMapping,
  DomainName,
  EndpointType,
  type HttpApi,
  type HttpStage,
  SecurityPolicy,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { ARecord, HostedZone, RecordTarget } from 'aws-cdk-lib/aws-route53';
import { ApiGatewayv2DomainProperties } from 'aws-cdk-lib/aws-route53-targets';
import type { Construct } from 'constructs';
import type { Context } from './context.ts';

export interface ApiDomainProps {
  readonly context: Context;
  readonly api: HttpApi;
  readonly stage: HttpStage;
  /** '': the API keeps the address that AWS gives it. */
  readonly domainName: string;
  readonly certificateArn: string;
}

/** Of an API that shall be reached by its own name alone. */
export const onlyByItsName = (context: Context, domainName: string) =>
  domainName === '' || context.executeApiEndpoint ? {} : { disableExecuteApiEndpoint: true };

/**
 * A name of one's own for an API. Returns the API's address, without a trailing slash: that of the name where there
 * is one. AWS's address works beside it until context `executeApiEndpoint` is false, so that callers and open links
 * outlive the change.
 */
export function addApiDomain(scope: Construct, props: ApiDomainProps): string {
  const { context, api, stage, domainName, certificateArn } = props;
  if (domainName === '') return api.apiEndpoint;
  const domain = new DomainName(scope, 'Domain', {
    domainName,
    certificate: Certificate.fromCertificateArn(scope, 'Certificate', certificateArn),
    endpointType: EndpointType.REGIONAL,
    securityPolicy: SecurityPolicy.TLS_1_2,
  });
  new ApiMapping(scope, 'Mapping', { api, domainName: domain, stage });
  const { hostedZoneId, hostedZoneName } = context;
  if (hostedZoneId !== '') {
    new ARecord(scope, 'Alias', {
      zone: HostedZone.fromHostedZoneAttributes(scope, 'Zone', { hostedZoneId, zoneName: hostedZoneName }),
      // With the dot it is the whole name, in whatever zone.
      recordName: `${domainName}.`,
      target: RecordTarget.fromAlias(
        new ApiGatewayv2DomainProperties(domain.regionalDomainName, domain.regionalHostedZoneId),
      ),
    });
  }
  return `https://${domainName}`;
}
