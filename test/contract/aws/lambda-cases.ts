/** How Lambda answers who invokes a function. */
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { expect } from 'vitest';
import { type AwsCases, errorOf } from './aws-cases.ts';

export function lambdaCases({ aws, test, differs }: AwsCases): void {
  const invoke = (FunctionName: string) =>
    aws().lambdas.send(new InvokeCommand({ FunctionName, Payload: '{"routeKey":"GET /throw"}' }));

  test('has no function but those that were made', async () => {
    expect(await errorOf(invoke('nobody'))).toBe('ResourceNotFoundException');
  });

  differs(
    'tells a function that failed by a header inside a 200',
    'runs functions in Docker only',
    async () => {
      expect(await invoke('Answer')).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled' });
    },
  );
}
