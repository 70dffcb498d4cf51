import { describe, expect, it } from 'vitest';
import type { Change } from '#sync/change';
import { type ConfigurationItem, type ItemPatch, masked } from '#sync/configuration-item';
import { type Try, type WriteWorld, writeChange } from '#sync/write-change';
import { failing, instead } from './apply-world.ts';
import { faultyItems, type Moment } from './faulty-items.ts';
import { InMemoryItems } from './in-memory-items.ts';
import { aChange, aCreate, aLeaving, anItem, markField } from './sample-changes.ts';

const { signal } = new AbortController();

async function write(
  change: Change,
  items: readonly ConfigurationItem[],
  fault: (moment: Moment) => void,
  { nth = 'first', ...world }: Partial<WriteWorld> & { readonly nth?: Try } = {},
) {
  const inMemory = new InMemoryItems({ items });
  const directory = faultyItems(inMemory, fault);
  const written = await writeChange(change, nth, { directory, markField, signal, ...world });
  return { written, log: directory.log, items: inMemory };
}

const lostAlways = (call: Moment['call']) => failing('lost', (moment) => moment.call === call);
const of = (serial: string, more: Partial<ConfigurationItem> = {}) => ({
  ...anItem(50, ''),
  fields: { ...anItem(50).fields, serial },
  ...more,
});

describe('a create that was not answered', () => {
  it.each<[what: string, there: ConfigurationItem, kind: string]>([
    ['its mark, whatever became of its serial number', anItem(50, 'agent-1'), 'applied'],
    ['its serial number alone', of(' c02a1'), 'failed'],
    [
      'its serial number and another mark',
      of('C02A1', { mark: { kind: 'agent', agentId: 'agent-9' } }),
      'failed',
    ],
    ['its mark in another company', anItem(50, 'agent-1', { companyId: 11 }), 'lost'],
    ['its serial number in another company', of('C02A1', { companyId: 11 }), 'lost'],
  ])('is judged by what is there: %s', async (_, there, kind) => {
    const { written } = await write(aCreate(1), [there], lostAlways('create'));
    expect(written.kind).toBe(kind);
    if (written.kind === 'applied') expect(written.itemId).toBe(50);
    if (written.kind !== 'failed') return;
    expect(written.why).toBeNull();
    expect(written.words).toContain('item 50 of this company now has serial C02A1');
  });

  it.each([
    ['that is neither', aCreate(1), of('OTHER')],
    ['without a serial number, like its own device', aCreate(1, { serial: '' }), of('')],
  ])('is not taken for another item %s', async (_, change, there) => {
    const items = new InMemoryItems();
    // Whatever a directory finds beside what it was asked for.
    items.find = async () => [there];
    const directory = faultyItems(items, lostAlways('create'));
    expect(await writeChange(change, 'first', { directory, markField, signal })).toMatchObject({
      kind: 'lost',
    });
  });

  it.each<[nth: Try, log: string[], words: string]>([
    ['look', ['find'], 'for 5 minutes'],
    ['again', ['find', 'create Mac 1', 'find'], 'Twice no answer came (it was lost)'],
  ])('is unanswered where a later try finds nothing: %s', async (nth, log, words) => {
    const tried = await write(aCreate(1), [], lostAlways('create'), { nth });
    expect(tried.log).toEqual(log);
    expect(tried.written).toMatchObject({
      kind: 'failed',
      why: 'unanswered',
      words: expect.stringContaining(words),
    });
  });
});

