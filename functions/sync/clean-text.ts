/** Text as it can come back from Autotask unchanged, so that a difference is a difference. */

/** NFC; without control characters and halves of characters; white space collapsed and trimmed. */
export function cleanText(text: string): string {
  // Stryker disable next-line ConditionalExpression,Regex: what is clean already, as nearly all of it is, would come out of it as it is
  if (!/[^ -~]|^ | {2}| $/u.test(text)) return text;
  return text
    .replace(/\s/gu, ' ')
    .replace(/[\p{Cc}\p{Cs}]/gu, '')
    .replace(/ {2,}/gu, ' ')
    .normalize('NFC')
    .trim();
}

/** Cut to `limit` UTF-16 units, never through a character. Autotask refuses a text that is too long, with all else that was sent. */
export function cutText(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const last = text.charCodeAt(limit - 1);
  const splits = last >= 0xd800 && last <= 0xdbff;
  return text.slice(0, splits ? limit - 1 : limit).trimEnd();
}
