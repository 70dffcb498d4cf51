import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { trustCredentials, type Vault, type Verdict } from '#onboarding/trust-credentials';

type Step = 'storePending' | 'promote' | 'discard';

/** A vault in memory, which dies once at the step it is told to, before or after it was done. */
function memoryVault(initial: string | null) {
  const state = { current: initial, pending: null as { version: string; value: string } | null };
  const log: string[] = [];
  let death: { step: Step; done: boolean } | null = null;
  const step = async (name: Step, act: () => void): Promise<void> => {
    log.push(name);
    const dies = death?.step === name ? death : null;
    if (dies !== null) death = null;
    if (dies === null || dies.done) act();
    if (dies !== null) throw new Error('killed');
  };
  const vault: Vault<string> = {
    current: async () => (state.current === null ? null : { version: 'x', value: state.current }),
    storePending: (version, value) =>
      step('storePending', () => {
        state.pending = { version, value };
      }),
    promote: (version) =>
      step('promote', () => {
        if (state.pending?.version !== version) return;
        state.current = state.pending.value;
        state.pending = null;
      }),
    discard: (version) =>
      step('discard', () => {
        if (state.pending?.version === version) state.pending = null;
      }),
  };
  return { vault, state, log, die: (next: { step: Step; done: boolean }) => (death = next) };
}

const signal = new AbortController().signal;
const attempt = (vault: Vault<string>, value: string, verdict: Verdict<string> | Error, version = 'v1') =>
  trustCredentials({
    vault,
    value,
    version,
    signal,
    prove: async () => {
      if (verdict instanceof Error) throw verdict;
      return verdict;
    },
  });

const trusted = { kind: 'trusted', evidence: 'zone' } as const;
const refused = { kind: 'refused', detail: 'no' } as const;
const unproved = { kind: 'unproved', detail: 'down' } as const;

describe('trusting credentials', () => {
  it.each([
    ['trusted: they become current', trusted, 'new', ['storePending', 'promote']],
    ['refused: those before stay current', refused, 'old', ['storePending', 'discard']],
    ['unproved: those before stay current', unproved, 'old', ['storePending', 'discard']],
  ] as const)('%s', async (_, verdict, current, steps) => {
    const { vault, state, log } = memoryVault('old');
    expect(await attempt(vault, 'new', verdict)).toEqual(verdict);
    expect(state).toEqual({ current, pending: null });
    expect(log).toEqual(steps);
  });

  it('leaves nothing pending after a defect, and passes it on', async () => {
    const { vault, state } = memoryVault('old');
    await expect(attempt(vault, 'new', new TypeError('defect'))).rejects.toThrow('defect');
    expect(state).toEqual({ current: 'old', pending: null });
  });

  it('stores before it proves, and proves once', async () => {
    const { vault, state } = memoryVault(null);
    const seen: unknown[] = [];
    await trustCredentials({
      vault,
      value: 'new',
      version: 'v1',
      signal,
      prove: async (value) => {
        seen.push([value, state.pending, state.current]);
        return trusted;
      },
    });
    expect(seen).toEqual([['new', { version: 'v1', value: 'new' }, null]]);
  });

  it('wherever an attempt dies, what was not proved is never current, and the next attempt succeeds', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom<Step>('storePending', 'promote', 'discard'),
        fc.boolean(),
        fc.constantFrom(trusted, refused, unproved),
        async (step, done, verdict) => {
          const { vault, state, die } = memoryVault('old');
          die({ step, done });
          await attempt(vault, 'first', verdict).catch(() => null);
          const isPromoted = verdict === trusted && (step === 'discard' || (step === 'promote' && done));
          expect(state.current).toBe(isPromoted ? 'first' : 'old');
          die({ step: 'discard', done: true });
          await attempt(vault, 'second', trusted, 'v2');
          expect(state).toEqual({ current: 'second', pending: null });
        },
      ),
    );
  });
});
