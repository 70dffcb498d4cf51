/**
 * The administrator of the story: opens the one-time link, does in the simulated Autotask and Addigy what the page
 * says, and forgets a box the first time, as people do.
 */
import type { AddigyWorld } from '../../test/simulators/addigy/world.ts';
import { leastPrivilege } from '../../test/simulators/autotask/seed.ts';
import type { AutotaskWorld } from '../../test/simulators/autotask/world.ts';
import { fieldOf, HandOffVisit, titleOf } from './hand-off-visit.ts';

export interface SimulatedWorlds {
  readonly autotask: AutotaskWorld;
  readonly addigy: AddigyWorld;
  /** What Autotask shows for Addigy's entry in the vendor list; nobody but Addigy knows it. */
  readonly vendorIdentifier: string;
}

/** The domain that Autotask's *Generate Key* fills in. */
const domain = 'managedmacs.example';
const customIdentifier = 'STORYCUSTOMIDENTIFIER000001';

/** Hears what the page says after an act. */
export type Watch = (act: string, title: string) => Promise<void>;

export async function makeDeviceSyncUser(
  link: string,
  { autotask }: SimulatedWorlds,
  watch: Watch,
): Promise<void> {
  const visit = await HandOffVisit.open(link);
  const shown = await visit.press('show');
  const username = `${fieldOf(shown, 'minted-local-part')}@${domain}`;
  autotask.addUser({
    username,
    secret: fieldOf(shown, 'minted-secret'),
    trackingIdentifier: customIdentifier,
    protectedData: {
      viewUnprotected: true,
      editUnprotected: false,
      viewProtected: false,
      editProtected: false,
    },
    rights: leastPrivilege,
  });
  const first = await visit.press('verify', { username, secret: '', trackingIdentifier: customIdentifier });
  await watch('makes the user, ticks View, forgets Edit, presses Verify', titleOf(first));
  autotask.setPermission(username, { protectedData: { editUnprotected: true } });
  const second = await visit.press('verify-again');
  await watch('ticks Edit Unprotected Data, presses again', titleOf(second));
}

export async function makeAddigyUser(
  link: string,
  { autotask, addigy, vendorIdentifier }: SimulatedWorlds,
  watch: Watch,
): Promise<void> {
  const visit = await HandOffVisit.open(link);
  const shown = await visit.press('show');
  const username = `${fieldOf(shown, 'minted-local-part')}@${domain}`;
  const password = fieldOf(shown, 'minted-secret');
  autotask.addUser({
    username,
    secret: password,
    trackingIdentifier: vendorIdentifier,
    protectedData: {
      viewUnprotected: true,
      editUnprotected: true,
      viewProtected: false,
      editProtected: false,
    },
  });
  await visit.press('verify', { username, secret: '' });
  addigy.pasteAutotaskCredentials({ username, password });
  const checked = await visit.press('check');
  await watch(
    'makes a second user with Addigy’s identifier, pastes it into Addigy, presses Check',
    titleOf(checked),
  );
}
