/** What the hand-off page can do: each act opens the link anew, so that nothing happens on one that is over. */

import type { ApiUserCredentials } from '#connections/connection';
import { testReach } from '#permissions/test-reach';
import type { ApiUserRecord, Attempt } from './api-user.ts';
import { awaitPaste, beginVerifying, noteMinted, noteShown } from './api-user-life.ts';
import { isExpired } from './api-user-state.ts';
import { noteRetired } from './api-user-trusted.ts';
import type { CredentialsDraft } from './api-user-vault.ts';
import type { HandOffAnswer, HandOffDesk, Submission } from './hand-off.ts';
import { handOffView, type OpenedLink } from './hand-off-view.ts';
import { changeApiUser } from './keep-api-user.ts';
import { mayTest } from './may-test.ts';
import { mintCredentials, type RandomBelow } from './mint-credentials.ts';
import {
  checkAndFinish,
  noAddigyKey,
  submittedOf,
  type TestingWorld,
  testAndFinish,
} from './prove-api-user.ts';
import { stillWorks } from './retire-user.ts';
import { isEqual, readSubmission, secretMeant } from './submission.ts';

export interface DeskWorld extends TestingWorld {
  readonly digest: (text: string) => string;
  readonly randomBelow: RandomBelow;
  readonly version: () => string;
}

/** Null: the page as it is now. */
type Act<Rest extends readonly unknown[]> = (
  link: OpenedLink,
  ...rest: Rest
) => Promise<HandOffAnswer | null>;

export function createHandOffDesk(world: DeskWorld): HandOffDesk {
  const acts = new Acts(world);
  return {
    look: acts.on(async () => null),
    show: acts.on((link) => acts.show(link)),
    mint: acts.on((link) => acts.mint(link)),
    verify: acts.on((link, submission: Submission, signal: AbortSignal) =>
      acts.verify(link, submission, signal),
    ),
    verifyAgain: acts.on((link, signal: AbortSignal) => acts.verifyAgain(link, signal)),
    check: acts.on((link, signal: AbortSignal) => acts.check(link, signal)),
    retire: acts.on((link, signal: AbortSignal) => acts.retire(link, signal)),
  };
}

class Acts {
  readonly #world: DeskWorld;

  constructor(world: DeskWorld) {
    this.#world = world;
  }

  on<Rest extends readonly unknown[]>(act: Act<Rest>) {
    return async (id: string, token: string, ...rest: Rest): Promise<HandOffAnswer> => {
      const link = await this.#open(id, token);
      if ('kind' in link) return link;
      const answer = await act(link, ...rest);
      if (answer !== null) return answer;
      const after = await this.#open(id, token);
      return 'kind' in after ? after : { kind: 'view', view: handOffView(after) };
    };
  }

