/**
 * AWS's list prices in us-east-1, in US dollars, without any free tier. Those of Lambda, DynamoDB, EventBridge and
 * CloudWatch were compared with what was published in 2026; those of SQS, Secrets Manager, KMS and X-Ray are long
 * unchanged and were not looked up. Each has the page that decides. Other regions cost up to a third more.
 */
export const pricesSeen = '2026-11-24';

export const prices = {
  /** arm64, the first 6 billion GB-seconds of a month. https://aws.amazon.com/lambda/pricing/ */
  lambdaGbSecond: 0.0000133334,
  lambdaRequest: 0.2e-6,
  /** On demand, since 1 November 2024: a unit writes 1 KB, or reads 4 KB consistently. https://aws.amazon.com/dynamodb/pricing/on-demand/ */
  dynamoWriteUnit: 0.625e-6,
  dynamoReadUnit: 0.125e-6,
  /** Storage with point-in-time recovery, a GB-month: 0.25 + 0.20. */
  dynamoGbMonth: 0.45,
  /** Custom events, in pieces of 64 KB. https://aws.amazon.com/eventbridge/pricing/ */
  eventBridgeEvent: 1e-6,
  schedulerInvocation: 1e-6,
  /** Standard queues. https://aws.amazon.com/sqs/pricing/ */
  sqsRequest: 0.4e-6,
  /** https://aws.amazon.com/secrets-manager/pricing/ */
  secretMonth: 0.4,
  secretCall: 0.05 / 10_000,
  /** https://aws.amazon.com/kms/pricing/ */
  kmsKeyMonth: 1,
  kmsRequest: 0.03 / 10_000,
  /** https://aws.amazon.com/cloudwatch/pricing/ */
  logsGb: 0.5,
  metricMonth: 0.3,
  /** Past the first 10,000 metrics. */
  metricMonthPast10k: 0.1,
  alarmMonth: 0.1,
  dashboardMonth: 3,
  /** A trace that is recorded. https://aws.amazon.com/xray/pricing/ */
  trace: 5e-6,
} as const;
