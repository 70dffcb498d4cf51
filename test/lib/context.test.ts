import { App } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { longestExecutionMs } from '#sync/write-change';
import { newApp } from '../../lib/build-app.ts';
import { type ContextInput, readContext } from '../../lib/context.ts';

const read = (context: ContextInput = {}) => readContext(newApp({ context, validate: false }).node);

const certificate = 'arn:aws:acm:eu-central-1:111111111111:certificate/0-1';

it('has every default in cdk.json', () => {
  expect(read()).toEqual({
    stage: 'prod',
    scheduleExpression: 'rate(5 minutes)',
    flexibleWindowMinutes: 0,
    validationScheduleExpression: 'rate(5 minutes)',
    leaseSeconds: 480,
    syncTimeoutSeconds: 900,
    maxConcurrentSyncs: 5,
    apiRate: 50,
    apiBurst: 100,
    handOffRate: 20,
    handOffBurst: 40,
    apiDomainName: '',
    apiCertificateArn: '',
    handOffDomainName: '',
    handOffCertificateArn: '',
    hostedZoneId: '',
    hostedZoneName: '',
    executeApiEndpoint: true,
    allowedCallers: {},
    maxConcurrentLaterLegs: 2,
    firstLegSeconds: 300,
    autotaskUrl: 'https://webservices.autotask.net',
    addigyUrl: 'https://api.addigy.com',
    logLevel: 'INFO',
    logRetentionDays: 90,
    eventRetentionDays: 30,
    retain: true,
    alarmEmail: '',
  });
});

it('keeps a run’s place for longer than Autotask can be at what it sent, and for less than until its message comes again', () => {
  const { leaseSeconds, syncTimeoutSeconds } = read();
  // Renewed each third: whoever dies has two left.
  expect((2 / 3) * leaseSeconds * 1000).toBeGreaterThan(longestExecutionMs);
  expect(leaseSeconds).toBeLessThan(syncTimeoutSeconds);
});

it('takes text for numbers and booleans, as `cdk -c` gives it, and cuts trailing slashes', () => {
  const given = {
    leaseSeconds: '30',
    retain: 'false',
    logRetentionDays: '7',
    autotaskUrl: 'http://127.0.0.1:1/',
  } as const;
  expect(read(given)).toMatchObject({
    leaseSeconds: 30,
    retain: false,
    logRetentionDays: 7,
    autotaskUrl: 'http://127.0.0.1:1',
  });
});

it('takes callers by scope, each once', () => {
  const [one, other] = [
    'arn:aws:iam::123456789012:role/ci/pipe=line',
    'arn:aws-us-gov:iam::210987654321:user/a',
  ];
  const allowedCallers = ` onboard=${one} read=${other}\n read=${one} read=${other} `;
  expect(read({ allowedCallers }).allowedCallers).toEqual({ onboard: [one], read: [other, one] });
});

describe('refuses, naming the value', () => {
  it.each<[string, ContextInput]>([
    ['stage', { stage: 'Prod' }],
    ['scheduleExpression', { scheduleExpression: 'hourly' }],
    ['flexibleWindowMinutes', { flexibleWindowMinutes: 1441 }],
    ['validationScheduleExpression', { validationScheduleExpression: 'at(2026-11-24T01:00:00)' }],
    ['leaseSeconds', { leaseSeconds: 0 }],
    ['leaseSeconds', { leaseSeconds: 'soon' }],
    ['syncTimeoutSeconds', { syncTimeoutSeconds: 901 }],
    ['maxConcurrentSyncs', { maxConcurrentSyncs: 1 }],
    ['apiRate', { apiRate: 0 }],
    ['apiBurst', { apiBurst: 5_001 }],
    ['handOffRate', { handOffRate: 10_001 }],
    ['handOffBurst', { handOffBurst: 0 }],
    ['apiDomainName', { apiDomainName: 'https://api.acme.example' }],
    ['apiCertificateArn', { apiCertificateArn: 'acme' }],
    ['apiCertificateArn', { apiDomainName: 'api.acme.example' }],
    ['handOffDomainName', { handOffCertificateArn: certificate }],
    ['allowedCallers', { allowedCallers: 'arn:aws:iam::123456789012:role/pipeline' }],
    ['allowedCallers', { allowedCallers: 'write=arn:aws:iam::123456789012:role/pipeline' }],
    ['allowedCallers', { allowedCallers: 'read=arn:aws:iam::123456789012:root' }],
    ['allowedCallers', { allowedCallers: 'read=arn:aws:iam::123456789012:role/*' }],
    ['allowedCallers', { allowedCallers: 'read=arn:aws:sts::123456789012:assumed-role/pipeline/one' }],
    ['allowedCallers', { allowedCallers: 'read=*' }],
    ['hostedZoneId', { hostedZoneName: 'acme.example' }],
    ['autotaskUrl', { autotaskUrl: 'webservices.autotask.net' }],
    ['addigyUrl', { addigyUrl: 'ftp://addigy' }],
    ['logRetentionDays', { logRetentionDays: 2 }],
    ['eventRetentionDays', { eventRetentionDays: 0 }],
    ['retain', { retain: 'no' as never }],
    ['alarmEmail', { alarmEmail: 'somebody' }],
  ])('%s %j', (name, context) => {
    expect(() => read(context)).toThrow(`The context is wrong (${name}: `);
  });

  it('everything that is missing', () => {
    expect(() => readContext(new App().node)).toThrow(/stage: .*retain: /su);
  });
});