  async #open(
    id: string,
    token: string,
  ): Promise<OpenedLink | Extract<HandOffAnswer, { kind: 'unknown' | 'expired' }>> {
    const { apiUsers, connections, digest, now } = this.#world;
    // The id is the token's hash: who has the token has the link, and nobody else.
    if (digest(token) !== id) return { kind: 'unknown' };
    const record = await apiUsers.byHandOff(id);
    if (record?.attempt == null) return { kind: 'unknown' };
    const { attempt } = record;
    if (isExpired(attempt, now())) return { kind: 'expired' };
    const connection = await connections.get(record.connectionId);
    const isOver = connection === null || connection.offboarding !== null;
    return isOver ? { kind: 'unknown' } : { record, attempt, connection };
  }

  async show(link: OpenedLink): Promise<HandOffAnswer | null> {
    const { attempt } = link;
    if (attempt.submittedVersion !== null) return null;
    const pending = await this.#vaultOf(link).pending();
    // Credentials that were given by the API meanwhile have taken the draft's place.
    if (pending?.kind !== 'draft') return attempt.handOff.shownAt === null ? this.mint(link) : null;
    let isFirst = false;
    // Noted before it is shown, and by one of two at once: who dies in between has shown nothing twice.
    await this.#change(link, (stored, { handOff }) => {
      isFirst = handOff.shownAt === null;
      return isFirst ? noteShown(stored, this.#world.now()) : stored;
    });
    return isFirst ? this.#shown(link, pending.value) : null;
  }

  async mint(link: OpenedLink): Promise<HandOffAnswer | null> {
    if (link.attempt.stage === 'done') return null;
    const draft = mintCredentials(this.#world.randomBelow);
    // Noted first: on a link that was replaced meanwhile nothing is minted over its successor's values.
    if (!(await this.#change(link, (stored) => noteMinted(stored, this.#world.now())))) return null;
    await this.#vaultOf(link).storeDraft(this.#world.version(), draft);
    return this.#shown(link, draft);
  }

  async verify(link: OpenedLink, submission: Submission, signal: AbortSignal): Promise<HandOffAnswer | null> {
    if (link.attempt.stage === 'done') return null;
    const vault = this.#vaultOf(link);
    const pending = await vault.pending();
    const read = readSubmission(submission, link.record.purpose, secretMeant(submission, pending));
    if (read.kind === 'invalid') return { ...read, view: handOffView(link) };
    const before = await submittedOf(link.attempt, vault);
    if (before !== null && isEqual(before.value, read.value)) return this.#test(link, before, signal);
    const version = this.#world.version();
    await vault.storePending(version, read.value);
    return this.#test(link, { version, value: read.value }, signal);
  }

  async verifyAgain(link: OpenedLink, signal: AbortSignal): Promise<HandOffAnswer | null> {
    if (link.attempt.stage === 'done') return null;
    const submitted = await submittedOf(link.attempt, this.#vaultOf(link));
    return submitted === null ? null : this.#test(link, submitted, signal);
  }

  async check(link: OpenedLink, signal: AbortSignal): Promise<HandOffAnswer | null> {
    const { attempt, record, connection } = link;
    if (record.purpose !== 'addigy' || attempt.submittedVersion === null || attempt.stage === 'done')
      return null;
    const detail = await checkAndFinish(connection, attempt.submittedVersion, this.#world, signal);
    return detail === '' ? null : { kind: 'view', view: { ...handOffView(link), detail } };
  }

  async retire(link: OpenedLink, signal: AbortSignal): Promise<HandOffAnswer | null> {
    const { replaced, purpose } = link.record;
    if (replaced === null || replaced.retiredAt !== null) return null;
    const detail =
      purpose === 'device-sync'
        ? await this.#oldLogin(link, replaced.version, signal)
        : await this.#reach(link, signal);
    if (detail !== '') return { kind: 'view', view: { ...handOffView(link), detail } };
    await this.#change(link, (stored) => noteRetired(stored, this.#world.now()));
    return null;
  }

  async #test(
    link: OpenedLink,
    submitted: { readonly version: string; readonly value: ApiUserCredentials },
    signal: AbortSignal,
  ): Promise<null> {
    const { version } = submitted;
    const { now } = this.#world;
    if (link.record.purpose === 'addigy') {
      await this.#change(link, (stored) => awaitPaste(stored, version, now()));
      return null;
    }
    let isOurs = false;
    await this.#change(link, (stored) => {
      isOurs = mayTest(stored, version, now());
      return isOurs ? beginVerifying(stored, version, now()) : stored;
    });
    if (isOurs) await testAndFinish(link.connection, submitted, this.#world, signal);
    return null;
  }

  /** '' where the replaced user is out of use, as far as anybody can tell; else a sentence. */
  async #oldLogin(link: OpenedLink, replaced: string | null, signal: AbortSignal): Promise<string> {
    const vault = this.#vaultOf(link);
    const [previous, current] = [await vault.previous(), await vault.current()];
    // What is not known any more, or is the present user under an older secret, is not tried: the person's word is taken.
    if (previous?.version !== replaced || previous.value.username === current?.value.username) return '';
    return stillWorks(previous.value, this.#world.openAccess, signal);
  }

  /** With the old user out of use, Addigy reaches Autotask by the new one or not at all. */
  async #reach({ connection }: OpenedLink, signal: AbortSignal): Promise<string> {
    const reach = await this.#world.openReach(connection);
    if (reach === null) return noAddigyKey;
    const reached = await testReach(reach, this.#world.now, signal);
    if (reached.kind === 'passed') return '';
    if (reached.kind === 'unavailable') return reached.detail;
    return 'Without the replaced user Addigy does not reach Autotask: it holds the old credentials still. Activate that user again, paste the new Username and Password into Addigy, and then deactivate it.';
  }

  #shown(link: OpenedLink, minted: CredentialsDraft): HandOffAnswer {
    return { kind: 'shown', view: { ...handOffView(link), shown: true }, minted };
  }

  #vaultOf({ record }: OpenedLink) {
    return this.#world.apiUserVault(record.connectionId, record.purpose);
  }

  /** False, and nothing happens, where a later link has taken this one's place. */
  async #change(
    { record, attempt }: OpenedLink,
    next: (stored: ApiUserRecord, attempt: Attempt) => ApiUserRecord,
  ): Promise<boolean> {
    const after = await changeApiUser(
      record.connectionId,
      record.purpose,
      (stored) => (stored?.attempt?.version === attempt.version ? next(stored, stored.attempt) : stored),
      this.#world,
    );
    return after?.attempt?.version === attempt.version;
  }
}
