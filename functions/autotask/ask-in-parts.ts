/** A long list, asked for in as many queries as Autotask accepts. */
import { AutotaskError } from './errors.ts';
import { idsPerQuery, inChunks } from './query.ts';

/** A list this short is not refused for its length: the documented limit is ten times as high. */
export const surelyAccepted = 50;

/** The answers, one for each part of the list that Autotask accepted. The parts are asked side by side. */
export async function askInParts<Value, Answer>(
  values: readonly Value[],
  ask: (part: readonly Value[]) => Promise<Answer>,
): Promise<Answer[]> {
  const answers = await Promise.all(inChunks(values, idsPerQuery).map((part) => askOrHalve(part, ask)));
  return answers.flat();
}

/**
 * What Autotask counts towards its 500 conditions is not documented, so a refused list is asked again
 * in halves. One after the other: a refusal that is not about the length costs four calls at most.
 */
export async function askOrHalve<Value, Answer>(
  part: readonly Value[],
  ask: (part: readonly Value[]) => Promise<Answer>,
): Promise<Answer[]> {
  try {
    return [await ask(part)];
  } catch (error) {
    const mayBeTooLong =
      error instanceof AutotaskError && error.failure === 'refused' && part.length >= 2 * surelyAccepted;
    if (!mayBeTooLong) throw error;
  }
  const half = Math.ceil(part.length / 2);
  const first = await askOrHalve(part.slice(0, half), ask);
  return [...first, ...(await askOrHalve(part.slice(half), ask))];
}
