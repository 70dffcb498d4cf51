import { describe, expect, it } from 'vitest';
import type { ItemDirectory } from '#sync/ports';
import type { RunReport } from '#sync/report';
import { longestExecutionMs } from '#sync/write-change';
import { failing, instead } from './apply-world.ts';
import { faultyItems, type Moment } from './faulty-items.ts';
import { InMemoryItems } from './in-memory-items.ts';
import { aCompany, aDevice, InMemoryDevices, products, run, startOfTime } from './run-world.ts';
import { anItem } from './sample-changes.ts';

const minute = 60_000;
/** Two devices, of which one has its item, so that marks are seen to be visible. */
const fleet = () => new InMemoryDevices([aDevice(1), aDevice(2)]);
const estate = () =>
  new InMemoryItems({
    companies: [aCompany(10)],
    products,
    items: [anItem(50, 'agent-2', { fields: { ...anItem(50).fields, serial: 'C02A2', title: 'Mac 2' } })],
  });
const later = (ms: number, unanswered: RunReport['unanswered'] = []) => ({
  request: { unanswered: new Map(unanswered) },
  world: { now: () => startOfTime + ms },
});
const made = (items: InMemoryItems) => items.items.size - 1;
const heldAs = ({ held }: RunReport) => held.map(({ reason, agentId }) => `${reason} ${agentId}`);
const losing = (items: InMemoryItems, fault: (moment: Moment) => void): ItemDirectory =>
  faultyItems(items, fault);

describe('a create that got no answer', () => {
  it.each<[what: string, fault: (moment: Moment) => void]>([
    ['and is not to be found', failing('lost', instead('create'))],
    [
      'and cannot be looked for',
      (moment) => {
        failing('lost', instead('create'))(moment);
        failing('unavailable', (one) => one.call === 'find' && one.nth > 1)(moment);
      },
    ],
  ])('%s is remembered, by the agent of its device', async (_, fault) => {
    const items = estate();
    const report = await run(fleet(), losing(items, fault), later(0));
    expect(report.unanswered).toEqual([['agent-1', startOfTime]]);
    expect(made(items)).toBe(0);
  });

  it.each<[what: string, fault: (moment: Moment) => void]>([
    ['was answered', () => {}],
    ['was refused', failing('refused', instead('create'))],
    ['was not sent', failing('unavailable', instead('create'))],
    ['took place', failing('lost', ({ call, when }) => call === 'create' && when === 'after')],
  ])('is none where it %s', async (_, fault) => {
    expect((await run(fleet(), losing(estate(), fault), later(0))).unanswered).toBeNull();
  });

  it.each([
    { after: 0, count: 0, held: ['unanswered agent-1'], known: 1 },
    { after: longestExecutionMs - 1, count: 0, held: ['unanswered agent-1'], known: 1 },
    { after: longestExecutionMs, count: 1, held: [], known: 0 },
  ])('is made again by a run $after ms later: $count', async ({ after, count, held, known }) => {
    const items = estate();
    const report = await run(fleet(), items, later(after, [['agent-1', startOfTime]]));
    expect(heldAs(report)).toEqual(held);
    expect(made(items)).toBe(count);
    expect(report.unanswered).toHaveLength(known);
  });

  it('says what is waited for, and until when', async () => {
    const report = await run(fleet(), estate(), later(minute, [['agent-1', startOfTime]]));
    expect(report.held[0]?.detail).toContain('no answer');
    expect(report.held[0]?.detail).toContain('2026-01-15T12:05:00.000Z');
  });

  it('keeps nothing else from being written', async () => {
    const items = estate();
    await run(fleet(), items, later(minute, [['agent-2', startOfTime]]));
    expect(made(items)).toBe(1);
  });

  it('has taken place by the next run: it is the device’s item, and no second one is made', async () => {
    const items = estate();
    const fields = { ...anItem(90).fields, serial: 'C02A1', title: 'Mac 1' };
    items.items.set(90, anItem(90, 'agent-1', { fields }));
    const report = await run(fleet(), items, later(minute, [['agent-1', startOfTime]]));
    expect(items.items.size).toBe(2);
    expect(heldAs(report)).toEqual([]);
  });
});
