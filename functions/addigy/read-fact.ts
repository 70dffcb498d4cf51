/**
 * Facts as Addigy sends them, made into values. A fact can be absent, null with an `error_msg`, a
 * placeholder, a number in a string, or a date with one to three fractional digits: "no value" is
 * never "false", and never 1970.
 */

export type RawFacts = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Seen in recorded payloads in place of a value. */
const placeholders = new Set(['', 'n/a', 'not available']);

/** A fact's value, or undefined where the fact says that it has none. */
export function factValue(facts: RawFacts, identifier: string): unknown {
  const fact = facts[identifier];
  if (!isRecord(fact)) return undefined;
  if (typeof fact.error_msg === 'string' && fact.error_msg.trim() !== '') return undefined;
  const value = fact.value;
  if (value === null || value === undefined) return undefined;
  if (typeof value === 'string' && placeholders.has(value.trim().toLowerCase())) return undefined;
  // A recorded payload answers ["No","Locales"] where a list has nothing to list.
  if (Array.isArray(value) && value.length === 2 && value[0] === 'No' && value[1] === 'Locales')
    return undefined;
  return value;
}

/** A recorded payload holds a curly apostrophe as the six characters `\u2019`. Half of a pair alone is no character. */
function decodeEscapes(text: string): string {
  if (!text.includes('\\u')) return text;
  return text
    .replace(/\\u([0-9a-f]{4})/giu, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replace(/\p{Surrogate}/gu, '\ufffd');
}

/** The first of these facts that holds text or a number, trimmed; '' if none does. */
export function textFact(facts: RawFacts, ...identifiers: readonly string[]): string {
  for (const identifier of identifiers) {
    const value = factValue(facts, identifier);
    if (typeof value === 'number' && Number.isFinite(value)) return String(value);
    if (typeof value !== 'string') continue;
    const text = decodeEscapes(value).trim();
    if (text !== '') return text;
  }
  return '';
}

/** The first of these facts that holds a finite number, or a string that is one. */
export function numberFact(facts: RawFacts, ...identifiers: readonly string[]): number | null {
  for (const identifier of identifiers) {
    const value = factValue(facts, identifier);
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    if (typeof value === 'string' && /^\s*-?\d+(?:\.\d+)?\s*$/u.test(value)) return Number(value);
  }
  return null;
}

/** The first of these facts that holds a date after 1970. */
export function dateFact(facts: RawFacts, ...identifiers: readonly string[]): number | null {
  for (const identifier of identifiers) {
    const at = readDate(factValue(facts, identifier));
    if (at !== null) return at;
  }
  return null;
}

const dateTime =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?\s*(?:Z|UTC|([+-])(\d{2}):?(\d{2}))?$/iu;
/** Addigy writes "never" as 1970-01-01, and Go's zero time is the year 1. */
const firstInstant = Date.UTC(1971, 0, 1);

/** Epoch milliseconds of an ISO date or date-time; without an offset it is UTC. Null for 1970 and before, and for nonsense. */
export function readDate(value: unknown): number | null {
  const at = typeof value === 'string' ? readIso(value.trim()) : null;
  return at === null || at < firstInstant ? null : at;
}

function readIso(text: string): number | null {
  const parts = dateTime.exec(text);
  if (parts === null) return null;
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = ''] = parts;
  const [sign, offsetHours = '0', offsetMinutes = '0'] = parts.slice(8);
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return null;
  const midnight = Date.UTC(Number(year), Number(month) - 1, Number(day));
  // Date.UTC rolls 31 February over into March.
  if (new Date(midnight).getUTCDate() !== Number(day) || Number(month) < 1 || Number(month) > 12) return null;
  const offset = (sign === '-' ? -1 : 1) * (Number(offsetHours) * 60 + Number(offsetMinutes)) * 60_000;
  const milliseconds = Number(fraction.padEnd(3, '0').slice(0, 3));
  return (
    midnight +
    ((Number(hour) * 60 + Number(minute)) * 60 + Number(second)) * 1000 +
    milliseconds -
    (sign === undefined ? 0 : offset)
  );
}

const noAddress = new Set(['00:00:00:00:00:00', 'ff:ff:ff:ff:ff:ff']);

/** `14-7D-DA-4F-73-10` as `14:7d:da:4f:73:10`; null where it is no MAC address. */
export function normaliseMac(text: string): string | null {
  const digits = text.replace(/[\s:.-]/gu, '').toLowerCase();
  if (!/^[0-9a-f]{12}$/u.test(digits)) return null;
  const address = digits.match(/../gu)!.join(':');
  return noAddress.has(address) ? null : address;
}

/** The MAC addresses in these facts (text, or a list of texts), each once, in this order. */
export function macFacts(facts: RawFacts, ...identifiers: readonly string[]): string[] {
  const found = new Set<string>();
  for (const identifier of identifiers) {
    const value = factValue(facts, identifier);
    for (const one of Array.isArray(value) ? value : [value]) {
      const address = typeof one === 'string' ? normaliseMac(one) : null;
      if (address !== null) found.add(address);
    }
  }
  return [...found];
}
