/** What a caller of the HTTP API may do. Each route has one scope that opens it, here and nowhere else. */

/**
 * - `read`     looks, and never changes anything
 * - `sync`     asks for runs, which write to Autotask what the connection's policy allows; and looks
 * - `onboard`  declares, gives credentials, hands off, validates, offboards; and looks
 */
export const scopes = ['onboard', 'sync', 'read'] as const;
export type Scope = (typeof scopes)[number];

const connection = '/connections/{connectionId}';
const apiUser = `${connection}/api-users/{purpose}` as const;

/** By API Gateway's route key. */
export const routeScopes = {
  'GET /connections': 'read',
  [`GET ${connection}`]: 'read',
  [`PUT ${connection}`]: 'onboard',
  [`DELETE ${connection}`]: 'onboard',
  [`GET ${connection}/api-users`]: 'read',
  [`GET ${apiUser}`]: 'read',
  [`PUT ${apiUser}`]: 'onboard',
  [`POST ${apiUser}/rotations`]: 'onboard',
  [`POST ${apiUser}/hand-offs`]: 'onboard',
  [`POST ${apiUser}/validations`]: 'onboard',
  [`PUT ${connection}/addigy-key`]: 'onboard',
  [`GET ${connection}/companies/suggestions`]: 'read',
  [`GET ${connection}/runs`]: 'read',
  [`POST ${connection}/runs`]: 'sync',
  [`GET ${connection}/runs/{runId}`]: 'read',
} as const satisfies Readonly<Record<string, Scope>>;

/** A route that has no scope is open to nobody. */
export function mayCall(held: readonly Scope[], routeKey: string): boolean {
  const needed = Object.entries(routeScopes).find(([key]) => key === routeKey)?.[1];
  if (needed === undefined) return false;
  return held.includes(needed) || (needed === 'read' && held.length > 0);
}

/** The route keys that these scopes open. */
export const routesOpenTo = (...held: readonly Scope[]): readonly string[] =>
  Object.keys(routeScopes).filter((routeKey) => mayCall(held, routeKey));
