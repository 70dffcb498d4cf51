type Part = string | Map<string, Part>;

/**
 * The form of AWS's query protocol as an object: `Tags.member.1.Key=a` is `{ Tags: [{ Key: 'a' }] }`. A list without
 * members is sent as an empty text, and stays one.
 */
export function readForm(body: string): Record<string, unknown> {
  const form = new Map<string, Part>();
  for (const [name, text] of new URLSearchParams(body)) put(form, name.split('.'), text);
  return shown(form) as Record<string, unknown>;
}

function put(into: Map<string, Part>, [place = '', ...inner]: readonly string[], text: string): void {
  if (inner.length === 0) return void into.set(place, text);
  const known = into.get(place);
  const next = known instanceof Map ? known : new Map<string, Part>();
  into.set(place, next);
  put(next, inner, text);
}

function shown(part: Part): unknown {
  if (typeof part === 'string') return part;
  const members = part.get('member');
  // In the order in which they were sent, which is that of their numbers.
  if (members instanceof Map && part.size === 1) return [...members.values()].map(shown);
  return Object.fromEntries([...part].map(([name, inner]) => [name, shown(inner)]));
}
