import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { callerRolesSchema } from '#callers/caller-role';
import { askerOf } from '#lambda/caller-of';
import { httpDoor } from '#lambda/http-door';

const roles = callerRolesSchema.parse('onboard=AROAONBOARD sync=AROASYNC read=AROAREAD');
const iam = (callerId: string, userArn = 'arn:aws:sts::1:assumed-role/r/s') => ({
  iam: { callerId, userArn },
});
const user = 'arn:aws:iam::123456789012:user/somebody';

describe('who asks', () => {
  it.each<[string, object, unknown]>([
    [
      'a key',
      { lambda: { caller: 'rewst', scopes: 'read sync' } },
      { name: 'rewst', scopes: ['sync', 'read'] },
    ],
    ['a role', iam('AROAONBOARD:build-7'), { name: 'iam:onboard/build-7', scopes: ['onboard'] }],
    [
      'a session that calls itself otherwise',
      iam('AROAREAD:onboard=AROAONBOARD'),
      { name: 'iam:read/onboard=AROAONBOARD', scopes: ['read'] },
    ],
    ['another role, whatever its session', iam('AROAOTHER:AROAONBOARD', user), { name: user, scopes: [] }],
    ['a user', iam('AIDAUSER', user), { name: user, scopes: [] }],
    ['a user of a role’s id', iam('AROAONBOARD', user), { name: user, scopes: [] }],
    ['what every object has', iam('constructor:x', user), { name: user, scopes: [] }],
    ['nobody', {}, null],
  ])('%s', (_, authorizer, asker) => {
    expect(askerOf({ requestContext: { authorizer } }, roles)).toEqual(asker);
  });

  it('needs roles that are told well', () => {
    expect(callerRolesSchema.parse('none')).toEqual({});
    for (const text of ['', 'write=AROA1', 'read=', 'AROA1', 'none read=AROA1'])
      expect(callerRolesSchema.safeParse(text).success).toBe(false);
  });
});

describe('a door', () => {
  const call = 'POST /connections/{connectionId}/runs';
  const door = httpDoor({ [call]: async ({ asker }) => ({ status: 200, body: asker }) }, roles);
  const ask = async (authorizer: object) => {
    const event = { routeKey: call, headers: {}, requestContext: { requestId: 'r', authorizer } };
    const context = { getRemainingTimeInMillis: () => 29_000 };
    const answer = await door(event as unknown as APIGatewayProxyEventV2, context as unknown as Context);
    return [answer.statusCode, JSON.parse(answer.body ?? '')];
  };

  it.each([
    ['a role of its scope', iam('AROASYNC:a'), 200],
    ['a role of another scope, which some other policy let in', iam('AROAONBOARD:a'), 403],
    ['whoever is let in by IAM alone', iam('AIDAUSER', user), 403],
  ])('takes %s as it should', async (_, authorizer, status) => {
    const [answered, body] = await ask(authorizer);
    expect(answered).toBe(status);
    if (status === 403) expect(body).toMatchObject({ code: 'not-allowed' });
  });

  it('that knows no roles refuses each', async () => {
    const event = {
      routeKey: call,
      headers: {},
      requestContext: { requestId: 'r', authorizer: iam('AROASYNC:a') },
    };
    const closed = httpDoor({ [call]: async () => ({ status: 200 }) });
    const context = { getRemainingTimeInMillis: () => 29_000 } as unknown as Context;
    expect((await closed(event as unknown as APIGatewayProxyEventV2, context)).statusCode).toBe(403);
  });
});
