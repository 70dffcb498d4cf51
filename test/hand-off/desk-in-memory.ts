/** A desk that keeps one hand-off in memory and does what it is told: the real one is tested where it lives. */
import { createHash } from 'node:crypto';
import type { CredentialsDraft } from '#onboarding/api-user-vault';
import type { HandOffAnswer, HandOffDesk, HandOffView, Submission } from '#onboarding/hand-off';
import { allConfirmed, editMissing, views } from './sample-views.ts';

export const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

export const token = 'T0ken_-T0ken_-T0ken_-T0ken_-T0ken_-T0ken_-T';
export const handOffId = digest(token);

export class DeskInMemory implements HandOffDesk {
  view: HandOffView;
  minted: CredentialsDraft = { localPart: 'k7wq2m9xp4dz6ta', secret: 'Ab3x-9KmQ-w7Rt-pL2v-Hn5Yc' };
  /** What was asked, without the values that came along. */
  readonly asked: string[] = [];
  readonly submissions: Submission[] = [];
  /** What a press leads to; by default awaiting → refused (a box is missing) → done. */
  tested: HandOffView[] = [
    { ...views.refused, report: editMissing },
    { ...views.done, report: allConfirmed },
  ];
  /** Instead of any answer. */
  answer: HandOffAnswer | null = null;
  fault: Error | null = null;

  constructor(view: HandOffView = views.awaiting) {
    this.view = view;
  }

  async look(id: string, bearer: string): Promise<HandOffAnswer> {
    return this.#answer('look', id, bearer, () => ({ kind: 'view', view: this.view }));
  }

  async show(id: string, bearer: string): Promise<HandOffAnswer> {
    return this.#answer('show', id, bearer, () => {
      if (this.view.shown) return { kind: 'view', view: this.view };
      this.view = { ...this.view, shown: true };
      return { kind: 'shown', view: this.view, minted: this.minted };
    });
  }

  async mint(id: string, bearer: string): Promise<HandOffAnswer> {
    return this.#answer('mint', id, bearer, () => {
      this.minted = { localPart: 'n3wn3wn3wn3wn3w', secret: 'Zz9y-8XwV-u7Ts-rQ6p-On5Mk' };
      this.view = { ...this.view, shown: true };
      return { kind: 'shown', view: this.view, minted: this.minted };
    });
  }

  async verify(id: string, bearer: string, submission: Submission): Promise<HandOffAnswer> {
    return this.#answer('verify', id, bearer, () => {
      this.submissions.push(submission);
      if (!submission.username.includes('@')) {
        const message = 'Enter the whole username: it has an @ and a domain.';
        return { kind: 'invalid', view: this.view, errors: [{ field: 'username', message }] };
      }
      return this.#next();
    });
  }

  async verifyAgain(id: string, bearer: string): Promise<HandOffAnswer> {
    return this.#answer('verify-again', id, bearer, () => this.#next());
  }

  async check(id: string, bearer: string): Promise<HandOffAnswer> {
    return this.#answer('check', id, bearer, () => this.#next());
  }

  async retire(id: string, bearer: string): Promise<HandOffAnswer> {
    return this.#answer('retire', id, bearer, () => this.#next());
  }

  #next(): HandOffAnswer {
    this.view = this.tested.shift() ?? this.view;
    return { kind: 'view', view: this.view };
  }

  #answer(what: string, id: string, bearer: string, make: () => HandOffAnswer): HandOffAnswer {
    this.asked.push(what);
    if (this.fault !== null) throw this.fault;
    if (this.answer !== null) return this.answer;
    return id === handOffId && bearer === token ? make() : { kind: 'unknown' };
  }
}
