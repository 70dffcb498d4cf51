import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** Where in IAM the roles of a stage's doors are: what a role is called changes with a deployment, this does not. */
export const doorRolesPath = (stage: string): string => `/addigy-autotask/${stage}/`;

/** Like the ARN of every door's role, and of no other. */
export const doorRolesArn = (scope: Construct, stage: string): string =>
  Stack.of(scope).formatArn({
    service: 'iam',
    region: '',
    resource: 'role',
    resourceName: `${doorRolesPath(stage).slice(1)}*`,
  });
