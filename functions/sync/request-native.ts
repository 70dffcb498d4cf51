/** Asks Addigy to sync each linked policy, one after another. */
import { indexPolicies } from './company.ts';
import type { Policy } from './device.ts';
import { type Halt, haltOf, haltOfSignal, haltWith, portErrorOf, sentence } from './halt.ts';
import type { NativeSync } from './native.ts';
import { compareText } from './plan-order.ts';
import type { PortError } from './ports.ts';
import type { SyncSettings } from './settings.ts';

export interface NativeRequested {
  readonly notes: readonly string[];
  /** Null where every policy was asked for. `refused` where Addigy took none of them. */
  readonly halt: Halt | null;
}

/** So many requests in a row that Addigy failed to take or to answer: then it is down, and the others are not tried. */
const failuresInARow = 3;
/** Named in full; of more, the number is told. */
const namedRefusals = 10;

/** The policies that Addigy itself links to a company, but for those that the settings exclude; sorted by id. */
export function linkedPolicies(policies: readonly Policy[], settings: SyncSettings): readonly Policy[] {
  const { excluded } = indexPolicies(policies, settings);
  return policies
    .filter(({ id, companyId }) => companyId !== null && companyId !== 0 && !excluded.has(id))
    .sort((left, right) => compareText(left.id, right.id));
}

/**
 * Never two at once: whether Addigy keeps two syncs of one company from making the same item twice is not
 * documented. Never rejects for what Addigy does.
 */
export async function requestNative(
  policies: readonly Policy[],
  native: NativeSync,
  signal: AbortSignal,
): Promise<NativeRequested> {
  const refusals: string[] = [];
  let taken = 0;
  let failing = 0;
  let halt: Halt | null = null;
  for (const policy of policies) {
    if (signal.aborted) halt = haltOfSignal(signal);
    if (halt !== null) break;
    try {
      await native.syncPolicy(policy.id, signal);
      taken += 1;
      failing = 0;
    } catch (error) {
      const failure = portErrorOf(error);
      const isSilent = failure.failure === 'unavailable' || failure.failure === 'lost';
      failing = isSilent ? failing + 1 : 0;
      if (isSilent || failure.failure === 'refused') refusals.push(refusalNote(policy, failure));
      if (!isSilent || failing === failuresInARow) halt = haltAfter(failure, signal);
    }
  }
  if (halt === null && taken === 0 && refusals.length > 0) halt = noneTaken(refusals.length, refusals[0]!);
  return { notes: notesOf(taken, policies.length, refusals), halt };
}

/** Null where the next policy may be asked for. */
function haltAfter(failure: PortError, signal: AbortSignal): Halt | null {
  switch (failure.failure) {
    case 'refused':
      return null;
    case 'unauthorised':
      return haltWith(
        'held',
        'addigy-unauthorised',
        `Addigy does not let this key start its sync: ${sentence(failure.message)} Store a key that may view devices and policies, and has the permission "Edit Integration".`,
      );
    default:
      return haltOf(failure, 'Addigy', signal);
  }
}

function refusalNote({ id, name }: Policy, { failure, message }: PortError): string {
  const what =
    failure === 'lost' ? 'Whether Addigy took the request is not known' : 'Addigy did not take the request';
  return `Policy ${JSON.stringify(name)} (${id}): ${what}. ${sentence(message)}`;
}

function noneTaken(count: number, first: string): Halt {
  return haltWith(
    'failed',
    'refused',
    `Addigy took none of the ${count} requests to sync a policy. ${first} Look at Addigy's Autotask integration: its credentials, and the links of the policies.`,
  );
}

function notesOf(taken: number, policies: number, refusals: readonly string[]): string[] {
  const notes: string[] = [];
  if (taken > 0) {
    notes.push(
      `Addigy was asked to sync ${taken} ${taken === 1 ? 'policy' : 'policies'}; it syncs in its own time, so what is missing now may come.`,
    );
  }
  notes.push(...refusals.slice(0, namedRefusals));
  const more = refusals.length - namedRefusals;
  if (more > 0) notes.push(`Addigy did not take ${more} more such requests.`);
  const left = policies - taken - refusals.length;
  if (left > 0) notes.push(`${left} of the ${policies} linked policies were not asked for.`);
  return notes;
}
