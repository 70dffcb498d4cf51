import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canaryMarkPrefix } from '#sync/ownership';
import { type OffboardingInput, planOffboarding } from '#sync/plan-offboarding';
import { applyInMemory } from './apply-in-memory.ts';
import { anyInput, openLimits } from './plan-arbitrary.ts';
import { digest } from './sample-plan-input.ts';

const runs = { numRuns: Number(process.env.PLAN_RUNS ?? 600) };
const ours = new Set([10, 20]);

const anyOffboarding = (forced: object = {}): fc.Arbitrary<OffboardingInput> =>
  fc
    .tuple(anyInput(forced), fc.array(fc.boolean(), { minLength: 9, maxLength: 9 }))
    .map(([{ connectionId, settings, items, companies }, canaries]) => ({
      connectionId,
      settings,
      items: items.map((item, at) =>
        canaries[at] && item.mark.kind === 'agent'
          ? { ...item, mark: { kind: 'agent' as const, agentId: `${canaryMarkPrefix}${item.mark.agentId}` } }
          : item,
      ),
      companyIds: ours,
      companies,
      digest,
    }));

const isOurs = ({ companyId, mark }: OffboardingInput['items'][number]) =>
  ours.has(companyId) && mark.kind === 'agent' && !mark.agentId.startsWith(canaryMarkPrefix);

describe('any offboarding', () => {
  it('touches nothing that is not ours, and does nothing but deactivate', () => {
    fc.assert(
      fc.property(anyOffboarding(), (input) => {
        const items = new Map(input.items.map((item) => [item.id, item] as const));
        for (const change of planOffboarding(input).changes) {
          expect(change).toMatchObject({ kind: 'deactivate', patch: { active: false } });
          const item = items.get(change.itemId ?? -1)!;
          expect(item.active && isOurs(item)).toBe(true);
        }
      }),
      runs,
    );
  });

  it('exceeds no limit', () => {
    fc.assert(
      fc.property(anyOffboarding(), (input) => {
        const { percent, atLeast } = input.settings.limits.deactivations;
        const active = input.items.filter((item) => item.active && isOurs(item));
        const { changes } = planOffboarding(input);
        for (const place of [undefined, ...ours]) {
          const here = ({ companyId }: { companyId: number }) => place === undefined || companyId === place;
          const most = Math.max(atLeast, Math.floor((active.filter(here).length * percent) / 100));
          expect(changes.filter(here).length).toBeLessThanOrEqual(most);
        }
      }),
      runs,
    );
  });

  it('does not depend on the order of what was read', () => {
    const shuffled = anyOffboarding().chain((input) =>
      fc
        .shuffledSubarray([...input.items], { minLength: input.items.length })
        .map((items) => [input, { ...input, items }] as const),
    );
    fc.assert(
      fc.property(shuffled, ([input, other]) => {
        expect(planOffboarding(other)).toEqual(planOffboarding(input));
      }),
      runs,
    );
  });

  it('does nothing at all where a single mark is masked', () => {
    fc.assert(
      fc.property(anyOffboarding(), fc.nat(), (some, which) => {
        fc.pre(some.items.length > 0);
        const items = some.items.map((item, at) =>
          at === which % some.items.length ? { ...item, mark: { kind: 'masked' as const } } : item,
        );
        expect(planOffboarding({ ...some, items })).toMatchObject({ changes: [], held: [] });
      }),
      runs,
    );
  });

  it('that was carried out leaves nothing active that is ours, and nothing to plan', async () => {
    await fc.assert(
      fc.asyncProperty(anyInput(openLimits), async (whole) => {
        const input: OffboardingInput = { ...whole, companyIds: ours };
        const plan = planOffboarding(input);
        const items = await applyInMemory(whole, plan);
        expect(items.filter((item) => item.active && isOurs(item))).toEqual([]);
        expect(planOffboarding({ ...input, items }).changes).toEqual([]);
      }),
      runs,
    );
  });
});
