import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Change, Plan } from '#sync/change';
import { mappedCompanyIds } from '#sync/company';
import { serialKey } from '#sync/device';
import { devicesToFind, planSync } from '#sync/plan';
import type { PlanInput } from '#sync/plan-input';
import { applyInMemory } from './apply-in-memory.ts';
import { anyInput, openLimits } from './plan-arbitrary.ts';

const runs = { numRuns: Number(process.env.PLAN_RUNS ?? 600) };

/** The changes that a device is in: an item that is left or retired is not the device's. */
const ofDevices = (plan: Plan): readonly Change[] =>
  plan.changes.filter(({ kind, reason }) => kind !== 'deactivate' && reason !== 'left');

const itemOf = (input: PlanInput, change: Change) => input.items.find(({ id }) => id === change.itemId);

const markOf = (input: PlanInput, change: Change): string => {
  const mark = itemOf(input, change)?.mark;
  return mark?.kind === 'agent' ? mark.agentId : '';
};

describe('any plan', () => {
  it('does not depend on the order of what was read', () => {
    const shuffled = anyInput().chain((input) =>
      fc
        .tuple(
          fc.shuffledSubarray([...input.devices], { minLength: input.devices.length }),
          fc.shuffledSubarray([...input.items], { minLength: input.items.length }),
          fc.shuffledSubarray([...input.policies], { minLength: input.policies.length }),
        )
        .map(([devices, items, policies]) => [input, { ...input, devices, items, policies }] as const),
    );
    fc.assert(
      fc.property(shuffled, ([input, other]) => {
        expect(planSync(other)).toEqual(planSync(input));
        expect(devicesToFind(other)).toEqual(devicesToFind(input));
      }),
      runs,
    );
  });

  it('has each device in exactly one place', () => {
    fc.assert(
      fc.property(anyInput(), (input) => {
        const plan = planSync(input);
        const changed = ofDevices(plan).map(({ agentId }) => agentId);
        const held = plan.held.map(({ agentId }) => agentId).filter((agentId) => agentId !== '');
        const known = new Set(input.devices.map(({ agentId }) => agentId));
        const placed = [...changed, ...held];
        expect(new Set(placed).size).toBe(placed.length);
        for (const agentId of placed) expect(known).toContain(agentId);
        expect(placed.length + plan.unchanged).toBe(input.devices.length);
      }),
      runs,
    );
  });

  it('changes an item once at most, and waits only for changes that are in it', () => {
    fc.assert(
      fc.property(anyInput(), (input) => {
        const { changes, held } = planSync(input);
        const touched = changes.map(({ itemId }) => itemId).filter((itemId) => itemId !== null);
        expect(new Set(touched).size).toBe(touched.length);
        const keys = changes.map(({ key }) => key);
        expect(new Set(keys).size).toBe(keys.length);
        for (const { after } of changes) if (after !== undefined) expect(keys).toContain(after);
        for (const { detail } of held) expect(detail).toMatch(/\S.*\.$/u);
      }),
      runs,
    );
  });

  it('never touches what is not ours', () => {
    fc.assert(
      fc.property(anyInput(), (input) => {
        const companies = mappedCompanyIds(input.policies, input.settings);
        const agents = new Set(input.devices.map(({ agentId }) => agentId));
        for (const change of planSync(input).changes) {
          if (change.kind === 'create') expect(companies).toContain(change.companyId);
          else if (!companies.includes(itemOf(input, change)!.companyId)) {
            expect(agents).toContain(markOf(input, change));
          }
        }
      }),
      runs,
    );
  });

  it('exceeds no limit', () => {
    fc.assert(
      fc.property(anyInput(), (input) => {
        const companies = mappedCompanyIds(input.policies, input.settings);
        const ours = input.items.filter(
          ({ companyId, mark }) => mark.kind === 'agent' && companies.includes(companyId),
        );
        const { changes } = planSync(input);
        const { updates, deactivations } = input.settings.limits;
        const updating = changes.filter(
          (change) =>
            (change.kind === 'update' &&
              ['changed', 're-enrolled'].includes(change.reason) &&
              change.diffs.some(({ volatile }) => !volatile)) ||
            (change.kind === 'reactivate' && markOf(input, change) !== ''),
        );
        const retiring = changes.filter(({ kind }) => kind === 'deactivate');
        const most = (owned: number, { percent, atLeast }: typeof updates) =>
          Math.max(atLeast, Math.floor((owned * percent) / 100));
        const places = [undefined, ...new Set(input.items.map(({ companyId }) => companyId))];
        for (const place of places) {
          const here = <One extends { companyId: number }>(all: readonly One[]) =>
            all.filter(({ companyId }) => place === undefined || companyId === place);
          expect(here(updating).length).toBeLessThanOrEqual(most(here(ours).length, updates));
          const active = here(ours).filter((item) => item.active);
          expect(here(retiring).length).toBeLessThanOrEqual(most(active.length, deactivations));
        }
      }),
      runs,
    );
  });

  it('removes nothing on a partial view, and takes over no mark that may be alive', () => {
    fc.assert(
      fc.property(anyInput(), (whole) => {
        const input = { ...whole, complete: false };
        const known = new Set(['', ...input.devices.map(({ agentId }) => agentId)]);
        const plan = planSync(input);
        for (const change of plan.changes) {
          expect(change.kind).not.toBe('deactivate');
          expect(known).toContain(markOf(input, change));
        }
        expect(plan.missing).toBe(input.missing);
      }),
      runs,
    );
  });

  it('does nothing at all where Addigy has no devices', () => {
    fc.assert(
      fc.property(anyInput(), (some) => {
        const plan = planSync({ ...some, devices: [] });
        expect(plan.changes).toEqual([]);
        expect(plan.missing).toBe(some.missing);
      }),
      runs,
    );
  });

  it('does nothing at all where a single mark is masked', () => {
    fc.assert(
      fc.property(anyInput(), fc.nat(), (some, which) => {
        fc.pre(some.items.length > 0);
        const items = some.items.map((item, at) =>
          at === which % some.items.length ? { ...item, mark: { kind: 'masked' as const } } : item,
        );
        const plan = planSync({ ...some, items });
        expect(plan.changes).toEqual([]);
        expect(plan.held.length).toBe(some.devices.length);
        expect(plan.missing).toBe(some.missing);
      }),
      runs,
    );
  });

  it('creates nothing that was not looked for in the other companies', () => {
    fc.assert(
      fc.property(anyInput({ policy: 'sync' }), (input) => {
        const { agentIds, serials } = devicesToFind(input);
        for (const change of planSync(input).changes) {
          if (change.kind !== 'create') continue;
          expect(agentIds).toContain(change.agentId);
          expect(serials.map(serialKey)).toContain(serialKey(change.serial));
        }
      }),
      runs,
    );
  });
});

