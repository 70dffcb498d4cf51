import { apiEndpoint } from './identities.ts';

/**
 * What DNS would know: AWS's address of each HTTP API, and where it listens on this machine. The template
 * speaks of the former; wherever such an address leaves it, for a door or for people, the latter is put in its place.
 */
export class ApiNames {
  readonly #urls = new Map<string, string>();

  add(apiId: string, url: string): void {
    this.#urls.set(apiEndpoint(apiId), url);
  }

  /** The values, with every address of an API replaced by the one at which it can be reached. */
  in(values: Readonly<Record<string, string>>): Record<string, string> {
    return Object.fromEntries(Object.entries(values).map(([name, text]) => [name, this.#replaced(text)]));
  }

  #replaced(text: string): string {
    return [...this.#urls].reduce((left, [endpoint, url]) => left.replaceAll(endpoint, url), text);
  }
}
