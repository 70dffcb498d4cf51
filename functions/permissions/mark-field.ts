import type { FieldDefinition } from './access.ts';
import { type Findings, seenIn } from './findings.ts';

/**
 * - `fit`       active, of text (or of a type that is not told) and not protected, by its definition
 * - `named`     in the items' metadata, which does not tell whether it is protected
 * - `absent`    told not to be there, by definitions of others or by the metadata
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
  const definitions = seenIn(found.definitions);
  const definition = definitions?.find((one) => one.name.toLowerCase() === key);
  if (definition !== undefined) return fitness(definition);
  const listed = seenIn(found.listedFields);
  if (listed?.some((one) => one.toLowerCase() === key)) return { kind: 'named' };
  // An empty list of definitions is what a user without the right gets, and so proves nothing; metadata is shown to all.
  const told = listed !== null || (definitions?.length ?? 0) > 0;
  return { kind: told ? 'absent' : 'unknown' };
}

function fitness({ active, isProtected, text }: FieldDefinition): MarkField {
  if (!active) return { kind: 'unfit', because: 'inactive' };
  if (isProtected) return { kind: 'unfit', because: 'protected' };
  return text === false ? { kind: 'unfit', because: 'not text' } : { kind: 'fit' };
}
