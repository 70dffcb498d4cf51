import { expect, it } from 'vitest';
import type { Outcome } from '../../bin/local/door-process.ts';
import type { AskedRoute } from '../../bin/local/http-api.ts';
import { type LambdaAuthorizerOptions, lambdaAuthorizer } from '../../bin/local/lambda-authorizer.ts';

const byKeyAndRoute = ['$request.header.Authorization', '$context.routeKey'];
const said = (value: unknown): Outcome => ({ ok: true, payload: JSON.stringify(value) });
const yes = said({ isAuthorized: true, context: { caller: 'rewst' } });
const no = said({ isAuthorized: false });
const unauthorized: Outcome = { ok: false, errorType: 'Error', errorMessage: 'Unauthorized' };

const asked = (authorization: string | null, routeKey = 'GET /connections'): AskedRoute => ({
  call: {
    apiId: 'api',
    requestId: 'request',
    method: 'GET',
    target: '/connections',
    rawPath: '/connections',
    rawQueryString: '',
    headers: authorization === null ? {} : { authorization },
    sourceIp: '127.0.0.1',
    at: new Date(0),
  },
  routeKey,
  pathParameters: {},
  body: Buffer.alloc(0),
});

function opened(outcome: Outcome, options: Partial<LambdaAuthorizerOptions> = {}) {
  const events: unknown[] = [];
  const clock = { now: 0 };
  const authorizer = lambdaAuthorizer({
    invoke: async (event) => {
      events.push(event);
      return outcome;
    },
    identitySource: byKeyAndRoute,
    rememberedMs: 30_000,
    now: () => clock.now,
    ...options,
  });
  return { authorizer, events, clock };
}

it.each<[string, Outcome, number, Parameters<typeof asked>[], Partial<LambdaAuthorizerOptions>, number]>([
  ['the same key and route within the time', yes, 29_999, [['k'], ['k']], {}, 1],
  ['and after it', yes, 30_000, [['k'], ['k']], {}, 2],
  ['another key', yes, 0, [['k'], ['l']], {}, 2],
  ['another route', yes, 0, [['k'], ['k', 'PUT /connections']], {}, 2],
  [
    'another route, where the key alone is the identity',
    yes,
    0,
    [['k'], ['k', 'PUT /']],
    { identitySource: [byKeyAndRoute[0]!] },
    1,
  ],
  ['a no', no, 0, [['k'], ['k']], {}, 1],
  ['an error', unauthorized, 0, [['k'], ['k']], {}, 2],
  ['where nothing is remembered', yes, 0, [['k'], ['k']], { rememberedMs: 0 }, 2],
  ['without an identity', yes, 0, [[null]], {}, 0],
])('asks for %s', async (_, outcome, later, requests, options, times) => {
  const { authorizer, events, clock } = opened(outcome, options);
  const verdicts = [];
  for (const request of requests) {
    verdicts.push(await authorizer(asked(...request)));
    clock.now += later;
  }
  expect(events).toHaveLength(times);
  // Who is told from memory is told the same.
  if (requests.length === 2) expect(verdicts[1]).toEqual(verdicts[0]);
});

it('tells the function its identity sources in their order', async () => {
  const { authorizer, events } = opened(yes);
  await authorizer(asked('Bearer k', 'GET /connections/{connectionId}'));
  expect(events).toMatchObject([{ identitySource: ['Bearer k', 'GET /connections/{connectionId}'] }]);
});
