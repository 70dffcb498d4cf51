import type { HttpAnswer } from './http-answer.ts';
import { type HttpCall, requestTime } from './http-event.ts';

export interface Served {
  readonly call: HttpCall;
  readonly routeKey: string;
  readonly answer: HttpAnswer;
  /** Who made the error of the answer, if there is one. */
  readonly blame: 'authorizer' | 'integration' | null;
  /** Of who signed, where the route asks for that and let them in. */
  readonly userArn?: string;
}

const variables: Readonly<Record<string, (served: Served) => string>> = {
  requestId: ({ call }) => call.requestId,
  requestTime: ({ call }) => requestTime(call.at),
  'identity.sourceIp': ({ call }) => call.sourceIp,
  'identity.userArn': ({ userArn = '-' }) => userArn,
  httpMethod: ({ call }) => call.method,
  routeKey: ({ routeKey }) => routeKey,
  path: ({ call }) => call.rawPath,
  protocol: () => 'HTTP/1.1',
  status: ({ answer }) => String(answer.status),
  responseLength: ({ answer }) => String(answer.body.byteLength),
  responseLatency: ({ call }) => String(Date.now() - call.at.getTime()),
  'authorizer.error': ({ answer, blame }) => (blame === 'authorizer' ? answer.error : '-'),
  // What API Gateway answers itself; whether AWS's says more of a refused signature is UNCONFIRMED.
  'error.message': ({ answer }) => answer.error,
  integrationErrorMessage: ({ answer, blame }) => (blame === 'integration' ? answer.error : '-'),
};

/**
 * Writes access-log lines of a stage's format.
 *
 * @throws for a variable that the local host does not know
 */
export function accessLog(format: string): (served: Served) => string {
  const pattern = /\$context\.([A-Za-z]+(?:\.[A-Za-z]+)*)/gu;
  for (const [, name = ''] of format.matchAll(pattern)) {
    if (!Object.hasOwn(variables, name)) throw new Error(`the local host does not know $context.${name}`);
  }
  // Escaped as API Gateway escapes, so that a format that is JSON stays JSON.
  return (served) =>
    format.replace(pattern, (_, name: string) =>
      JSON.stringify(variables[name]?.(served) ?? '-').slice(1, -1),
    );
}
