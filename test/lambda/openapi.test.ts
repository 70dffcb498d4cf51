import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { routeScopes } from '#callers/scope';
import { addigyKeySchema, apiUserSchema, connectionSchema } from '#connections/connection';
import { apiUserRoutes } from '#lambda/api-user-routes';
import { connectionRoutes, declarationSchema } from '#lambda/connection-routes';
import { problemCodes } from '#lambda/problem';
import { runRoutes } from '#lambda/run-routes';
import { suggestionRoutes } from '#lambda/suggestion-routes';
import { validationRoutes } from '#lambda/validation-routes';
import { requirements } from '#permissions/requirements';
import { heldReasons } from '#sync/change';
import { at, examples, faults, routeKeys } from './openapi.ts';

type Json = Record<string, unknown>;

/** A schema without what is for reading only, references followed. */
function bare(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(bare);
  if (typeof schema !== 'object' || schema === null) return schema;
  const { $ref, ...own } = schema as Json;
  const whole: Json = { ...(typeof $ref === 'string' ? (at($ref) as Json) : {}), ...own };
  const kept = Object.entries(whole).filter(
    ([key]) => !['description', '$schema', 'pattern', 'writeOnly', 'default'].includes(key),
  );
  return Object.fromEntries(
    kept.map(([key, value]) => [key, key === 'properties' ? bareAll(value as Json) : bare(value)]),
  );
}
const bareAll = (properties: Json): Json =>
  Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, bare(schema)]));

const schemaOf = (name: string) => at(`#/components/schemas/${name}`);

describe('docs/openapi.yaml', () => {
  it.each([
    ['ConnectionSettings', connectionSchema],
    ['Declaration', declarationSchema],
    ['ApiUser', apiUserSchema],
    ['AddigyKey', addigyKeySchema],
  ])('%s is what the door accepts', (name, schema) => {
    expect(bare(schemaOf(name))).toEqual(bare(z.toJSONSchema(schema, { io: 'input' })));
  });

  it('tells the defaults that the door fills in', () => {
    const shown = at('#/components/examples/newConnection/value') as { sync: unknown; name: string };
    expect(shown.sync).toEqual(connectionSchema.parse({ name: 'x' }).sync);
    const defaultsOf = (schema: unknown): unknown => {
      const { properties, default: own, $ref } = schema as Json;
      if (typeof $ref === 'string' && own === undefined) return defaultsOf(at($ref));
      if (properties === undefined) return own;
      return Object.fromEntries(
        Object.entries(properties as Json)
          .map(([name, inner]) => [name, defaultsOf(inner)] as const)
          .filter(([, value]) => value !== undefined),
      );
    };
    const { name, ...told } = defaultsOf(schemaOf('ConnectionSettings')) as Json;
    expect(name).toBeUndefined();
    const { fields, matchByMac, ...sync } = connectionSchema.parse({ name: 'x' }).sync;
    expect(told).toEqual({ ...connectionSchema.parse({ name: 'x' }), name: undefined, sync });
  });

  it('names every route, and no other', () => {
    // Only their names are asked for: what a route needs of the world is not.
    const routes: ReadonlyArray<(world: never) => object> = [
      connectionRoutes,
      apiUserRoutes,
      validationRoutes,
      suggestionRoutes,
      runRoutes,
    ];
    const names = routes.flatMap((of) => Object.keys(of({} as never)));
    expect([...routeKeys].sort()).toEqual(names.sort());
  });

  it('tells of every operation the scope that opens it', () => {
    const told = Object.fromEntries(
      routeKeys.map((key) => {
        const [method = '', path = ''] = key.split(' ');
        const pointer = `#/paths/${path.replaceAll('/', '~1')}/${method.toLowerCase()}/x-scope`;
        return [key, at(pointer)];
      }),
    );
    expect(told).toEqual(routeScopes);
  });

  it('names every problem and every reason', () => {
    expect((at('#/components/schemas/Problem/properties/code/enum') as string[]).toSorted()).toEqual(
      problemCodes.toSorted(),
    );
    expect(at('#/components/schemas/RequirementId/enum')).toEqual(requirements.map(({ id }) => id));
    expect(at('#/components/schemas/HeldReason/enum')).toEqual([...heldReasons]);
  });

  it('has examples, each of which obeys its schema', () => {
    const all = examples();
    expect(all.length).toBeGreaterThan(20);
    expect(
      all
        .map(({ where, schema, value }) => [where, faults(schema, value)])
        .filter(([, fault]) => fault !== ''),
    ).toEqual([]);
  });
});
