/** API Gateway's routing of an HTTP API, for routes of one method without greedy parameters. */

export interface Route<Target> {
  /** `GET /connections/{connectionId}` */
  readonly key: string;
  readonly target: Target;
}

export interface RouteMatch<Target> {
  readonly route: Route<Target>;
  readonly pathParameters: Readonly<Record<string, string>>;
}

/** @param path decoded, as API Gateway matches it. A literal part wins over a parameter. */
export function matchRoute<Target>(
  routes: readonly Route<Target>[],
  method: string,
  path: string,
): RouteMatch<Target> | null {
  const found = routes
    .flatMap((route) => {
      const match = matchOne(route.key, method, path);
      return match === null ? [] : [{ route, ...match }];
    })
    // Compared part by part from the left: `0` (literal) before `1` (parameter).
    .sort((one, other) => (one.rank < other.rank ? -1 : 1));
  return found[0] ?? null;
}

function matchOne(
  key: string,
  method: string,
  path: string,
): { pathParameters: Record<string, string>; rank: string } | null {
  const [routeMethod, pattern = ''] = key.split(' ', 2);
  const wanted = pattern.split('/');
  const given = path.split('/');
  if (routeMethod !== method || wanted.length !== given.length) return null;
  const pathParameters: Record<string, string> = {};
  let rank = '';
  for (const [position, part] of wanted.entries()) {
    const value = given[position] ?? '';
    const name = /^\{(.+)\}$/u.exec(part)?.[1];
    if (name === undefined) {
      if (part !== value) return null;
      rank += '0';
    } else {
      if (value === '') return null;
      pathParameters[name] = value;
      rank += '1';
    }
  }
  return { pathParameters, rank };
}
