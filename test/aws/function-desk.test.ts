/** The desk asked over Lambda's wire: the page's side and the desk's side, with the local AWS between them. */
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { Context } from 'aws-lambda';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { DeskError, functionDesk } from '#aws/function-desk';
import { correlationId } from '#lambda/correlation';
import { deskDoor } from '#lambda/desk-door';
import type { HandOffAnswer, HandOffDesk } from '#onboarding/hand-off';
import { AwsError } from '../../bin/local/aws-endpoint.ts';
import type { Outcome } from '../../bin/local/door-process.ts';
import { LambdaEndpoint } from '../../bin/local/lambda-endpoint.ts';
import { DeskInMemory, handOffId, token } from '../hand-off/desk-in-memory.ts';
import { views } from '../hand-off/sample-views.ts';
import { contextWith } from '../hand-off/serve-pages.ts';
import { localClient } from './json-server.ts';

// The logger reads this when it is loaded: faults are made here on purpose.
vi.hoisted(() => vi.stubEnv('POWERTOOLS_LOG_LEVEL', 'SILENT'));

let inner: DeskInMemory;
/** Instead of the desk's. */
let payload: string | null;
/** What the page's door is working on. */
let followed: string;
let endpoint: LambdaEndpoint;
let client: LambdaClient;
let desk: HandOffDesk;

async function invoke(event: unknown, clientContext: string | null): Promise<Outcome> {
  if (payload !== null) return { ok: true, payload };
  const told = clientContext === null ? {} : { clientContext: JSON.parse(clientContext) as unknown };
  const context = { ...contextWith(10_000), ...told } as Context;
  try {
    return { ok: true, payload: JSON.stringify(await deskDoor(inner)(event, context)) };
  } catch (error) {
    return { ok: false, errorType: 'Error', errorMessage: String(error) };
  }
}

beforeAll(async () => {
  endpoint = new LambdaEndpoint(
    (accessKeyId, action, resource) => {
      if (accessKeyId === 'local' && action === 'lambda:InvokeFunction') return;
      throw new AwsError('AccessDeniedException', `not authorized: ${action} on ${resource}`, 403);
    },
    (arn) => (arn.endsWith(':function:desk') ? invoke : null),
  );
  await endpoint.listen();
  client = new LambdaClient(localClient(endpoint.url));
});
afterAll(async () => {
  client.destroy();
  await endpoint.close();
});
beforeEach(() => {
  inner = new DeskInMemory();
  payload = null;
  followed = 'rewst-42';
  desk = functionDesk(
    () => client,
    'desk',
    () => followed,
  );
});
afterEach(() => endpoint.faults.clear());

const { signal } = new AbortController();
const typed = { username: 'a@acme.example', secret: 'hunter2-hunter2', trackingIdentifier: 'ABCDEFG' };
type Ask = (asked: HandOffDesk) => Promise<HandOffAnswer>;
const acts: readonly [name: string, ask: Ask][] = [
  ['look', (asked) => asked.look(handOffId, token)],
  ['show', (asked) => asked.show(handOffId, token)],
  ['mint', (asked) => asked.mint(handOffId, token)],
  ['verify', (asked) => asked.verify(handOffId, token, typed, signal)],
  ['verify-again', (asked) => asked.verifyAgain(handOffId, token, signal)],
  ['check', (asked) => asked.check(handOffId, token, signal)],
  ['retire', (asked) => asked.retire(handOffId, token, signal)],
];

describe('every act', () => {
  it.each(acts)('%s is answered as by the desk itself', async (name, ask) => {
    const itself = await ask(new DeskInMemory());
    expect(await ask(desk)).toEqual(itself);
    expect(inner.asked).toEqual([name]);
  });

  it('takes along what was typed', async () => {
    await desk.verify(handOffId, token, typed, signal);
    expect(inner.submissions).toEqual([typed]);
  });

  it.each<[string, HandOffAnswer]>([
    ...Object.entries(views).map(([name, view]): [string, HandOffAnswer] => [name, { kind: 'view', view }]),
    ['unknown', { kind: 'unknown' }],
    ['expired', { kind: 'expired' }],
    [
      'invalid',
      { kind: 'invalid', view: views.awaiting, errors: [{ field: 'username', message: 'Enter it.' }] },
    ],
  ])('brings back all of an answer: %s', async (_, answer) => {
    inner.answer = answer;
    expect(await desk.look(handOffId, token)).toEqual(answer);
  });
});

