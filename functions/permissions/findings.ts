/** What was seen of an API user's access, before anything is made of it. */
import type { Company, ConfigurationItem, Product } from '#sync/configuration-item';
import { type FailureKind, isPortError } from '#sync/ports';
import type { AutotaskZone, EntityAccess, FieldDefinition } from './access.ts';

/** What came of a question: an answer, or a failure in the vendor's words. */
export type Answer<Value> =
  | { readonly kind: 'seen'; readonly value: Value }
  | { readonly kind: 'failed'; readonly failure: FailureKind; readonly detail: string };

/** The same, where the question may not have been asked at all. */
export type Found<Value> = Answer<Value> | { readonly kind: 'unasked'; readonly why: string };

export const seen = <Value>(value: Value): Answer<Value> => ({ kind: 'seen', value });
export const unasked = (why: string): Found<never> => ({ kind: 'unasked', why });

/** What was seen; null where nothing was. */
export const seenIn = <Value>(found: Found<Value>): Value | null =>
  found.kind === 'seen' ? found.value : null;

/** An item's user-defined fields; none where Autotask shows none. */
export const fieldsOf = ({ udfs }: ConfigurationItem) =>
  // Stryker disable next-line ArrayDeclaration: whoever asks looks for a name
  [...(udfs ?? [])];

/** The vendor answered, and said no. */
export function isRefused(found: Found<unknown>): found is Extract<Answer<never>, { kind: 'failed' }> {
  // Stryker disable next-line ConditionalExpression: nothing else has a `failure`
  const isFailure = found.kind === 'failed';
  return isFailure && found.failure === 'refused';
}

/** Rejects where the credentials stop being accepted, or on a defect; any other failure is a finding. */
export async function find<Value>(ask: () => Promise<Value>): Promise<Answer<Value>> {
  try {
    return seen(await ask());
  } catch (error) {
    if (!isPortError(error) || error.failure === 'unauthorised') throw error;
    return { kind: 'failed', failure: error.failure, detail: error.message };
  }
}

/** What became of the canary: each step only where the one before it went well. */
export interface CanaryFindings {
  /** True where it had to be made in this validation. */
  readonly made: boolean;
  readonly itemId: number;
  /** An edit of a standard field; unasked where the edit of the mark tells already. */
  readonly edit: Found<true>;
  readonly markEdit: Found<true>;
  /** The item as it was read back, also where nothing could be written; null where it was not there. */
  readonly readBack: Answer<ConfigurationItem | null>;
  /** What was written to the mark. */
  readonly word: string;
}

export interface Findings {
  readonly zone: AutotaskZone;
  /** By the entity's path; an entity whose rights are not told is absent. */
  readonly entities: ReadonlyMap<string, EntityAccess>;
  readonly companies: Answer<readonly Company[]>;
  readonly products: Answer<readonly Product[]>;
  readonly items: Answer<readonly ConfigurationItem[]>;
  readonly definitions: Answer<readonly FieldDefinition[] | null>;
  readonly listedFields: Answer<readonly string[] | null>;
  /** Of the field that was made, because there was none; unasked where there was one. */
  readonly defined: Found<true>;
  /** An item that is known to have a value in this unprotected field; null: Autotask shows no such item. */
  readonly valued: Found<{ readonly field: string; readonly item: ConfigurationItem | null }>;
  readonly canary: Found<CanaryFindings>;
}
