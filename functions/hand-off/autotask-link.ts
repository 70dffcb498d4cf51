import { type Html, html } from './html.ts';

/** The root of the customer's Autotask; null where the address is not one that we would send somebody to. */
export function autotaskRoot(webUrl: string): string | null {
  if (!URL.canParse(webUrl)) return null;
  const { protocol, hostname, username, password, origin, port } = new URL(webUrl);
  if (username !== '' || password !== '') return null;
  const isAutotask = protocol === 'https:' && port === '' && hostname.endsWith('.autotask.net');
  const isSimulator = protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(hostname);
  return isAutotask || isSimulator ? `${origin}/` : null;
}

/** `words` as a link where there is somewhere to go, else as plain text. */
export function autotaskLink(webUrl: string, words: string): Html {
  const root = autotaskRoot(webUrl);
  if (root === null) return html`${words}`;
  return html`<a href="${root}" target="_blank" rel="noopener noreferrer">${words}<span class="off"> (opens in a new tab)</span></a>`;
}
