/** More than one HTTP API in a deployment, and the addresses by which doors and people know them. */
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runStacks } from '../../bin/local/run-stacks.ts';
import type { RunningStacks } from '../../bin/local/running-stacks.ts';
import type { SynthesizedStack } from '../../bin/local/synthesized-stack.ts';
import { fixtureStack } from './fixture-stack.ts';

const endpoint = (api: string) => ({ 'Fn::GetAtt': [api, 'ApiEndpoint'] });

/** The fixture, with a second API that is open to anybody. `main`: the API that the output ApiUrl names. */
function twoApis(main: string | null): SynthesizedStack {
  const stack = fixtureStack({
    edit: (all) => {
      const of = (logicalId: string, properties: object) => {
        const { Type, Properties } = all[logicalId]!;
        return { Type, Properties: { ...Properties, ...properties } };
      };
      const ApiId = { Ref: 'OpenApi' };
      all.OpenApi = of('Api', { Name: 'open' });
      all.OpenStage = of('Stage', {
        ApiId,
        AccessLogSettings: { DestinationArn: 'arn:aws:logs:nowhere', Format: 'open $context.routeKey' },
      });
      all.OpenIntegration = of('Integration', { ApiId });
      all.OpenRoute = {
        Type: 'AWS::ApiGatewayV2::Route',
        Properties: {
          ApiId,
          AuthorizationType: 'NONE',
          RouteKey: 'GET /open/{token}',
          Target: { 'Fn::Join': ['', ['integrations/', { Ref: 'OpenIntegration' }]] },
        },
      };
      all.OpenPermission = of('ApiPermission', {
        SourceArn: {
          'Fn::Join': ['', ['arn:aws:execute-api:us-east-1:000000000000:', ApiId, '/*/*/*']],
        },
      });
      const answer = all.Answer!.Properties as { Environment: { Variables: Record<string, unknown> } };
      answer.Environment.Variables.OPEN_URL = endpoint('OpenApi');
    },
  });
  const Outputs = {
    OpenUrl: { Value: endpoint('OpenApi') },
    ...(main === null ? {} : { ApiUrl: { Value: { 'Fn::Join': ['', [endpoint(main), '/']] } } }),
  };
  return { ...stack, template: { ...stack.template, Outputs } };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as { port: number };
  await new Promise((done) => server.close(done));
  return port;
}

describe('two HTTP APIs', () => {
  let host: RunningStacks;
  let port: number;
  let open: string;
  beforeAll(async () => {
    port = await freePort();
    host = await runStacks([twoApis('Api')], { port });
    open = host.outputs.OpenUrl ?? '';
  });
  afterAll(() => host.close());

  it('listen each at its own address, and the port is for the one that ApiUrl names', () => {
    expect(host.apiUrls).toEqual({ Api: `http://127.0.0.1:${port}`, OpenApi: open });
    expect(host.apiUrl).toBe(host.apiUrls.Api);
    expect(open).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/u);
    expect(open).not.toBe(host.apiUrl);
    expect(host.outputs.ApiUrl).toBe(`${host.apiUrl}/`);
  });

  it.each([
    ['the open one, without a key', 'OpenApi', '/open/x', 200],
    ['the other’s route at the open one', 'OpenApi', '/text', 404],
    ['the guarded one, without a key', 'Api', '/text', 401],
    ['the open one’s route at the guarded one', 'Api', '/open/x', 404],
  ])('serve their own routes alone: %s', async (_, api, path, status) => {
    expect((await fetch(`${host.apiUrls[api]}${path}`)).status).toBe(status);
  });

  it('are known to the doors by the addresses at which they can be reached', async () => {
    expect(await (await fetch(`${open}/open/x`)).text()).toBe(open);
  });

  it('log what their stages say, and a path only where it is asked for', async () => {
    await fetch(`${open}/open/secret-token`);
    expect(host.logs('http-api')).toContain('open GET /open/{token}');
    expect(host.logs('http-api').join()).not.toContain('secret-token');
  });
});

it('takes the other for the main one where ApiUrl names that', async () => {
  const host = await runStacks([twoApis('OpenApi')]);
  expect(host.apiUrl).toBe(host.outputs.OpenUrl);
  await host.close();
});

it('refuses to guess which of two is meant', async () => {
  await expect(runStacks([twoApis(null)])).rejects.toThrow('an output ApiUrl that says which');
});

it('fails where the port is taken', async () => {
  const taken = createServer();
  await new Promise<void>((done) => taken.listen(0, '127.0.0.1', done));
  const { port } = taken.address() as { port: number };
  await expect(runStacks([twoApis('Api')], { port })).rejects.toThrow('EADDRINUSE');
  await new Promise((done) => taken.close(done));
});
