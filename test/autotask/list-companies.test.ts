import { afterEach, describe, expect, it } from 'vitest';
import { createCompanyList } from '#autotask/list-companies';
import { defaultSeed, leastPrivilege } from '../simulators/autotask/seed.ts';
import { startAutotaskSimulator } from '../simulators/autotask/server.ts';
import { above, page, type ScriptedAutotask, scriptAutotask, signal } from './scripted-autotask.ts';

const ends: Array<{ close(): Promise<void> }> = [];
afterEach(async () => {
  await Promise.all(ends.splice(0).map((end) => end.close()));
});

const user = defaultSeed.users[0]!;

async function simulated(companies: number, rights = leastPrivilege) {
  const made = Array.from({ length: companies }, (_, at) => ({
    id: 1000 + at,
    companyName: `Company ${at}`,
    isActive: at % 2 === 0,
  }));
  const seed = { ...defaultSeed, companies: made, users: [{ ...user, rights }] };
  const simulator = await startAutotaskSimulator({ seed });
  ends.push(simulator);
  const { username, secret, trackingIdentifier } = user;
  const list = createCompanyList({
    zoneUrl: `${simulator.url}/ATServicesRest/`,
    credentials: { username, secret, trackingIdentifier },
    random: () => 0,
    now: () => Date.now(),
  });
  return { simulator, list };
}

describe('the companies', () => {
  it('are all that are active, however many pages that takes', async () => {
    const { simulator, list } = await simulated(1300);
    const companies = await list.companies(signal);
    // The MSP's own, and every second of the others.
    expect(companies).toHaveLength(651);
    expect(companies.slice(0, 3)).toEqual([
      { id: 0, name: 'The MSP itself', active: true },
      { id: 1000, name: 'Company 0', active: true },
      { id: 1002, name: 'Company 2', active: true },
    ]);
    // ThresholdInformation, and two pages.
    expect([list.calls(), simulator.journal.count()]).toEqual([3, 3]);
  });

  it('are none for a user without the right to query', async () => {
    const { list } = await simulated(3, { ...leastPrivilege, Companies: { query: false } });
    expect(await list.companies(signal)).toEqual([]);
  });

  it('go on by their ids, and leave out one that is inactive all the same', async () => {
    const server: ScriptedAutotask = await scriptAutotask((_call, asked) =>
      above(asked) === 0
        ? page(
            [
              { id: 1, companyName: 'One', isActive: true },
              { id: 2, companyName: 'Two', isActive: false },
            ],
            true,
          )
        : page([{ id: 3, companyName: null }]),
    );
    ends.push(server);
    const list = createCompanyList(server.options);
    expect(await list.companies(signal)).toEqual([
      { id: 1, name: 'One', active: true },
      { id: 3, name: '', active: true },
    ]);
    const active = { op: 'eq', field: 'isActive', value: true };
    expect(server.bodies('POST Companies/query')).toMatchObject([
      { maxRecords: 500, includeFields: ['id', 'companyName', 'isActive'], filter: [active] },
      { filter: [active, { op: 'gt', field: 'id', value: 2 }] },
    ]);
  });

  it('a refused user is told as one', async () => {
    const { simulator, list } = await simulated(1);
    simulator.world.lock(user.username);
    await expect(list.companies(signal)).rejects.toMatchObject({ failure: 'unauthorised' });
  });
});
