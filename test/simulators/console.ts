/** What both consoles are made of: plain pages and forms, without script, where a person does what the vendor's own UI is for. */
import { type Html, html } from '#hand-off/html';
import type { VendorAnswer, VendorRequest } from './vendor-server.ts';

export const consolePath = '/_sim/console';

/** A form that cannot be used. The message is a sentence for the person who sent it, and holds nothing of what was entered. */
export class FormError extends Error {
  override readonly name = 'FormError';
}

export interface ConsolePage {
  /** Whose UI this stands for. */
  readonly vendor: string;
  /** `refused` is the form that was not understood, if one was just sent. */
  body(refused: URLSearchParams | null): Html;
  /** Does what the form at `/_sim/console/ACTION` asks. The id of what the page shall point at, or null: there is no such form. */
  act(action: string, form: URLSearchParams): string | null;
}

/** Null where the request is not for the console. */
export function answerConsole(request: VendorRequest, page: ConsolePage): VendorAnswer | null {
  const { pathname } = request.url;
  if (pathname !== consolePath && !pathname.startsWith(`${consolePath}/`)) return null;
  const action = pathname.slice(consolePath.length + 1);
  if (request.method === 'GET' && action === '') return shown(200, page, null, null);
  const form = request.method === 'POST' ? new URLSearchParams(request.rawBody) : null;
  try {
    const target = form === null ? null : page.act(action, formOf(request, form));
    if (target !== null) return seeOther(`${consolePath}#${target}`);
    return shown(404, page, 'There is no such page here.', null);
  } catch (error) {
    if (error instanceof FormError) return shown(400, page, error.message, form);
    throw error;
  }
}

export const seeOther = (location: string): VendorAnswer => ({ status: 303, headers: { location } });

/** What was entered, blanks around it included; `label` is for the person. */
export function entered(form: URLSearchParams, name: string, label: string): string {
  const value = form.get(name) ?? '';
  if (value.trim() === '') throw new FormError(`${label} is missing.`);
  return value;
}

function formOf({ headers }: VendorRequest, form: URLSearchParams): URLSearchParams {
  const type = headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
  if (type !== 'application/x-www-form-urlencoded') throw new FormError('That was not sent by a form.');
  return form;
}

function shown(
  status: number,
  page: ConsolePage,
  wrong: string | null,
  refused: URLSearchParams | null,
): VendorAnswer {
  const title = `Simulated ${page.vendor} (not the vendor’s UI)`;
  return {
    status,
    headers: {
      'cache-control': 'no-store',
      'content-security-policy':
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
      'referrer-policy': 'no-referrer',
    },
    body: html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { margin: 0 auto; max-width: 60rem; padding: 1rem; overflow-wrap: anywhere; }
h1 { border-left: .4rem solid; padding-left: .6rem; font-size: 1.4rem; }
label, legend { font-weight: 600; }
label.beside { font-weight: 400; display: block; }
input:not([type=radio], [type=checkbox]), select { display: block; width: 100%; max-width: 32rem; box-sizing: border-box; font: inherit; padding: .4rem; }
button { font: inherit; padding: .4rem 1rem; margin: .3rem .3rem .3rem 0; }
fieldset { border: 1px solid; margin: 1rem 0; max-width: 32rem; box-sizing: border-box; }
section section { border: 1px solid; padding: 0 1rem .5rem; margin: 1rem 0; }
section section:target, p:target { outline: .2rem solid; outline-offset: .2rem; }
form.button { display: inline; }
.wrong { border: .2rem solid; padding: .5rem 1rem; font-weight: 600; }
</style>
</head>
<body>
<main>
<h1>${title}</h1>
${wrong === null ? null : html`<p class="wrong" role="alert">${wrong}</p>`}
${page.body(refused)}
</main>
</body>
</html>
`.text,
  };
}
