/** A browser without a screen on the hand-off page: its link, its cookie, its buttons. */
import { ApiError } from '../api/api-error.ts';

export interface Page {
  readonly status: number;
  readonly html: string;
}

export class HandOffVisit {
  readonly #url: string;
  readonly #cookie: string;

  private constructor(url: string, cookie: string) {
    this.#url = url;
    this.#cookie = cookie;
  }

  /** The link leads on to the page and leaves a cookie; the page's own address opens nothing by itself. */
  static async open(link: string): Promise<HandOffVisit> {
    const response = await fetch(link, { redirect: 'manual' });
    const location = response.headers.get('location');
    const [cookie] = response.headers.getSetCookie();
    if (response.status !== 303 || location === null || cookie === undefined) {
      throw new ApiError('the hand-off link', response.status, { title: 'it did not open a page' });
    }
    return new HandOffVisit(new URL(location, link).href, cookie.split(';', 1)[0] ?? '');
  }

  look(): Promise<Page> {
    return this.#send(this.#url, {});
  }

  press(action: string, fields: Readonly<Record<string, string>> = {}): Promise<Page> {
    return this.#send(`${this.#url}/${action}`, { method: 'POST', body: new URLSearchParams(fields) });
  }

  async #send(url: string, init: RequestInit): Promise<Page> {
    const response = await fetch(url, { ...init, headers: { cookie: this.#cookie }, redirect: 'manual' });
    const html = await response.text();
    if (response.status >= 500)
      throw new ApiError('the hand-off page', response.status, { title: textOf(html) });
    return { status: response.status, html };
  }
}

/** The value of the page's field of this id; '' where there is none. */
export function fieldOf({ html }: Page, id: string): string {
  const tag = new RegExp(`<input[^>]*\\bid="${id}"[^>]*>`, 'u').exec(html)?.[0] ?? '';
  return withoutEntities(/\bvalue="([^"]*)"/u.exec(tag)?.[1] ?? '');
}

export const titleOf = ({ html }: Page): string => textOf(/<h1[^>]*>([\s\S]*?)<\/h1>/u.exec(html)?.[1] ?? '');

const textOf = (html: string): string =>
  withoutEntities(html.replace(/<svg[\s\S]*?<\/svg>/gu, '').replace(/<[^>]+>/gu, ' '))
    .replace(/\s+/gu, ' ')
    .trim();

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
const withoutEntities = (html: string): string =>
  html.replace(/&(amp|lt|gt|quot|#39);/gu, (_, name: string) => entities[name] ?? '');
