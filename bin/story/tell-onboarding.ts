/**
 * How the connection's API users come to be trusted: asked for, made by an administrator on the hand-off page, proved;
 * the second one proved by Addigy itself.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ToldApiUser } from '#onboarding/tell-api-user';
import type { Api } from '../api/api.ts';
import { makeAddigyUser, makeDeviceSyncUser } from './administrator.ts';
import type { Narrator } from './narrator.ts';
import type { StoryVendors } from './vendors.ts';

export interface OnboardingStory {
  /** Of the user for device-sync, in the order they were seen. */
  readonly states: readonly string[];
  /** Of its last permission report. */
  readonly report: ReadonlyArray<{ readonly id: string; readonly verdict: string }>;
  /** Null with vendors that are not simulated: nobody pastes anything there. */
  readonly addigyReached: boolean | null;
  /** From the first request until the user for device-sync was trusted. */
  readonly ms: number;
}

interface Telling {
  readonly api: Api;
  readonly vendors: StoryVendors;
  readonly narrator: Narrator;
  readonly path: string;
  /** The body of the declaration, without its wish. */
  readonly settings: object;
}

export async function tellOnboarding(telling: Telling, interactive: boolean): Promise<OnboardingStory> {
  const { api, vendors, narrator, path, settings } = telling;
  const began = performance.now();
  const { worlds, consoles } = vendors;
  if (worlds === null || consoles === null) return storeGiven(telling, began);

  narrator.chapter('1  A pipeline asks for an onboarding; an administrator does the one human step');
  const asked = await api.call<{ apiUsers: ToldApiUser[] }>('PUT', path, {
    ...settings,
    provision: ['device-sync', 'addigy'],
  });
  narrator.say(`PUT ${path} with provision: device-sync and addigy; policy observe, nothing is written yet`);
  await storeKey(telling);
  const [own, addigys] = asked.apiUsers.map((user) => user.link);
  if (own == null || addigys == null) throw new Error('the answer holds no links');

  const states: string[] = [];
  const see = async (): Promise<ToldApiUser> => {
    const user = await api.call<ToldApiUser>('GET', `${path}/api-users/device-sync`);
    if (states.at(-1) !== user.state) states.push(user.state);
    return user;
  };
  await see();
  const watch = async (act: string, title: string): Promise<void> => {
    narrator.say(`administrator ${act}`);
    narrator.say(`  page: “${title}”`);
    await sayMissing(await see(), narrator);
  };
  if (interactive) {
    narrator.say('Now it is your turn. The simulated user interfaces of the vendors:');
    narrator.say(`  Autotask ${consoles.autotask}   Addigy ${consoles.addigy}`);
    await waitForPerson(telling, 'device-sync', own, see);
  } else await makeDeviceSyncUser(own, worlds, watch);
  const ms = Math.round(performance.now() - began);
  const trusted = await see();
  const { calls } = trusted.report ?? { calls: { autotask: 0 } };
  narrator.say(
    `API user ${trusted.firstName} ${trusted.lastName}: ${states.join(' → ')}, ${(ms / 1000).toFixed(1)} s after it was asked for; ${calls.autotask} Autotask calls in the last validation`,
  );
  if (interactive) {
    await waitForPerson(telling, 'addigy', addigys, () => api.call('GET', `${path}/api-users/addigy`));
  } else
    await makeAddigyUser(addigys, worlds, async (act, title) => {
      narrator.say(`administrator ${act}`);
      narrator.say(`  page: “${title}”`);
    });
  const second = await api.call<ToldApiUser>('GET', `${path}/api-users/addigy`);
  return { states, report: verdictsOf(trusted), addigyReached: second.reachedAt !== null, ms };
}

/** Real vendors: a user that exists is stored and proved. */
async function storeGiven(telling: Telling, began: number): Promise<OnboardingStory> {
  const { api, vendors, narrator, path, settings } = telling;
  narrator.chapter('1  A connection is made, its credentials are stored and proved');
  await api.call('PUT', path, settings);
  narrator.say(`PUT ${path}: policy observe, nothing is written yet`);
  const user = await api.call<{ zone: { url: string }; report: NonNullable<ToldApiUser['report']> }>(
    'PUT',
    `${path}/api-users/device-sync`,
    vendors.apiUser,
  );
  narrator.say(
    `Autotask API user: stored pending, logged in at ${user.zone.url}, every right tested, now current`,
  );
  await storeKey(telling);
  const ms = Math.round(performance.now() - began);
  return { states: ['trusted'], report: verdictsOf(user), addigyReached: null, ms };
}

async function storeKey({ api, vendors, narrator, path }: Telling): Promise<void> {
  const key = await api.call<{ organizationId: string | null }>('PUT', `${path}/addigy-key`, {
    apiKey: vendors.apiKey,
  });
  narrator.say(
    `Addigy key: stored pending, read the policies of ${key.organizationId ?? 'its organisation'}, now current`,
  );
}

const verdictsOf = ({ report }: Pick<ToldApiUser, 'report'>) =>
  (report?.lines ?? []).map(({ id, verdict }) => ({ id, verdict }));

async function sayMissing({ report }: ToldApiUser, narrator: Narrator): Promise<void> {
  for (const line of report?.lines ?? []) {
    if (line.verdict === 'denied') narrator.plan(`- ${line.title}: ${line.evidence} ${line.fix}`);
  }
  for (const { what, may } of report?.excess ?? [])
    narrator.plan(`! more than it needs: ${what}: ${may.join(', ')}`);
}

/** A person has all the time there is. */
async function waitForPerson(
  { narrator }: Telling,
  purpose: string,
  link: string,
  look: () => Promise<ToldApiUser>,
): Promise<void> {
  narrator.say(`Open this link for ${purpose}, and follow the page: ${link}`);
  let said = '';
  for (;;) {
    const user = await look();
    if (user.state === 'trusted') return;
    if (user.says !== said) narrator.say(`  ${user.state}: ${user.says}`);
    said = user.says;
    await sleep(500);
  }
}
