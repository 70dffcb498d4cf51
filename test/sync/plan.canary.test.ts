/** The canary is an item of our own that a validation writes to: no plan knows it. */
import { describe, expect, it } from 'vitest';
import { canaryMarkPrefix, sightOf, withoutCanary } from '#sync/ownership';
import { devicesToFind, planSync } from '#sync/plan';
import { device, input, item, itemOf } from './sample-plan-input.ts';

const a = device('a');
const mark = `${canaryMarkPrefix}7f3a`;

describe('a plan with the canary among the items is the plan without it', () => {
  it.each([
    ['inactive, in the own company, as it is made', item(9, { mark, companyId: 0, active: false })],
    ['active, in a company of the connection', item(9, { mark })],
    ['active, elsewhere', item(9, { mark, companyId: 77 })],
    ['with the serial number of a device', item(9, { mark, fields: { serial: a.serial } })],
    ['with that, inactive', item(9, { mark, active: false, fields: { serial: a.serial } })],
    ['with that, elsewhere', item(9, { mark, companyId: 77, fields: { serial: a.serial } })],
  ])('%s', (_, canary) => {
    for (const items of [[], [itemOf(a, 1)], [item(2, { mark: 'gone' })]]) {
      // A limit of nothing: what is counted as ours would show in the sentences.
      for (const settings of [{}, { limits: { deactivations: { percent: 50, atLeast: 0 } } }]) {
        const without = input({ devices: [a], items }, settings);
        const given = { ...without, items: [canary, ...items] };
        expect(planSync(given)).toEqual(planSync(without));
        expect(devicesToFind(given)).toEqual(devicesToFind(without));
      }
    }
  });

  it('even where the company 0 is mapped, and Addigy has an agent of that name', () => {
    const twin = device(mark, { policyId: 'p0', serial: 'S-twin' });
    const settings = { companies: { p0: 0 } };
    const companies = [{ id: 0, name: 'The MSP', active: true }];
    const without = input({ devices: [a, twin], companies }, settings);
    const given = { ...without, items: [item(9, { mark, companyId: 0 })] };
    expect(planSync(given)).toEqual(planSync(without));
  });
});

it('the canary still proves that marks can be seen', () => {
  const canary = item(9, { mark });
  expect(sightOf([canary])).toBe('seen');
  expect(withoutCanary([canary, item(1)])).toEqual([item(1)]);
  expect(withoutCanary([item(1, { mark: 'x' })])).toHaveLength(1);
});
