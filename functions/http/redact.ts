/** Shorter values would blank out ordinary words. */
const shortest = 4;

/** Replaces each secret, as it is and as it stands in a URL or in JSON, by `[redacted]`. */
export function redact(text: string, secrets: readonly string[]): string {
  const forms = new Set(secrets.filter((secret) => secret.length >= shortest).flatMap(formsOf));
  // The longest first: a secret that contains another must not leave its tail behind.
  const ordered = [...forms].sort((a, b) => b.length - a.length);
  return ordered.reduce((clean, form) => clean.replaceAll(form, '[redacted]'), text);
}

function formsOf(secret: string): string[] {
  // Through UTF-8, because encodeURIComponent throws on half a surrogate pair.
  const wellFormed = new TextDecoder().decode(new TextEncoder().encode(secret));
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(wellFormed),
    new URLSearchParams({ s: secret }).toString().slice('s='.length),
  ];
}
