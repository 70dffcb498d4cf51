import type { Clock } from './clock.ts';
import type { Deployment } from './deployment.ts';
import type { Grants } from './grants.ts';
import type { Doors } from './open-doors.ts';
import { Schedule } from './scheduler.ts';

/** The enabled schedules of a deployment, not yet started. */
export function openSchedules({
  deployment,
  grants,
  doors,
  clock,
}: {
  readonly deployment: Deployment;
  readonly grants: Grants;
  readonly doors: Doors;
  readonly clock: Clock;
}): Schedule[] {
  return deployment
    .all('AWS::Scheduler::Schedule')
    .filter(({ properties }) => properties.State === 'ENABLED')
    .map(({ logicalId, attributes, properties }) => {
      const { Arn, Input = '{}', RoleArn } = properties.Target;
      if (!grants.allow(RoleArn, 'lambda:InvokeFunction', Arn)) {
        throw new Error(`${logicalId}: its role may not invoke ${Arn}`);
      }
      const door = doors.at(Arn);
      return new Schedule({
        arn: attributes.Arn ?? '',
        expression: properties.ScheduleExpression,
        timeZone: properties.ScheduleExpressionTimezone,
        input: Input,
        // Scheduler's Lambda target invokes asynchronously.
        invoke: (payload) => door.invokeAsync(payload),
        clock,
      });
    });
}