describe('the id that an act is followed by', () => {
  const seen = async (ask: () => Promise<unknown>): Promise<string> => {
    let id = 'none';
    vi.spyOn(inner, 'look').mockImplementation(async () => {
      id = correlationId();
      return { kind: 'unknown' };
    });
    await ask();
    return id;
  };
  const bare = (ClientContext?: string) => () =>
    client.send(
      new InvokeCommand({
        FunctionName: 'desk',
        Payload: JSON.stringify({ act: 'look', id: handOffId, token }),
        ClientContext,
      }),
    );
  const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64');

  it('is that of the page’s door', async () => {
    expect(await seen(() => desk.look(handOffId, token))).toBe('rewst-42');
  });

  // `a`: the invocation's own.
  it.each([
    ['nothing is told', undefined, 'a'],
    ['something else is told', encoded({ custom: { other: 1 } }), 'a'],
    ['nothing is in it', encoded({ custom: null }), 'a'],
    ['what is told can be none', encoded({ custom: { correlationId: 'a b\nc' } }), 'a'],
    ['what is told is no text', encoded({ custom: { correlationId: { a: 1 } } }), 'a'],
    ['it is told', encoded({ custom: { correlationId: 'by-hand' } }), 'by-hand'],
  ])('where %s', async (_, told, expected) => {
    expect(await seen(bare(told))).toBe(expected);
  });
});

describe('no answer of the desk', () => {
  const failing = async (ask: Ask = (asked) => asked.verify(handOffId, token, typed, signal)) => {
    const error: unknown = await ask(desk).then(
      () => null,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(Error);
    const told = `${(error as Error).name}: ${(error as Error).message} ${(error as Error).stack}`;
    for (const secret of [token, typed.secret, inner.minted.secret]) expect(told).not.toContain(secret);
    return error as Error;
  };

  it.each<[string, string]>([
    ['no JSON', 'no JSON'],
    ['nothing', 'null'],
    ['a strange kind', '{"kind":"other"}'],
    ['a view without its fields', '{"kind":"view","view":{}}'],
    ['values that are none', JSON.stringify({ kind: 'shown', view: views.awaiting, minted: { secret: 1 } })],
  ])('is an error: %s', async (_, text) => {
    payload = text;
    expect(await failing()).toBeInstanceOf(DeskError);
  });

  it('because it failed: without its reason, which stands in its own log', async () => {
    inner.fault = new Error(`the table is down ${token}`);
    const error = await failing();
    expect(error).toBeInstanceOf(DeskError);
    expect(error.message).toMatch(/^the desk failed \(Unhandled\): desk, request [\w-]+$/u);
  });

  it('because the request was none of the page’s', async () => {
    const { FunctionError, Payload } = await client.send(
      new InvokeCommand({ FunctionName: 'desk', Payload: JSON.stringify({ act: 'drop', id: '', token }) }),
    );
    expect(FunctionError).toBe('Unhandled');
    expect(Buffer.from(Payload ?? []).toString()).not.toContain(token);
    expect(inner.asked).toEqual([]);
  });

  it.each([
    ['lose-request', []],
    ['lose-answer', ['verify']],
  ] as const)('%s: it is not asked again', async (kind, asked) => {
    endpoint.faults.add('Invoke', { kind });
    await failing();
    expect(inner.asked).toEqual(asked);
  });

  it('in time: the page stops waiting', async () => {
    const never = vi.spyOn(inner, 'check').mockReturnValue(new Promise(() => {}));
    const abort = new AbortController();
    const asked = failing((one) => one.check(handOffId, token, abort.signal));
    await vi.waitFor(() => expect(never).toHaveBeenCalled());
    abort.abort();
    expect((await asked).name).toBe('AbortError');
  });
});
