/** The hand-off page: public, and without a key to anything. It asks the door behind it, which opens links. */
import { functionDesk } from '#aws/function-desk';
import { lambdaClient } from '#aws/lambda-client';
import { digest } from '#lambda/chance';
import { correlationId } from '#lambda/correlation';
import { readEnvironment } from '#lambda/environment';
import { handOffRoutes } from '#lambda/hand-off-routes';
import { pageDoor } from '#lambda/page-door';

const { DESK_FUNCTION } = readEnvironment('receive-hand-off', process.env);

export const handler = pageDoor(
  handOffRoutes(functionDesk(lambdaClient, DESK_FUNCTION, correlationId), digest),
);
