/** The examples of docs/examples, run or read; bearer.sh runs against the whole system in local-host.test.ts. */
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readOnboardingRequest } from '#onboarding/onboard';

const folder = fileURLToPath(new URL('../../docs/examples/', import.meta.url));
const text = (name: string): string => readFileSync(join(folder, name), 'utf8');
const has = (command: string): boolean => spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0;

interface Entry {
  EventBusName: string;
  Source: string;
  DetailType: string;
  Detail: string;
}

const described = parse(readFileSync(join(folder, '../asyncapi.yaml'), 'utf8')) as {
  components: { messages: { OnboardingRequested: { name: string; payload: object } } };
};
const { name: requested, payload } = described.components.messages.OnboardingRequested;
const ajv = new Ajv2020({ strict: false });
addFormats.default(ajv);
const fitsPayload = ajv.compile(payload);

function isOnboarding(entries: readonly Entry[]): void {
  expect(entries).toHaveLength(1);
  for (const entry of entries) {
    expect(entry.DetailType).toBe(requested);
    // AWS keeps sources that begin so for itself; and ours is what the service says.
    expect(entry.Source).not.toMatch(/^(?:aws|addigy-autotask$)/u);
    const detail: unknown = JSON.parse(entry.Detail);
    expect(fitsPayload(detail), ajv.errorsText(fitsPayload.errors)).toBe(true);
    expect(() => readOnboardingRequest(detail)).not.toThrow();
  }
}

it('every example is named in their README', () => {
  const files = readdirSync(folder).filter((name) => name !== 'README.md');
  for (const name of files) expect(text('README.md')).toContain(`](${name})`);
  expect(files).toHaveLength(5);
});

it('put-events.json asks for an onboarding as asyncapi.yaml has it', () => {
  isOnboarding(JSON.parse(text('put-events.json')) as Entry[]);
});

it.each(['bearer.sh', 'iam.sh'])('%s is a script, and gives no secret as an argument', (name) => {
  expect(spawnSync('bash', ['-n', join(folder, name)]).status).toBe(0);
  expect(text(name)).not.toMatch(/--(?:header|user)[ =]\S*\$(?:ADDIGY|AWS_(?:SECRET|ACCESS))/u);
});

it.skipIf(!has('curl'))(
  has('curl') ? 'iam.sh signs for API Gateway' : 'iam.sh signs for API Gateway (skipped: no curl on PATH)',
  async () => {
    const seen: Record<string, unknown>[] = [];
    const server = createServer((request, response) => {
      seen.push({ ...request.headers, path: request.url });
      response.end('{"connections":[]}');
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const environment = {
      PATH: process.env.PATH ?? '',
      ADDIGY_AUTOTASK_IAM_URL: url,
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_SESSION_TOKEN: 'token',
    };
    const child = spawn('bash', [join(folder, 'iam.sh')], {
      env: environment,
      stdio: 'ignore',
      timeout: 20_000,
    });
    const status = await new Promise((done) => child.once('close', done));
    server.close();
    server.closeAllConnections();
    expect(status).toBe(0);
    expect(seen).toMatchObject([{ path: '/connections', 'x-amz-security-token': 'token' }]);
    expect(seen[0]?.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE\/\d{8}\/eu-west-1\/execute-api\/aws4_request, ?SignedHeaders=[\w;-]*x-amz-security-token[\w;-]*, ?Signature=[0-9a-f]{64}$/u,
    );
  },
);

describe('github-actions.yml', () => {
  interface Workflow {
    permissions: object;
    jobs: { onboard: { steps: { uses?: string; run?: string; env?: Record<string, string> }[] } };
  }
  const { permissions, jobs } = parse(text('github-actions.yml')) as Workflow;
  const script = jobs.onboard.steps.find(({ run }) => run !== undefined);

  it('logs in by OIDC, and puts what a person typed into no script', () => {
    expect(permissions).toEqual({ 'id-token': 'write', contents: 'read' });
    expect(jobs.onboard.steps[0]?.uses).toMatch(/^aws-actions\/configure-aws-credentials@/u);
    expect(script?.run).not.toContain('${{');
    expect(Object.keys(script?.env ?? {}).sort()).toEqual(['BUS', 'CONNECTION', 'NAME']);
  });

  it.skipIf(!has('jq'))(
    has('jq')
      ? 'asks for an onboarding, and fails where the entry failed inside a success'
      : 'asks for an onboarding (skipped: no jq on PATH)',
    () => {
      const work = mkdtempSync(join(tmpdir(), 'example-'));
      try {
        const run = (failed: string) => {
          writeFileSync(join(work, 'aws'), `#!/bin/sh\necho ${failed}\n`);
          chmodSync(join(work, 'aws'), 0o755);
          const PATH = `${work}:${process.env.PATH ?? ''}`;
          const env = { PATH, CONNECTION: 'acme', NAME: 'Acme "Dental" $(id)', BUS: 'addigy-autotask-prod' };
          return spawnSync('bash', ['-c', script?.run ?? ''], { cwd: work, env }).status;
        };
        expect(run('0')).toBe(0);
        const entries = JSON.parse(readFileSync(join(work, 'entries.json'), 'utf8')) as Entry[];
        isOnboarding(entries);
        expect(JSON.parse(entries[0]?.Detail ?? '')).toMatchObject({
          connection: { name: 'Acme "Dental" $(id)' },
        });
        expect(run('1')).toBe(1);
      } finally {
        rmSync(work, { recursive: true, force: true });
      }
    },
  );
});

it('n8n.json sends a declaration with a stored credential, again where it failed', () => {
  interface Node {
    name: string;
    type: string;
    retryOnFail?: boolean;
    parameters: Record<string, string>;
  }
  const { nodes, connections } = JSON.parse(text('n8n.json')) as { nodes: Node[]; connections: object };
  const request = nodes.find(({ type }) => type === 'n8n-nodes-base.httpRequest');
  expect(request).toMatchObject({
    retryOnFail: true,
    parameters: { method: 'PUT', authentication: 'genericCredentialType', genericAuthType: 'httpHeaderAuth' },
  });
  const { provision, ...connection } = JSON.parse(request?.parameters.jsonBody ?? '') as Record<
    string,
    unknown
  >;
  expect(() => readOnboardingRequest({ connectionId: 'acme', connection, provision })).not.toThrow();
  const names = nodes.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(Object.keys(connections)));
  expect(JSON.stringify(connections)).toContain(request?.name);
  expect(text('n8n.json')).not.toMatch(/aak_/u);
});
