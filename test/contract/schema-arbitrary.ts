/** Values that a schema of a vendor's document allows: anything may be left out unless it is required, and be null where the vendor's is. */
import fc from 'fast-check';
import type { OpenApi, Schema } from './openapi.ts';

/** Recursive definitions end here. */
const deepest = 5;
const longestList = 4;

/** What the document allows as the answer of an operation; `otherwise` where it tells none, or is not here. */
export function answerArbitrary(
  document: OpenApi | null,
  [method, path]: readonly [method: string, path: string],
  otherwise: unknown,
): fc.Arbitrary<unknown> {
  const schema = document?.answerSchema(method, path);
  if (document === null || schema === undefined) return fc.constant(otherwise);
  // The sample too: by chance alone, hardly an id would be one that was asked for.
  return fc.oneof(schemaArbitrary(schema, document), fc.constant(otherwise));
}

function schemaArbitrary(schema: Schema, { definitions, nullable }: OpenApi): fc.Arbitrary<unknown> {
  const build = (each: Schema, depth: number): fc.Arbitrary<unknown> => {
    if (each.$ref !== undefined) {
      const name = decodeURIComponent(each.$ref.slice('#/definitions/'.length));
      return depth > deepest ? fc.constant(null) : build(definitions[name] ?? {}, depth + 1);
    }
    if (each.enum !== undefined) return fc.constantFrom(...each.enum);
    switch (each.type) {
      case 'string':
        return each.format === 'date-time' ? dateTimes : texts;
      case 'boolean':
        return fc.boolean();
      case 'integer':
        return each.format === 'int64'
          ? fc.oneof(fc.nat(20), fc.maxSafeInteger())
          : fc.oneof(fc.nat(20), fc.integer());
      case 'number':
        return fc.double({ noNaN: true, noDefaultInfinity: true });
      case 'array':
        return fc.array(build(each.items ?? {}, depth + 1), { maxLength: longestList });
      case 'object':
        return objectOf(each, depth);
      default:
        return fc.jsonValue({ maxDepth: 2 });
    }
  };
  const objectOf = (each: Schema, depth: number): fc.Arbitrary<unknown> => {
    const properties = Object.entries(each.properties ?? {});
    if (properties.length === 0) return fc.jsonValue({ maxDepth: 2 });
    const model = Object.fromEntries(
      properties.map(([name, inner]) => {
        const value = build(inner, depth + 1);
        return [name, nullable(name) ? fc.option(value, { nil: null, freq: 6 }) : value];
      }),
    );
    const required = new Set(each.required ?? []);
    // Most of them are there, most of the time: a value of which half is missing is refused at its first line.
    const dispensable = properties.map(([name]) => name).filter((name) => !required.has(name));
    const left = fc.subarray(dispensable, { maxLength: Math.min(2, dispensable.length) });
    return fc
      .tuple(fc.record(model), left)
      .map(([value, leftOut]) =>
        Object.fromEntries(Object.entries(value).filter(([name]) => !leftOut.includes(name))),
      );
  };
  return build(schema, 0);
}

const texts = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.constantFrom('', ' ', '*****', 'C02ABC', 'n/a', '\u0000', '\ud800', '-1', '0'),
);

/** As Autotask writes them: without Z or offset. */
const dateTimes = fc
  .date({ min: new Date('1900-01-01'), max: new Date('2999-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 23));