describe('an update that was not answered', () => {
  const title = (text: string) => anItem(1, 'agent-1', { fields: { ...anItem(1).fields, title: text } });
  const udfs = (
    values: Record<string, string | null | typeof masked>,
    mark: string | { kind: 'unseen' } = 'agent-1',
  ) => anItem(1, mark, { udfs: new Map(Object.entries(values)) });
  const upper = 'ADDIGY AGENT ID';

  it.each<[what: string, patch: ItemPatch, there: ConfigurationItem]>([
    ['its title', { fields: { title: 'New' } }, title('New')],
    ['a text, but for its spacing', { fields: { title: 'A  new\tMac' } }, title(' A new  Mac ')],
    ['that it is inactive', { active: false }, anItem(1, 'agent-1', { active: false })],
    ['a user-defined field', { udfs: { OS: '15.1' } }, udfs({ OS: '15.1 ' })],
    ['an emptied user-defined field', { udfs: { OS: null } }, udfs({ OS: null })],
    ['an emptied user-defined field, as a text', { udfs: { OS: null } }, udfs({ OS: '' })],
    ['the mark', { udfs: { [markField]: 'agent-1' } }, udfs({})],
    ['the mark, in another case', { udfs: { [upper]: 'agent-1' } }, udfs({ [markField]: 'agent-1' })],
    ['an emptied mark', { udfs: { [markField]: null } }, anItem(1, '')],
  ])('is not made again where the item has it: %s', async (_, patch, there) => {
    const { written, log } = await write(
      aChange('update', 1, patch),
      [there],
      failing('lost', instead('update')),
    );
    expect(written).toEqual({ kind: 'applied', itemId: 1 });
    expect(log.filter((call) => call === 'update 1')).toHaveLength(1);
  });

  it.each<[what: string, patch: ItemPatch, there: ConfigurationItem]>([
    ['another title', { fields: { title: 'AB' } }, title('A B')],
    ['that it is active', { active: false }, anItem(1)],
    [
      'one of two user-defined fields',
      { udfs: { OS: '15.1', Model: 'Air' } },
      udfs({ OS: '15.1', Model: 'Pro' }),
    ],
    ['a user-defined field that is masked', { udfs: { OS: null } }, udfs({ OS: masked })],
    ['a user-defined field that did not come', { udfs: { OS: null } }, udfs({})],
    [
      'no user-defined field at all',
      { udfs: { OS: null } },
      { ...anItem(1, { kind: 'unseen' }), udfs: undefined },
    ],
    ['another mark', { udfs: { [markField]: 'agent-1' } }, anItem(1, 'agent-9')],
    ['a mark that was to be emptied', { udfs: { [markField]: null } }, anItem(1, 'agent-1')],
    ['a mark that does not show', { udfs: { [markField]: null } }, anItem(1, { kind: 'unseen' })],
  ])('is made again where the item has not: %s', async (_, patch, there) => {
    const { written, log } = await write(
      aChange('update', 1, patch),
      [there],
      failing('lost', instead('update')),
    );
    expect(written).toEqual({ kind: 'applied', itemId: 1 });
    expect(log.filter((call) => call === 'update 1')).toHaveLength(2);
  });

  it('twice is unanswered', async () => {
    const change = aChange('update', 1, { fields: { title: 'New' } });
    const { written } = await write(change, [anItem(1)], failing('lost', instead('update', 2)));
    expect(written).toMatchObject({
      kind: 'failed',
      why: 'unanswered',
      words: expect.stringContaining('it was lost'),
    });
  });

  it('may have taken place where the item cannot be looked at', async () => {
    const { written } = await write(aChange('update', 1, { active: false }), [anItem(1)], (moment) => {
      failing('lost', instead('update'))(moment);
      failing('unavailable', instead('item'))(moment);
    });
    expect(written).toMatchObject({ kind: 'halted', failure: { failure: 'unavailable' }, wasSent: true });
  });
});

describe('a mark that is cleared', () => {
  it.each<[what: string, fault: (moment: Moment) => void, written: object]>([
    [
      'cannot be read back now',
      failing('unavailable', instead('item')),
      { kind: 'halted', failure: { failure: 'unavailable' } },
    ],
    [
      'whose emptying has to wait',
      failing('exhausted', (moment) => moment.call === 'update' && moment.nth === 1),
      { kind: 'halted', wasSent: false },
    ],
    [
      'may not be emptied',
      failing('refused', (moment) => moment.call === 'update' && moment.nth === 1, 'not so'),
      {
        kind: 'failed',
        why: null,
        words: `Autotask kept "${markField}" on item 1 and refused to empty it: not so. Empty that field there by hand.`,
      },
    ],
  ])('%s', async (_, fault, written) => {
    const items = new InMemoryItems({ items: [anItem(1)] });
    // What Autotask does now and then: it answers, and keeps the mark.
    const kept = anItem(1, 'agent-1', { active: false });
    items.afterWrite = () => void items.items.set(1, kept);
    const directory = faultyItems(items, fault);
    expect(await writeChange(aLeaving(1), 'first', { directory, markField, signal })).toMatchObject(written);
  });

  it('is failed where the item is gone by then', async () => {
    const items = new InMemoryItems({ items: [anItem(1)] });
    items.afterWrite = () => void items.items.delete(1);
    const written = await writeChange(aLeaving(1), 'first', { directory: items, markField, signal });
    expect(written).toMatchObject({
      kind: 'failed',
      why: null,
      words: expect.stringContaining('Item 1 is not'),
    });
  });
});
