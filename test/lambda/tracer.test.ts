/** What X-Ray gets of us, by the wire that its daemon listens to. */
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { correlated } from '#lambda/correlation';
import { TraceDaemon, type TraceDocument, traceHeader } from '../../bin/local/trace-daemon.ts';

const daemon = new TraceDaemon();
let tracer: typeof import('#lambda/tracer');
beforeAll(async () => {
  // As Lambda has it: without these the SDK sends nothing.
  vi.stubEnv('AWS_XRAY_DAEMON_ADDRESS', await daemon.listen());
  vi.stubEnv('AWS_EXECUTION_ENV', 'AWS_Lambda_nodejs24.x');
  vi.stubEnv('LAMBDA_TASK_ROOT', '/var/task');
  tracer = await import('#lambda/tracer');
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await daemon.close();
});

let before = 0;
let header = '';
/** An invocation begins. */
const invoked = (isSampled: boolean): void => {
  header = traceHeader(isSampled);
  vi.stubEnv('_X_AMZN_TRACE_ID', header);
};
beforeEach(() => {
  before = daemon.documents.length;
  invoked(true);
});

async function sent(count: number): Promise<readonly TraceDocument[]> {
  await vi.waitFor(() => expect(daemon.documents.length).toBeGreaterThanOrEqual(before + count), 5_000);
  return daemon.documents.slice(before);
}
const named = (documents: readonly TraceDocument[], name: string) =>
  documents.filter((one) => one.name === name);
const call = (operation: string, status: number | null) =>
  tracer.watchCall('webservices5.autotask.net', operation)(status);

it('an invocation that is not traced is done, and nothing of it is told', async () => {
  invoked(false);
  const answer = await tracer.traced('message', { runId: 'r' }, async () => {
    call('GET Companies', 200);
    return 7;
  });
  // What the SDK leaves behind where it was loaded.
  expect('namespaces' in process).toBe(false);
  invoked(true);
  await tracer.traced('message', {}, async () => {});
  expect('namespaces' in process).toBe(true);
  expect([answer, (await sent(1)).map(({ name }) => name)]).toEqual([7, ['message']]);
});

it('work is told with its ids, and each call in it under Lambda’s own segment', async () => {
  await correlated('rewst-42', () =>
    tracer.traced(
      'message',
      { connectionId: 'acme', runId: 'r-1', apiKey: 'hunter2', purpose: 'a b\nc', trigger: { hunter2: 1 } },
      async () => {
        call('POST ConfigurationItems', 200);
        await Promise.resolve();
        call('GET Companies', 429);
      },
    ),
  );
  const documents = await sent(3);
  const [work] = named(documents, 'message');
  const [root, parent] = header.split(';').map((part) => part.split('=')[1]);
  expect(work).toMatchObject({ trace_id: root, parent_id: parent });
  expect(work?.annotations).toEqual({ connectionId: 'acme', runId: 'r-1', correlationId: 'rewst-42' });
  expect(named(documents, 'webservices5.autotask.net')).toMatchObject([
    {
      parent_id: work?.id,
      namespace: 'remote',
      annotations: { operation: 'POST ConfigurationItems' },
      http: { response: { status: 200 } },
    },
    { parent_id: work?.id, error: true, throttle: true, http: { response: { status: 429 } } },
  ]);
  expect(JSON.stringify(documents)).not.toContain('hunter2');
});

it.each<[number | null, object]>([
  [404, { error: true }],
  [503, { fault: true }],
  [null, { fault: true }],
])('a call that ends with %s is flagged', async (status, flags) => {
  await tracer.traced('message', {}, async () => call('GET Companies', status));
  expect(named(await sent(2), 'webservices5.autotask.net')).toMatchObject([flags]);
});

it('of an error it tells that there was one, and not a word of it', async () => {
  const failing = tracer.traced('message', {}, async () => {
    throw new Error('hunter2');
  });
  await expect(failing).rejects.toThrow('hunter2');
  const documents = await sent(1);
  expect(documents).toMatchObject([{ name: 'message', fault: true }]);
  expect(JSON.stringify(documents)).not.toContain('hunter2');
});

it('of two pieces of work at once each has its own calls', async () => {
  const work = (purpose: string) =>
    tracer.traced('message', { purpose }, async () => {
      await new Promise((done) => setTimeout(done, 5));
      call(`GET ${purpose}`, 200);
    });
  await Promise.all(['one', 'two'].map(work));
  const documents = await sent(4);
  for (const { id, annotations } of named(documents, 'message')) {
    const own = documents.filter(({ parent_id }) => parent_id === id);
    expect(own.map((one) => one.annotations.operation)).toEqual([`GET ${String(annotations.purpose)}`]);
  }
});

it('of a piece of work it tells at most five hundred calls: X-Ray keeps 500 KB of a trace', async () => {
  await tracer.traced('message', {}, async () => {
    for (let at = 0; at < 600; at += 1) {
      call('PATCH ConfigurationItems', 200);
      // A socket's buffer holds some two hundred datagrams.
      if (at % 25 === 0) await new Promise((done) => setTimeout(done, 5));
    }
  });
  await vi.waitFor(() => expect(named(daemon.documents.slice(before), 'message')).toHaveLength(1), 5_000);
  const told = named(daemon.documents.slice(before), 'webservices5.autotask.net').length;
  // Some may be lost on the way, as UDP may lose them.
  expect([told > 400, told <= 500]).toEqual([true, true]);
});
