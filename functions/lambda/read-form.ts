/** A form's body, read strictly: its own fields, each at most once, and nothing else. */
const maxBytes = 16 * 1024;

export interface FormBody {
  readonly body?: string | undefined;
  readonly isBase64Encoded?: boolean | undefined;
  readonly contentType: string | undefined;
}

/** A field that did not come is ''. Null where it is not such a form. */
export function readForm<Name extends string>(
  raw: FormBody,
  names: readonly Name[],
): Readonly<Record<Name, string>> | null {
  const bytes = Buffer.from(raw.body ?? '', raw.isBase64Encoded ? 'base64' : 'utf8');
  const isForm = /^application\/x-www-form-urlencoded\s*(?:;|$)/iu.test(raw.contentType ?? '');
  if (bytes.length > maxBytes || (bytes.length > 0 && !isForm)) return null;
  const fields = new Map<string, string>(names.map((name) => [name, '']));
  const seen = new Set<string>();
  for (const [name, value] of new URLSearchParams(bytes.toString('utf8'))) {
    if (!fields.has(name) || seen.has(name)) return null;
    seen.add(name);
    fields.set(name, value);
  }
  return Object.fromEntries(fields) as Record<Name, string>;
}
