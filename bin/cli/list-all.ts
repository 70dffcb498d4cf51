import type { Api } from '../api/api.ts';

/** Entries of every page, or the first `limit` of them. `path` has no query. */
export async function listAll<Entry, Name extends string>(
  api: Api,
  path: string,
  name: Name,
  limit = Infinity,
): Promise<Entry[]> {
  const found: Entry[] = [];
  await api.eachPage<Readonly<Record<Name, readonly Entry[]>>>(
    `${path}?limit=${Math.min(100, limit)}`,
    (page) => {
      found.push(...page[name].slice(0, limit - found.length));
      return found.length < limit;
    },
  );
  return found;
}
