/** What an administrator does in Autotask's UI to API users, as a page: make one, tick its boxes, deactivate it, unlock it. */
import { randomInt } from 'node:crypto';
import { type Html, html } from '#hand-off/html';
import { labels, pathText, places } from '#procedure/labels';
import { answerConsole, type ConsolePage, consolePath, entered, FormError, seeOther } from '../console.ts';
import type { VendorAnswer, VendorRequest } from '../vendor-server.ts';
import type { ApiUser } from './api-users.ts';
import { leastPrivilege, type ProtectedData, type Rights } from './seed.ts';
import type { AutotaskWorld } from './world.ts';

const levels: ReadonlyArray<{ readonly value: string; readonly words: string; readonly rights: Rights }> = [
  { value: 'stock', words: labels.stockLevel, rights: {} },
  {
    value: 'least',
    words: 'A copy of it, with what device sync needs and no more',
    rights: leastPrivilege,
  },
];
/** Whether a new user has any from the start is unconfirmed: without them, the permission report has something to say. */
const noBoxes: ProtectedData = {
  viewUnprotected: false,
  editUnprotected: false,
  viewProtected: false,
  editProtected: false,
};

export class AutotaskConsole implements ConsolePage {
  readonly vendor = 'Autotask';
  readonly #current: () => AutotaskWorld;
  readonly #vendorIdentifier: string;

  /** `current`: another world after each seed. `vendorIdentifier` is Addigy's, which no page shows. */
  constructor(current: () => AutotaskWorld, vendorIdentifier: string) {
    this.#current = current;
    this.#vendorIdentifier = vendorIdentifier;
  }

  answer(request: VendorRequest): VendorAnswer | null {
    // A link into somebody's Autotask keeps the root of `webUrl` alone.
    if (request.method === 'GET' && request.url.pathname === '/') return seeOther(consolePath);
    return answerConsole(request, this);
  }

  act(action: string, form: URLSearchParams): string | null {
    if (action === 'users') return targetOf(this.#addUser(form));
    const [, id, verb] = /^users\/(\d+)\/(\w+)$/u.exec(action) ?? [];
    if (verb === undefined) return null;
    const world = this.#current();
    const user = world.users().find(({ resourceId }) => resourceId === Number(id));
    if (user === undefined) throw new FormError('There is no such API user, or no longer.');
    const { username } = user;
    if (verb === 'boxes') world.setPermission(username, { protectedData: boxesOf(form) });
    else if (verb === 'activate' || verb === 'deactivate')
      world.setUser(username, { active: verb === 'activate' });
    else if (verb === 'unlock') world.unlock(username);
    else return null;
    return targetOf(user);
  }

  #addUser(form: URLSearchParams): ApiUser {
    const world = this.#current();
    const username = entered(form, 'username', labels.username).trim();
    if (!/^[^\s@]+@[^\s@]+$/u.test(username)) {
      throw new FormError(`${labels.username} must look like an e-mail address.`);
    }
    if (world.user(username)) throw new FormError(`${labels.username} is taken by another API user.`);
    const secret = entered(form, 'password', labels.password);
    const level = levels.find(({ value }) => value === form.get('level'));
    if (level === undefined) throw new FormError('Security Level is missing.');
    const trackingIdentifier = this.#identifierFor(form.get('tracking'));
    return world.addUser({
      username,
      secret,
      trackingIdentifier,
      protectedData: noBoxes,
      rights: level.rights,
    });
  }

  #identifierFor(choice: string | null): string {
    if (choice === 'custom') return newIdentifier();
    if (choice === 'addigy') return this.#vendorIdentifier;
    throw new FormError(`${labels.trackingIdentifier} is missing: choose one of the two.`);
  }

  body(refused: URLSearchParams | null): Html {
    const users = this.#current().users();
    const domain = users[0]?.username.split('@')[1] ?? 'msp.example';
    return html`<section>
<h2>${labels.newUser}</h2>
<p>${pathText(places.users.path)} > New > ${labels.newUser}. Names, formats and the location are left out. Unlike Autotask’s, the user works at once.</p>
<form method="post" action="${consolePath}/users" autocomplete="off">
<p><label for="username">${labels.username}</label> ${labels.generateKey} fills in the domain ${domain}.
<input id="username" name="username" value="${refused?.get('username') ?? `@${domain}`}" required spellcheck="false" autocapitalize="off"></p>
<p><label for="password">${labels.password}</label>
<input id="password" name="password" type="password" autocomplete="new-password" required></p>
<p><label for="level">Security Level</label>
<select id="level" name="level">${levels.map(({ value, words }) => html`<option value="${value}">${words}</option>`)}</select></p>
<fieldset><legend>${labels.trackingIdentifier}</legend>
<label class="beside"><input type="radio" name="tracking" value="custom" required> ${labels.custom}: the list below shows it once the user is saved</label>
<label class="beside"><input type="radio" name="tracking" value="addigy"> ${labels.vendor}: Addigy</label>
</fieldset>
<button>Save &amp; Close</button>
</form>
</section>
<section>
<h2>API users</h2>
${users.map((user) => this.#row(user))}
</section>`;
  }

  #row(user: ApiUser): Html {
    const isActive = this.#current().isActive(user);
    const { viewUnprotected, editUnprotected } = user.protectedData;
    const isAddigys = user.trackingIdentifier === this.#vendorIdentifier;
    const at = `${consolePath}/users/${user.resourceId}`;
    return html`<section id="${targetOf(user)}">
<h3>${user.username}</h3>
<p>${isActive ? 'Active' : 'Inactive'}${user.locked && ', locked'}. ${labels.trackingIdentifier}: ${isAddigys ? `${labels.vendor}: Addigy` : html`${labels.custom}, <code>${user.trackingIdentifier}</code>`}</p>
<form method="post" action="${at}/boxes">
<fieldset><legend>Protected Data Permission</legend>
${box('view', labels.viewBox, viewUnprotected)}
${box('edit', labels.editBox, editUnprotected)}
<button aria-label="Save the boxes of ${user.username}">Save</button>
</fieldset>
</form>
${isActive ? button(at, 'deactivate', 'Deactivate', user) : button(at, 'activate', 'Activate', user)}
${user.locked && button(at, 'unlock', 'Unlock', user)}
</section>
`;
  }
}

const targetOf = ({ resourceId }: ApiUser): string => `user-${resourceId}`;

/** Ticking Edit ticks View. The boxes of protected data stay. */
function boxesOf(form: URLSearchParams): Partial<ProtectedData> {
  const editUnprotected = form.has('edit');
  return { editUnprotected, viewUnprotected: editUnprotected || form.has('view') };
}

const box = (name: string, words: string, isTicked: boolean): Html =>
  html`<label class="beside"><input type="checkbox" name="${name}"${isTicked && html` checked`}> ${words}</label>`;

const button = (at: string, verb: string, words: string, { username }: ApiUser): Html =>
  html`<form class="button" method="post" action="${at}/${verb}"><button aria-label="${words} ${username}">${words}</button></form>`;

/** Of 27 signs, as Autotask's are. */
function newIdentifier(): string {
  const signs = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  return Array.from({ length: 27 }, () => signs[randomInt(signs.length)]).join('');
}
