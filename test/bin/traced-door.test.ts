/** A door as it is deployed, in a process of its own: what of its work the X-Ray daemon gets. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { DoorProcess } from '../../bin/local/door-process.ts';
import { RuntimeApi } from '../../bin/local/runtime-api.ts';
import { TraceDaemon, traceHeader } from '../../bin/local/trace-daemon.ts';
import { bundleApp } from '../../lib/bundle-app.ts';

const api = new RuntimeApi();
const daemon = new TraceDaemon();
const headers: string[] = [];
const lines: string[] = [];
let isSampled = true;
let door: DoorProcess;
beforeAll(async () => {
  const [address, bundles] = await Promise.all([daemon.listen(), bundleApp(), api.listen()]);
  door = new DoorProcess(api, {
    functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:receive-hand-off',
    memoryMb: 256,
    timeoutSeconds: 20,
    bill: () => {},
    log: (line) => void lines.push(line),
    trace: () => {
      const header = traceHeader(isSampled);
      headers.push(header);
      return header;
    },
    environment: () => ({
      ...{ AWS_REGION: 'us-east-1', AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x' },
      ...{ LAMBDA_TASK_ROOT: join(bundles.folder, 'receive-hand-off'), _HANDLER: 'index.handler' },
      ...{ AWS_XRAY_DAEMON_ADDRESS: address, AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR' },
      ...{ STAGE: 'test', DESK_FUNCTION: 'open-hand-off' },
      ...{ POWERTOOLS_SERVICE_NAME: 'receive-hand-off', POWERTOOLS_METRICS_NAMESPACE: 'test' },
      POWERTOOLS_LOG_LEVEL: 'INFO',
    }),
  });
});
afterAll(async () => {
  await door?.close();
  api.close();
  await daemon.close();
});

const token = 'T'.repeat(43);
const open = async (correlationId: string) => {
  const event = {
    routeKey: 'GET /hand-offs/open/{token}',
    headers: { 'x-correlation-id': correlationId },
    pathParameters: { token, connectionId: `not an id: ${token}` },
    requestContext: { requestId: 'r', http: { method: 'GET' } },
  };
  return JSON.parse(((await door.invoke(JSON.stringify(event))) as { payload: string }).payload).statusCode;
};

it('each invocation that is traced is told under its own trace, the others not, and no link’s token', async () => {
  expect(await open('first')).toBe(303);
  isSampled = false;
  expect(await open('second')).toBe(303);
  isSampled = true;
  expect(await open('third')).toBe(303);
  await vi.waitFor(() => expect(daemon.documents.length).toBeGreaterThanOrEqual(2), 5_000);
  const expected = [headers[0], headers[2]].map((header) => header?.split(';')[0]?.slice('Root='.length));
  expect(daemon.documents).toMatchObject([
    { name: 'request', trace_id: expected[0], annotations: { correlationId: 'first' } },
    { name: 'request', trace_id: expected[1], annotations: { correlationId: 'third' } },
  ]);
  expect(JSON.stringify(daemon.documents)).not.toContain(token);
  // The SDK says it in the log where it does not know in which invocation it is.
  for (const line of lines) expect(JSON.parse(line)).toMatchObject({ level: 'INFO' });
});
