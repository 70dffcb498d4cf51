import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { expect, it } from 'vitest';
import { httpDoor } from '#lambda/http-door';
import { type SuggestionWorld, suggestionRoutes } from '#lambda/suggestion-routes';
import { settingsOf } from '../runs/world.ts';
import { answerFaults } from './openapi.ts';

const routeKey = 'GET /connections/{connectionId}/companies/suggestions';

/** Of a connection with so many policies, none of which leads to a company. */
async function ask(policies: number) {
  const vendors = {
    source: {
      policies: async () =>
        Array.from({ length: policies }, (_, at) => ({
          ...{ id: `p${at}`, name: `Policy ${at}`, parentId: null, companyId: null },
        })),
      devices: async () => ({ devices: [], complete: true }),
      calls: () => 2,
    },
    companies: { companies: async () => [], calls: () => 1 },
  };
  const world = {
    connections: { get: async () => ({ id: 'acme', settings: settingsOf() }) },
    openVendors: async () => vendors,
  } as unknown as SuggestionWorld;
  const event = {
    ...{
      routeKey,
      headers: {},
      pathParameters: { connectionId: 'acme' },
      requestContext: { requestId: 'r' },
    },
  } as unknown as APIGatewayProxyEventV2;
  const context = { getRemainingTimeInMillis: () => 29_000 } as unknown as Context;
  const { statusCode = 0, headers = {}, body = '' } = await httpDoor(suggestionRoutes(world))(event, context);
  const told = JSON.parse(body);
  expect(answerFaults(routeKey, statusCode, String(headers['content-type']), told)).toBe('');
  return told as { unmapped: unknown[]; left: number };
}

it.each([
  [3, 3, 0],
  [1_000, 1_000, 0],
  [1_200, 1_000, 200],
])('of %i policies %i are told, and that %i are left', async (policies, told, left) => {
  const answer = await ask(policies);
  expect([answer.unmapped.length, answer.left]).toEqual([told, left]);
});
