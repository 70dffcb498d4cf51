/** Routes of authorization type AWS_IAM, as the local API Gateway serves them: signed with AWS's library, and with curl. */
import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { SignatureV4 } from '@smithy/signature-v4';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runStacks } from '../../bin/local/run-stacks.ts';
import type { RunningStacks } from '../../bin/local/running-stacks.ts';
import { Sha256 } from '../../bin/local/sha256.ts';
import { fixtureStack } from './fixture-stack.ts';

const trusted = 'arn:aws:iam::123456789012:role/pipeline';
const roleArn = 'arn:aws:iam::000000000000:role/callers/Caller';

let host: RunningStacks;
let as: Readonly<Record<string, string>>;
beforeAll(async () => {
  host = await runStacks([
    fixtureStack({
      edit: (all) => {
        for (const { Type, Properties } of Object.values(all)) {
          if (Type !== 'AWS::ApiGatewayV2::Route') continue;
          const route = Properties as Record<string, unknown>;
          route.AuthorizationType = 'AWS_IAM';
          delete route.AuthorizerId;
        }
        const document = (statement: object) => ({
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', ...statement }],
        });
        const api = { Ref: 'Api' };
        const may = (route: string) => ({
          'Fn::Join': ['', ['arn:aws:execute-api:us-east-1:000000000000:', api, `/$default/${route}`]],
        });
        all.Caller = {
          Type: 'AWS::IAM::Role',
          Properties: {
            Path: '/callers/',
            AssumeRolePolicyDocument: document({ Action: 'sts:AssumeRole', Principal: { AWS: trusted } }),
            Policies: [
              {
                PolicyName: 'calls',
                PolicyDocument: document({
                  Action: 'execute-api:Invoke',
                  Resource: [may('GET/echo/*'), may('POST/echo/*')],
                }),
              },
            ],
          },
        };
        const stage = all.Stage?.Properties as { AccessLogSettings: { Format: string } };
        stage.AccessLogSettings.Format = '$context.status $context.identity.userArn $context.error.message';
      },
    }),
  ]);
  as = host.assumeRole(roleArn, trusted, 'build-7');
});
afterAll(() => host.close());

