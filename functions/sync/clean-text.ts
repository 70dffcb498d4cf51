/** Text as it can come back from Autotask unchanged, so that a difference is a difference. */

/** NFC; without control characters and halves of characters; white space collapsed and trimmed. */
export function cleanText(text: string): string {
  if (isPlain(text)) return text;
  return text
    .replace(/\s/gu, ' ')
    .replace(/[\p{Cc}\p{Cs}]/gu, '')
    .replace(/ {2,}/gu, ' ')
    .normalize('NFC')
    .trim();
}

/** Printable ASCII with single inner spaces, as nearly all of it is: several times faster than a pattern. */
function isPlain(text: string): boolean {
  let before = 0x20;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code < 0x20 || code > 0x7e || (code === 0x20 && before === 0x20)) return false;
    before = code;
  }
  return before !== 0x20;
}

/** Cut to `limit` UTF-16 units, never through a character. Autotask refuses a text that is too long, with all else that was sent. */
export function cutText(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const last = text.charCodeAt(limit - 1);
  const splits = last >= 0xd800 && last <= 0xdbff;
  return text.slice(0, splits ? limit - 1 : limit).trimEnd();
}
