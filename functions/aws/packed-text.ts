/** Lists as parts that fit into a DynamoDB item (400 KB, keys and attributes together). */
import { gunzipSync, gzipSync } from 'node:zlib';

/** Of JSON, before packing: text that does not shrink at all still fits. */
const maxPartBytes = 300_000;

export const pack = (value: unknown): Uint8Array => gzipSync(JSON.stringify(value));
export const unpack = (packed: Uint8Array): unknown => JSON.parse(gunzipSync(packed).toString('utf8'));

/** At most `maxEntries` and 300 KB of JSON in each part; the order stays. An entry that is larger alone is a part alone. */
export function inParts<Entry>(entries: readonly Entry[], maxEntries: number): Entry[][] {
  const parts: Entry[][] = [];
  let part: Entry[] = [];
  let bytes = 0;
  for (const entry of entries) {
    const size = Buffer.byteLength(JSON.stringify(entry)) + 1;
    if (part.length > 0 && (part.length >= maxEntries || bytes + size > maxPartBytes)) {
      parts.push(part);
      part = [];
      bytes = 0;
    }
    part.push(entry);
    bytes += size;
  }
  if (part.length > 0) parts.push(part);
  return parts;
}
