import { matchesPattern } from './conditions.ts';
import type { Deployment } from './deployment.ts';

/** Throws unless the template lets API Gateway invoke the function for this source. */
export function requireApiPermission(deployment: Deployment, functionArn: string, sourceArn: string): void {
  const { ref } = deployment.find('AWS::Lambda::Function', functionArn);
  const allowed = deployment
    .all('AWS::Lambda::Permission')
    .some(
      ({ properties }) =>
        [ref, functionArn].includes(properties.FunctionName) &&
        properties.Principal === 'apigateway.amazonaws.com' &&
        matchesPattern(properties.SourceArn, sourceArn),
    );
  if (!allowed) throw new Error(`no AWS::Lambda::Permission lets API Gateway invoke ${ref} for ${sourceArn}`);
}

/** Throws unless the template lets the rule send to the queue. */
export function requireQueueAccess(deployment: Deployment, queueArn: string, ruleArn: string): void {
  const { ref } = deployment.find('AWS::SQS::Queue', queueArn);
  const allowed = deployment
    .all('AWS::SQS::QueuePolicy')
    .filter(({ properties }) => properties.Queues.includes(ref))
    .flatMap(({ properties }) => properties.PolicyDocument.Statement)
    .some(
      ({ Effect, Action, Principal, Resource, Condition }) =>
        Effect === 'Allow' &&
        Action.includes('sqs:SendMessage') &&
        (Principal.Service?.includes('events.amazonaws.com') ?? false) &&
        Resource.includes(queueArn) &&
        isAbout(Condition, ruleArn),
    );
  if (!allowed) throw new Error(`no AWS::SQS::QueuePolicy lets the rule ${ruleArn} send to ${ref}`);
}

function isAbout(condition: Record<string, Record<string, unknown>> | undefined, sourceArn: string): boolean {
  return Object.entries(condition ?? {}).every(
    ([operator, test]) =>
      operator === 'ArnEquals' &&
      Object.entries(test).every(([key, value]) => key === 'aws:SourceArn' && value === sourceArn),
  );
}
