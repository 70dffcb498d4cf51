/** Prose within the width of the terminal, every line indented. */
import wrapAnsi from 'wrap-ansi';

/** `first` begins the first line in place of the indent. `columns` may be Infinity: then it stays one line. */
export function wrap(text: string, columns: number, indent = '', first = indent): string[] {
  if (!Number.isFinite(columns)) return [`${first}${text}`];
  const lines = wrapAnsi(text, Math.max(20, columns - indent.length), { hard: true }).split('\n');
  return lines.map((line, at) => `${at === 0 ? first : indent}${line}`);
}
