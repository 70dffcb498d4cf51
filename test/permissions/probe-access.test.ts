/** The canary where Autotask shows less than there is, or another test got there first. */
import { describe, expect, it } from 'vitest';
import type { Access } from '#permissions/access';
import { canarySerial, type ProbeRequest, probeAccess } from '#permissions/probe-access';
import { inMemoryAutotask } from './in-memory-access.ts';
import { markField, rights } from './sample-findings.ts';

const request: ProbeRequest = { markField, writes: true, canary: true, canaryItemId: null, word: 'word' };
const { signal } = new AbortController();
const credentials = { username: 'u', secret: 's', trackingIdentifier: 't' };

async function start(change: (access: Access) => Partial<Access> = () => ({})) {
  const autotask = inMemoryAutotask();
  const access = await autotask.openAccess(credentials, signal);
  return { autotask, access: { ...access, ...change(access) } };
}
const idOf = (found: Awaited<ReturnType<typeof probeAccess>>) =>
  found.canary.kind === 'seen' ? found.canary.value.itemId : found.canary;

describe('the canary', () => {
  it('is made once, put to sleep, and found again', async () => {
    const { autotask, access } = await start();
    const first = await probeAccess(access, request, signal);
    expect(idOf(first)).toBe(1);
    expect(autotask.items.get(1)).toMatchObject({
      active: false,
      companyId: 0,
      fields: { serial: canarySerial },
    });
    expect(idOf(await probeAccess(access, request, signal))).toBe(1);
    expect(autotask.items.size).toBe(1);
  });

  it('is known by its id, also where a list does not show it', async () => {
    const { autotask, access } = await start();
    await probeAccess(access, request, signal);
    const blind: Access = { ...access, itemsBySerial: async () => [] };
    expect(idOf(await probeAccess(blind, { ...request, canaryItemId: 1 }, signal))).toBe(1);
    const blinder: Access = { ...blind, item: async () => null };
    expect(idOf(await probeAccess(blinder, { ...request, canaryItemId: 1 }, signal))).toMatchObject({
      kind: 'unasked',
    });
    expect(autotask.items.size).toBe(1);
  });

  it.each<[what: string, query: 'none' | 'restricted' | 'unknown' | 'all', made: number]>([
    ['the level says None', 'none', 0],
    ['the level says Restricted, and no item is shown', 'restricted', 0],
    ['the level is not told, and no item is shown', 'unknown', 0],
    ['the level says All', 'all', 1],
  ])('is not made where it may be there unseen: %s', async (_, query, made) => {
    const entities = async () => [rights('ConfigurationItems', { query, create: 'all', update: 'all' })];
    const { autotask, access } = await start(() => ({ entities }));
    await probeAccess(access, request, signal);
    expect(autotask.items.size).toBe(made);
  });

  it('of two that were made at once the older one is in use; the other says that it is not', async () => {
    let asked = 0;
    const { autotask, access } = await start((real) => ({
      // The other test's item is not there yet when we look, and is when we have made ours.
      itemsBySerial: async (...question) => {
        asked += 1;
        return asked === 1 ? [] : real.itemsBySerial(...question);
      },
      createItem: async (draft) => {
        await real.createItem(draft, signal);
        return real.createItem(draft, signal);
      },
    }));
    expect(idOf(await probeAccess(access, request, signal))).toBe(1);
    expect(autotask.items.get(1)).toMatchObject({ active: false, mark: { kind: 'agent' } });
    expect(autotask.items.get(2)).toMatchObject({ active: false, mark: { kind: 'empty' } });
    expect(autotask.items.get(2)?.fields.title).toMatch(/not in use/u);
  });
});
