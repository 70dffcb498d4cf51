import type { FieldDefinition } from './access.ts';
import type { Findings } from './findings.ts';

/**
 * - `fit`       active, of text (or of a type that is not told) and not protected, by its definition
 * - `named`     in the items' metadata, which does not tell whether it is protected
 * - `absent`    told, by a list that holds fields, not to be there
 * - `unknown`   nobody tells
 */
export type MarkField =
  | { readonly kind: 'fit' | 'named' | 'made' | 'absent' | 'unknown' }
  | { readonly kind: 'unfit'; readonly because: 'inactive' | 'protected' | 'not text' };

type FieldFindings = Pick<Findings, 'definitions' | 'listedFields' | 'defined'>;

/** Names ignore case, as in a sync. */
export function markFieldIn(found: FieldFindings, name: string): MarkField {
  if (found.defined.kind === 'seen') return { kind: 'made' };
  const key = name.toLowerCase();
  const definitions = definitionsIn(found);
  const definition = definitions?.find((one) => one.name.toLowerCase() === key);
  if (definition !== undefined) return fitness(definition);
  const listed = found.listedFields.kind === 'seen' ? found.listedFields.value : null;
  if (listed?.some((one) => one.toLowerCase() === key)) return { kind: 'named' };
  // An empty list of definitions is what a user without the right gets, and so proves nothing.
  const told = listed !== null || (definitions !== null && definitions.length > 0);
  return { kind: told ? 'absent' : 'unknown' };
}

export const definitionsIn = (
  found: Pick<FieldFindings, 'definitions'>,
): readonly FieldDefinition[] | null => (found.definitions.kind === 'seen' ? found.definitions.value : null);

function fitness({ active, isProtected, text }: FieldDefinition): MarkField {
  if (!active) return { kind: 'unfit', because: 'inactive' };
  if (isProtected) return { kind: 'unfit', because: 'protected' };
  return text === false ? { kind: 'unfit', because: 'not text' } : { kind: 'fit' };
}
