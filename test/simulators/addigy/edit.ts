/** World edits over the control plane: `{ "op": …, … }`, or an array of them. A device is named by `agentid`, or by a `serial` that one device has. */
import type { KeyLimit } from './key-limit.ts';
import type { AddigyQuirks, PastedCredentials, SeededDevice, SeededFact, SeededPolicy } from './seed.ts';
import type { AddigyWorld } from './world.ts';

type Named = { agentid: string } | { serial: string };

export type AddigyEdit =
  | { op: 'enrol'; device?: Partial<SeededDevice> & { serial?: string; name?: string; policyId?: string } }
  | ({ op: 'rename'; name: string } & Named)
  | ({ op: 'move'; policyId: string | null } & Named)
  | ({ op: 'retire' } & Named)
  | ({ op: 'reEnrol'; forgetOld?: boolean; at?: string } & Named)
  | ({ op: 'silence'; since: string } & Named)
  | ({ op: 'setFact'; identifier: string; fact: SeededFact } & Named)
  | { op: 'addPolicy'; policy: SeededPolicy }
  | { op: 'linkPolicy'; policyId: string; accountId: number | null }
  | ({ op: 'paste-autotask-credentials' } & PastedCredentials)
  | { op: 'addKey' | 'revokeKey' | 'unlock'; key: string }
  /** For 24 hours, or until this time. */
  | { op: 'lock'; key: string; until?: string }
  | { op: 'quirks'; quirks: Partial<AddigyQuirks> };

export interface Editable {
  readonly world: AddigyWorld;
  readonly quirks: AddigyQuirks;
  readonly keyLimit: KeyLimit;
}

/** The agent id that the edit was about, or null. Throws a sentence where it is not understood. */
export function applyEdit(edit: AddigyEdit, { world, quirks, keyLimit }: Editable): string | null {
  switch (edit.op) {
    case 'enrol':
      return world.enrol(edit.device);
    case 'reEnrol':
      return world.reEnrol(nameOf(edit, world), edit);
    case 'rename':
    case 'move':
    case 'retire':
    case 'silence':
    case 'setFact':
      return editDevice(edit, nameOf(edit, world), world);
    case 'addPolicy':
      world.addPolicy(edit.policy);
      return null;
    case 'linkPolicy':
      world.linkPolicy(edit.policyId, edit.accountId);
      return null;
    case 'paste-autotask-credentials':
      world.pasteAutotaskCredentials(edit);
      return null;
    case 'addKey':
      world.apiKeys.add(edit.key);
      return null;
    case 'revokeKey':
      world.revokeKey(edit.key);
      return null;
    case 'lock':
      keyLimit.lock(
        edit.key,
        edit.until === undefined ? Date.now() + quirks.limit.lockMs : Date.parse(edit.until),
      );
      return null;
    case 'unlock':
      keyLimit.unlock(edit.key);
      return null;
    case 'quirks':
      Object.assign(quirks, edit.quirks);
      return null;
    default:
      throw new Error(`unknown edit ${JSON.stringify(edit)}`);
  }
}

function editDevice(
  edit: Extract<AddigyEdit, { op: 'rename' | 'move' | 'retire' | 'silence' | 'setFact' }>,
  agentid: string,
  world: AddigyWorld,
): string {
  if (edit.op === 'rename') world.rename(agentid, edit.name);
  if (edit.op === 'move') world.move(agentid, edit.policyId);
  if (edit.op === 'retire') world.retire(agentid);
  if (edit.op === 'silence') world.silence(agentid, edit.since);
  if (edit.op === 'setFact') world.setFact(agentid, edit.identifier, edit.fact);
  return agentid;
}

function nameOf(named: Named, world: AddigyWorld): string {
  if ('agentid' in named) return named.agentid;
  const found = world.bySerial(named.serial);
  if (found.length === 1) return found[0]!;
  throw new Error(`${found.length} devices have the serial ${named.serial}`);
}