describe('a plan that was carried out', () => {
  const free = anyInput({ policy: 'sync', ...openLimits });

  it('leaves its devices with nothing more to do, each with one marked item', async () => {
    await fc.assert(
      fc.asyncProperty(free, async (input) => {
        const plan = planSync(input);
        const items = await applyInMemory(input, plan);
        const again = planSync({ ...input, items, missing: plan.missing });
        const done = new Set(ofDevices(plan).map(({ agentId }) => agentId));
        expect(ofDevices(again).filter(({ agentId }) => done.has(agentId))).toEqual([]);
        const held = again.held.filter(({ agentId }) => done.has(agentId));
        expect(held).toEqual([]);
        if (!input.complete) return;
        for (const agentId of done) {
          const own = items.filter(({ mark }) => mark.kind === 'agent' && mark.agentId === agentId);
          expect(own.map(({ active }) => active)).toEqual([true]);
        }
      }),
      runs,
    );
  });

  it('comes to rest: what the first plan had to wait for follows, and then there is nothing', async () => {
    await fc.assert(
      fc.asyncProperty(free, async (start) => {
        let input = start;
        let plan = planSync(input);
        for (let round = 0; round < 5 && plan.changes.length > 0; round += 1) {
          const items = await applyInMemory(input, plan);
          input = { ...input, items, missing: plan.missing };
          plan = planSync(input);
        }
        expect(plan.changes).toEqual([]);
      }),
      runs,
    );
  });

  it('is enough where nothing has to wait for something else', async () => {
    const waiting = ['ambiguous', 'moved', 'incomplete', 'superseded', 'foreign', 'grace'];
    // No item of their own is made for these: one that this plan takes the mark from may be theirs afterwards.
    const without = ['no-product', 'company-inactive'];
    await fc.assert(
      fc.asyncProperty(free, async (input) => {
        const plan = planSync(input);
        const frees = plan.changes.some(({ diffs }) =>
          diffs.some(({ field, to }) => field === 'mark' && to === ''),
        );
        const reasons = frees ? [...waiting, ...without] : waiting;
        fc.pre(plan.changes.length > 0 && !plan.held.some(({ reason }) => reasons.includes(reason)));
        const items = await applyInMemory(input, plan);
        const again = planSync({ ...input, items, missing: plan.missing });
        expect(again.changes).toEqual([]);
        expect(again.unchanged).toBe(plan.unchanged + ofDevices(plan).length);
      }),
      runs,
    );
  });
});
