/** The shape of one step of the procedure. */
import type { Purpose } from '#connections/connection';
import type { Place } from './labels.ts';

/** A value that is not the same for every user; the page fills it in. */
export type ValueName = 'first-name' | 'last-name' | 'local-part' | 'secret' | 'mark-field';
/** What only Autotask, or the person, knows, and types into the page. */
export type ReturnName = 'username' | 'secret' | 'tracking-identifier';

export interface Entry {
  readonly field: string;
  /** `pick`: what to choose or to write, in words. */
  readonly value: { readonly from: ValueName } | { readonly literal: string } | { readonly pick: string };
}

export interface Step {
  readonly id: string;
  readonly title: string;
  readonly purposes: readonly Purpose[];
  /** `once`: for the first API user of a database only, if at all. `rotation`: only where a user is replaced. */
  readonly occasion: 'always' | 'once' | 'rotation';
  /** Null: where the step before left off. */
  readonly place: Place | null;
  readonly actions: readonly string[];
  readonly enter: readonly Entry[];
  /** What to bring back to the page. */
  readonly returns: readonly ReturnName[];
  readonly why: string;
  readonly note: string;
  /** What no source confirms; ''. */
  readonly unconfirmed: string;
}
