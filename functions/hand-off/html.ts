/** Markup that was made here. Nothing else gets into a page unescaped. */
export class Html {
  readonly text: string;
  /** Only for constants of this room. */
  constructor(text: string) {
    this.text = text;
  }
}

type Part = Html | string | number | null | false | readonly Part[];

/** Every part is escaped, unless it is `Html`; null and false are nothing. Put attributes in double quotes. */
export function html(texts: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(texts.reduce((made, text, n) => made + rendered(parts[n - 1] ?? null) + text));
}

export const nothing = new Html('');

function rendered(part: Part): string {
  if (part instanceof Html) return part.text;
  if (part === null || part === false) return '';
  return typeof part === 'object' ? part.map(rendered).join('') : escaped(String(part));
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escaped = (text: string): string => text.replace(/[&<>"']/gu, (sign) => entities[sign]!);

/** What others wrote, cut to a length that a page can hold. */
export const clipped = (text: string, length: number): string =>
  text.length <= length ? text : `${text.slice(0, length - 1).trimEnd()}…`;
