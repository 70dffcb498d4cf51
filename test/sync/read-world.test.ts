import { getEventListeners } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import type { Device } from '#sync/device';
import type { ItemReadRequest } from '#sync/ports';
import { companiesOf, readWorld } from '#sync/read-world';
import { InMemoryItems, portError } from './in-memory-items.ts';
import { aCompany, aDevice, InMemoryDevices, products, someSettings } from './run-world.ts';

const estate = () => new InMemoryItems({ companies: [aCompany(10)], products });

describe('the items that are read', () => {
  it.each<
    [what: string, devices: Device[], settings: Record<string, unknown>, asked: Partial<ItemReadRequest>]
  >([
    ['by company and serial number', [aDevice(1), aDevice(2)], {}, { serials: ['C02A1', 'C02A2'] }],
    [
      'by each serial number once, as Addigy writes it',
      [aDevice(1, { serial: ' c02a1' }), aDevice(2, { serial: 'C02A1' })],
      {},
      { serials: [' c02a1'] },
    ],
    ['by no serial number where there is none', [aDevice(1, { serial: ' ' })], {}, { serials: [] }],
    [
      'all of them, for MAC addresses',
      [aDevice(1)],
      { matchByMac: 'notes' },
      { serials: ['C02A1'], whole: true },
    ],
    [
      'and those that a move has left elsewhere',
      [aDevice(1), aDevice(2)],
      { onCompanyMove: 'recreate' },
      { serials: ['C02A1', 'C02A2'], agentIdsElsewhere: new Set(['agent-1', 'agent-2']) },
    ],
  ])('%s', async (_, devices, settings, asked) => {
    const items = estate();
    const read = vi.spyOn(items, 'read');
    await readWorld(
      someSettings(settings),
      new InMemoryDevices(devices),
      items,
      new AbortController().signal,
    );
    expect(read.mock.calls.map(([request]) => request)).toEqual([
      { companyIds: [10], markField: 'Addigy Agent ID', ...asked },
    ]);
  });
});

it('asks for records by id and by name in one call, and for none where none is named', async () => {
  const items = new InMemoryItems({
    companies: [aCompany(10)],
    products,
    categories: [
      { id: 7, name: 'Mac', active: true },
      { id: 8, name: 'Phone', active: true },
    ],
  });
  const settings = someSettings({ categories: { mac: 7, iphone: 'phone' } });
  const { signal } = new AbortController();
  const { categories } = await readWorld(settings, new InMemoryDevices([aDevice(1)]), items, signal);
  expect(categories.map(({ id }) => id)).toEqual([7, 8]);
  // describe, products, categories, companies, items
  expect(items.calls()).toBe(5);
});

describe('the signal', () => {
  it('that has fired asks Autotask for nothing', async () => {
    const items = estate();
    const going = readWorld(someSettings(), new InMemoryDevices([aDevice(1)]), items, AbortSignal.abort());
    await expect(going).rejects.toMatchObject({ halt: { reason: 'deadline' } });
    expect(items.calls()).toBe(0);
  });

  it.each([true, false])('of a run is left as it was, whether the reads fail: %s', async (fails) => {
    const { signal } = new AbortController();
    const items = estate();
    if (fails) items.read = () => Promise.reject(portError('unavailable', 'no'));
    const going = readWorld(someSettings(), new InMemoryDevices([aDevice(1)]), items, signal);
    await (fails ? expect(going).rejects.toThrow('Autotask could not be reached: no.') : going);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});

describe('companies of which none can be seen', () => {
  it.each([
    [[], null],
    [[10, 11, 12, 13, 14], "lead to 5 of Autotask's companies (10, 11, 12, 13, 14), and"],
    [[10, 11, 12, 13, 14, 15], "lead to 6 of Autotask's companies (10, 11, 12, 13, 14, …), and"],
  ])('hold a run, where it has any: %j', async (ids, says) => {
    const seen = companiesOf(ids, async () => []);
    if (says === null) expect(await seen).toEqual([]);
    else await expect(seen).rejects.toThrow(says);
  });
});