interface Signing {
  readonly method?: string;
  readonly path?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly by?: Readonly<Record<string, string>>;
  readonly at?: Date;
  readonly region?: string;
  readonly service?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What `fetch` is given. */
async function signed(wish: Signing = {}): Promise<{ url: string; init: RequestInit }> {
  const { method = 'GET', path = '/echo/x', query = {}, body, by = as, at = new Date() } = wish;
  const { host: name } = new URL(host.apiUrl);
  const v4 = new SignatureV4({
    service: wish.service ?? 'execute-api',
    region: wish.region ?? 'us-east-1',
    sha256: Sha256,
    credentials: {
      accessKeyId: by.AWS_ACCESS_KEY_ID ?? '',
      secretAccessKey: by.AWS_SECRET_ACCESS_KEY ?? '',
      ...(by.AWS_SESSION_TOKEN === undefined ? {} : { sessionToken: by.AWS_SESSION_TOKEN }),
    },
  });
  const { headers } = await v4.sign(
    {
      ...{ method, path, query: { ...query }, protocol: 'http:', hostname: name },
      headers: { host: name, ...wish.headers },
      ...(body === undefined ? {} : { body }),
    },
    { signingDate: at },
  );
  const search = new URLSearchParams(query).toString();
  const url = `${host.apiUrl}${path}${search === '' ? '' : `?${search}`}`;
  return { url, init: { method, headers, ...(body === undefined ? {} : { body }) } };
}

const ask = async (wish: Signing = {}) => {
  const { url, init } = await signed(wish);
  return fetch(url, init);
};

describe('a request that a role signed', () => {
  it.each<[string, Signing]>([
    ['without a body', {}],
    ['with one', { method: 'POST', body: '{"a":"é"}', headers: { 'content-type': 'application/json' } }],
    ['with a query', { query: { cursor: 'a=b/c', b: 'é', a: '1' } }],
    ['with an encoded path', { path: '/echo/a%20b' }],
    ['four minutes ago', { at: new Date(Date.now() - 4 * 60_000) }],
  ])('is let in: %s', async (_, wish) => {
    expect((await ask(wish)).status).toBe(200);
  });

  it('is told to the door and to the access log by who signed', async () => {
    const { requestContext } = (await (await ask()).json()) as { requestContext: { authorizer: object } };
    const userArn = 'arn:aws:sts::000000000000:assumed-role/Caller/build-7';
    const callerId = expect.stringMatching(/^AROA[0-9A-F]{17}:build-7$/u);
    expect(requestContext.authorizer).toEqual({
      iam: {
        accessKey: as.AWS_ACCESS_KEY_ID,
        accountId: '000000000000',
        ...{ callerId, userArn, userId: callerId },
        ...{ cognitoIdentity: null, principalOrgId: null },
      },
    });
    expect(host.logs('http-api')).toContain(`200 ${userArn} -`);
  });
});

describe('anything else is a 403, and the log alone says why', () => {
  const long = 6 * 60_000;
  it.each<[string, () => Promise<Response>, RegExp]>([
    ['no signature', () => fetch(`${host.apiUrl}/echo/x`), /Missing Authentication Token/u],
    [
      'a bearer key',
      () => fetch(`${host.apiUrl}/echo/x`, { headers: { authorization: 'Bearer a' } }),
      /no signature/u,
    ],
    ['another secret', () => ask({ by: { ...as, AWS_SECRET_ACCESS_KEY: 'other' } }), /does not match/u],
    ['an unknown key', () => ask({ by: { ...as, AWS_ACCESS_KEY_ID: 'ASIAOTHER' } }), /token .* is invalid/u],
    ['no token', () => ask({ by: { ...as, AWS_SESSION_TOKEN: undefined } as never }), /token .* is invalid/u],
    ['another token', () => ask({ by: { ...as, AWS_SESSION_TOKEN: 'other' } }), /token .* is invalid/u],
    ['an old one', () => ask({ at: new Date(Date.now() - long) }), /Signature expired/u],
    ['one of the future', () => ask({ at: new Date(Date.now() + long) }), /not yet current/u],
    ['another region', () => ask({ region: 'eu-west-1' }), /scoped to us-east-1/u],
    ['another service', () => ask({ service: 'lambda' }), /execute-api/u],
    [
      'a route that the role may not call',
      () => ask({ path: '/text' }),
      /not authorized to perform: execute-api:Invoke/u,
    ],
    [
      'another path than was signed',
      async () => fetch(`${host.apiUrl}/echo/y`, (await signed()).init),
      /does not match/u,
    ],
    [
      'another query',
      async () => fetch(`${host.apiUrl}/echo/x?a=2`, (await signed({ query: { a: '1' } })).init),
      /does not match/u,
    ],
    [
      'another body',
      async () => {
        const { url, init } = await signed({ method: 'POST', body: 'one' });
        return fetch(url, { ...init, body: 'two' });
      },
      /not that of the body/u,
    ],
    [
      'an AWS header that was added',
      async () => {
        const { url, init } = await signed();
        return fetch(url, { headers: { ...(init.headers as Record<string, string>), 'x-amz-meta': '1' } });
      },
      /x-amz-meta must be signed/u,
    ],
  ])('%s', async (_, asked, why) => {
    const answer = await asked();
    expect([answer.status, await answer.json()]).toEqual([403, { message: 'Forbidden' }]);
    expect(host.logs('http-api').at(-1)).toMatch(why);
  });

  it('and a route that there is not is a 404 as everywhere', async () => {
    expect((await fetch(`${host.apiUrl}/nothing`)).status).toBe(404);
  });
});

describe('a role is taken', () => {
  it.each([
    [
      'by nobody whom it does not trust',
      'arn:aws:iam::123456789012:role/other',
      roleArn,
      /not authorized to perform: sts:AssumeRole/u,
    ],
    ['only where there is one', trusted, 'arn:aws:iam::000000000000:role/none', /no such AWS::IAM::Role/u],
  ])('%s', (_, principal, role, message) => {
    expect(() => host.assumeRole(role, principal, 'session')).toThrow(message);
  });
});

const curl =
  spawnSync('curl', ['--aws-sigv4', 'aws:amz:us-east-1:execute-api', '--version'], { stdio: 'ignore' })
    .status === 0;
it.skipIf(!curl)(
  curl ? 'curl --aws-sigv4 is let in' : 'curl --aws-sigv4 (skipped: no curl that signs on PATH)',
  async () => {
    const run = async (...args: string[]) => {
      const { stdout } = await promisify(execFile)('curl', [
        ...['--silent', '--max-time', '20', '--write-out', '%{http_code}', '--output', '/dev/null'],
        ...['--aws-sigv4', 'aws:amz:us-east-1:execute-api'],
        ...['--user', `${as.AWS_ACCESS_KEY_ID}:${as.AWS_SECRET_ACCESS_KEY}`],
        ...args,
      ]);
      return stdout;
    };
    const token = ['--header', `x-amz-security-token: ${as.AWS_SESSION_TOKEN}`];
    expect(await run(...token, `${host.apiUrl}/echo/x`)).toBe('200');
    expect(await run(...token, '--data', 'a=1', `${host.apiUrl}/echo/x`)).toBe('200');
    expect(await run(...token, `${host.apiUrl}/text`)).toBe('403');
    expect(await run(`${host.apiUrl}/echo/x`)).toBe('403');
  },
);
