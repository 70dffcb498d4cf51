import { type Html, html } from './html.ts';

/** A time as everybody reads it; the page's script puts it into the reader's own zone. */
export function moment(epochMs: number): Html {
  const iso = new Date(epochMs).toISOString();
  return html`<time datetime="${iso}">${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC</time>`;
}
