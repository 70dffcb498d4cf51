/** What a person does in Addigy's pages, as a page: paste Autotask's Key and Secret. */
import { type Html, html } from '#hand-off/html';
import { labels, pathText, places } from '#procedure/labels';
import { type ConsolePage, consolePath, entered } from '../console.ts';
import type { AddigyWorld } from './world.ts';

export class AddigyConsole implements ConsolePage {
  readonly vendor = 'Addigy';
  readonly #world: AddigyWorld;

  constructor(world: AddigyWorld) {
    this.#world = world;
  }

  act(action: string, form: URLSearchParams): string | null {
    if (action !== 'autotask') return null;
    const username = entered(form, 'username', labels.addigyUsername).trim();
    const password = entered(form, 'key', labels.addigyKey);
    this.#world.pasteAutotaskCredentials({ username, password });
    return 'stored';
  }

  body(): Html {
    const isStored = this.#world.autotaskCredentials !== null;
    return html`<section>
<h2>${pathText(places.addigy.path)}</h2>
<p id="stored">${isStored ? 'Credentials are stored. They are not shown, and not tried until Autotask is asked.' : 'No credentials are stored.'}</p>
<form method="post" action="${consolePath}/autotask" autocomplete="off">
<p><label for="username">${labels.addigyUsername}</label>
<input id="username" name="username" required spellcheck="false" autocapitalize="off"></p>
<p><label for="key">${labels.addigyKey}</label>
<input id="key" name="key" type="password" autocomplete="new-password" required></p>
<button>Save</button>
</form>
</section>`;
  }
}
