/** The desk over a wire of JSON: what goes in comes out, and nothing else gets through. */
import { describe, expect, it } from 'vitest';
import type { HandOffAnswer, HandOffDesk } from '#onboarding/hand-off';
import { askDesk, deskAnswerSchema, deskRequestSchema, remoteDesk } from '#onboarding/hand-off-wire';
import { views } from '../hand-off/sample-views.ts';

const signal = new AbortController().signal;
const typed = { username: 'u@acme.test', secret: 's', trackingIdentifier: 't' };

/** Both ends, and what the desk behind them was asked. */
function wired(answer: HandOffAnswer = { kind: 'unknown' }) {
  const asked: unknown[] = [];
  const signals: unknown[] = [];
  const desk = new Proxy({} as HandOffDesk, {
    get:
      (_, act) =>
      async (...rest: unknown[]) => {
        asked.push([act, ...rest.filter((one) => !(one instanceof AbortSignal))]);
        return answer;
      },
  });
  const remote = remoteDesk(async (request, by) => {
    signals.push(by);
    const read = deskRequestSchema.parse(JSON.parse(JSON.stringify(request)));
    return deskAnswerSchema.parse(JSON.parse(JSON.stringify(await askDesk(desk, read, signal))));
  });
  return { remote, asked, signals };
}

describe('an act', () => {
  it.each<[act: keyof HandOffDesk, ask: (desk: HandOffDesk) => Promise<HandOffAnswer>, rest?: unknown]>([
    ['look', (desk) => desk.look('i', 't')],
    ['show', (desk) => desk.show('i', 't')],
    ['mint', (desk) => desk.mint('i', 't')],
    ['verify', (desk) => desk.verify('i', 't', typed, signal), typed],
    ['verifyAgain', (desk) => desk.verifyAgain('i', 't', signal)],
    ['check', (desk) => desk.check('i', 't', signal)],
    ['retire', (desk) => desk.retire('i', 't', signal)],
  ])('%s is asked of the desk, and can be stopped where it asks a vendor', async (act, ask, rest) => {
    const { remote, asked, signals } = wired();
    expect(await ask(remote)).toEqual({ kind: 'unknown' });
    expect(asked).toEqual([[act, 'i', 't', ...(rest === undefined ? [] : [rest])]]);
    expect(signals).toEqual([['look', 'show', 'mint'].includes(act) ? null : signal]);
  });

  it.each<[what: string, request: object, isTaken: boolean]>([
    ['known', {}, true],
    ['none that a desk has', { act: 'close' }, false],
    ['without a token', { token: undefined }, false],
    ['with what does not belong to it', { submission: typed }, false],
    ['verify, without what was typed', { act: 'verify' }, false],
    ['verify', { act: 'verify', submission: typed }, true],
    ['verify, with more than it takes', { act: 'verify', submission: { ...typed, more: 'x' } }, false],
    ['verify, with less', { act: 'verify', submission: { ...typed, secret: undefined } }, false],
    ['verify, and more beside it', { act: 'verify', submission: typed, more: 'x' }, false],
    ['as long as a form', { token: 't'.repeat(16_384) }, true],
    ['longer than any form', { token: 't'.repeat(16_385) }, false],
  ])('%s: taken %j, %s', (_what, request, isTaken) => {
    const asked = { act: 'look', id: 'i', token: 't', ...request };
    expect(deskRequestSchema.safeParse(asked).success).toBe(isTaken);
  });
});

describe('an answer', () => {
  const minted = { localPart: 'k', secret: 's' };
  it.each<[what: string, answer: HandOffAnswer]>([
    ...Object.entries(views).map(([what, view]): [string, HandOffAnswer] => [what, { kind: 'view', view }]),
    ['shown', { kind: 'shown', view: views.awaiting, minted }],
    [
      'invalid',
      { kind: 'invalid', view: views.awaiting, errors: [{ field: 'username', message: 'Enter it.' }] },
    ],
    ['expired', { kind: 'expired' }],
  ])('%s arrives whole', async (_what, answer) => {
    const { remote } = wired(answer);
    expect(await remote.look('i', 't')).toEqual(answer);
  });

  it('of a newer desk arrives without what is not known here', async () => {
    const newer = { kind: 'view', view: { ...views.awaiting, mood: 'good' } } as HandOffAnswer;
    expect(await wired(newer).remote.look('i', 't')).toEqual({ kind: 'view', view: views.awaiting });
  });

  it.each<[what: string, answer: unknown]>([
    ['of another kind', { kind: 'gone' }],
    ['without what was minted', { kind: 'shown', view: views.awaiting }],
    ['without a view', { kind: 'view' }],
    ['at a stage that is none', { kind: 'view', view: { ...views.awaiting, stage: 'lost' } }],
    [
      'with an error of a field that is none',
      { kind: 'invalid', view: views.awaiting, errors: [{ field: 'zone', message: 'x' }] },
    ],
  ])('%s is none', async (_what, answer) => {
    await expect(wired(answer as HandOffAnswer).remote.look('i', 't')).rejects.toThrow();
  });
});
