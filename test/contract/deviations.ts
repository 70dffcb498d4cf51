/**
 * Where what is asked or answered is not as the vendor's document says, on purpose: each with what says that the
 * vendor does so. "Facts" are the collected facts about the two vendors, which stand beside their documents.
 */
import { addigyContract } from './addigy-contract.ts';
import { autotaskContract } from './autotask-contract.ts';
import type { Exchange, VendorName } from './exchange.ts';

export interface Deviation {
  readonly vendor: VendorName;
  readonly of: 'request' | 'answer';
  readonly name: string;
  /** `faults` is all that the document says against it. */
  readonly fits: (exchange: Exchange, body: unknown, faults: readonly string[]) => boolean;
  readonly source: string;
  /** Of what tests ask by hand alone: a client's request, or an answer to one, is at fault. */
  readonly ofTests?: true;
  /** Of answers that a test scripts alone: a simulator does not give them by itself. */
  readonly scripted?: true;
}

const isPage = (body: unknown): boolean => typeof body === 'string' && /^\s*<(?:!doctype |)html/iu.test(body);
const isObject = (body: unknown): body is Record<string, unknown> =>
  typeof body === 'object' && body !== null;
const holdsOnly = (body: unknown, key: string): boolean => isObject(body) && Object.keys(body).join() === key;
const areTexts = (list: unknown): boolean =>
  Array.isArray(list) && list.length > 0 && list.every((one) => typeof one === 'string');
const paging = /\/query\/(?:next|previous)(?:\?.*)?$/iu;

export const deviations: readonly Deviation[] = [
  {
    vendor: 'Autotask',
    of: 'request',
    name: 'no credentials to the zone',
    fits: ({ path }, _, faults) =>
      /\/(?:zone|version)information(?:\?|$)/iu.test(path) &&
      faults.every((fault) => fault.startsWith('no header ')),
    source: 'facts, Autotask 1 and 10.9: works unauthenticated, and must never be sent the secret',
  },
  {
    vendor: 'Autotask',
    of: 'request',
    name: 'a secret to the zone',
    fits: ({ path }, _, faults) =>
      /\/zoneinformation\?/iu.test(path) && faults.some((fault) => fault.endsWith('query parameter secret')),
    source: 'none: it proves that the simulator tells on a client that does so',
    ofTests: true,
  },
  {
    vendor: 'Autotask',
    of: 'request',
    name: "a query's keys in another case",
    fits: (_exchange, _body, faults) =>
      faults.every((fault) => /unknown property (?:Filter|MaxRecords|IncludeFields)$/u.test(fault)),
    source: "facts, Autotask 5: keys are case-insensitive, and the document's own example writes them so",
    ofTests: true,
  },
  {
    vendor: 'Autotask',
    of: 'request',
    name: 'a date with an offset',
    fits: (_exchange, _body, faults) => faults.every((fault) => fault.includes('format "date-time"')),
    source: 'facts, Autotask 7.11: the date part is kept as sent',
    ofTests: true,
  },
  {
    vendor: 'Autotask',
    of: 'request',
    name: 'the next page by its address',
    fits: ({ path }) => paging.test(path),
    source: 'facts, Autotask 5, paging trap: the document has nextPageUrl, and not its path',
    ofTests: true,
  },
  {
    vendor: 'Autotask',
    of: 'answer',
    name: 'the next page by its address',
    fits: (exchange) =>
      paging.test(exchange.path) &&
      autotaskContract?.answerFaults({
        ...exchange,
        method: 'POST',
        path: exchange.path.replace(paging, '/query'),
      }).length === 0,
    source: 'facts, Autotask 5, paging trap; held to what the document says of the query itself',
    ofTests: true,
  },
  {
    vendor: 'Autotask',
    of: 'answer',
    name: 'errors',
    fits: ({ status }, body) =>
      (status === 500 || status === 400) &&
      holdsOnly(body, 'errors') &&
      areTexts((body as { errors: unknown }).errors),
    source: 'facts, Autotask 5, errors: a refused value is 500 with errors[], a malformed request 400',
  },
  {
    vendor: 'Autotask',
    of: 'answer',
    name: 'Message',
    fits: ({ status }, body) =>
      (status === 405 || status === 415 || status === 500) && holdsOnly(body, 'Message'),
    source: "facts, Autotask 5, errors: ASP.NET's own shape; 7.19 for the 500",
  },
  {
    vendor: 'Autotask',
    of: 'answer',
    name: 'not there',
    fits: ({ status }, body) => status === 404 && (body === null || isPage(body)),
    source:
      "facts, Autotask 5, errors: IIS's page or nothing, for a wrong path, a long URL, a missing record",
  },
  {
    vendor: 'Autotask',
    of: 'answer',
    name: 'threshold',
    fits: ({ status }, body) => status >= 400 && typeof body === 'string' && /threshold/u.test(body),
    source: 'facts, Autotask 6: three threads, or the hour, exceeded; "may arrive with a non-429 status"',
  },
  {
    vendor: 'Autotask',
    of: 'answer',
    name: 'no body',
    fits: ({ status }, body) => status >= 500 && body === null,
    source: 'facts, Autotask 5, errors: a server fault; 1 for an unknown username',
  },
  {
    vendor: 'Autotask',
    of: 'answer',
    name: 'not simulated',
    fits: ({ status }, body) => status === 501 && /does not model/u.test(String(body)),
    source: 'the simulator, which refuses what it does not model',
    ofTests: true,
  },
  {
    vendor: 'Autotask',
    of: 'answer',
    name: 'maintenance',
    fits: ({ status }, body) => status === 200 && isPage(body),
    source: 'facts, Autotask 5, errors: a 200 with a page in planned maintenance',
    scripted: true,
  },
  {
    vendor: 'Autotask',
    of: 'answer',
    name: 'server fault',
    fits: ({ status }) => status >= 500,
    source: 'facts, Autotask 5, errors: 500 with another body',
    scripted: true,
  },
  {
    vendor: 'Addigy',
    of: 'answer',
    name: 'policies in items',
    fits: (exchange, body) =>
      holdsOnly(body, 'items') &&
      addigyContract?.answerFaults({
        ...exchange,
        rawAnswer: JSON.stringify((body as { items: unknown }).items),
      }).length === 0,
    source: 'facts, Addigy 1.5: a client tolerates it; held to what the document says of the list',
  },
  {
    vendor: 'Addigy',
    of: 'answer',
    name: 'no such path',
    fits: ({ status }, body) => status === 404 && isObject(body) && typeof body.message === 'string',
    source: "facts, Addigy 1.7: 404 is used elsewhere in the specification; the documentation's error body",
    ofTests: true,
  },
  {
    vendor: 'Addigy',
    of: 'answer',
    name: 'null for a list',
    fits: ({ status }, body) => status === 200 && body === null,
    source: 'facts, Addigy 1.3: items is null where there is nothing; of a bare list it is our caution',
    scripted: true,
  },
  {
    vendor: 'Addigy',
    of: 'answer',
    name: 'gateway',
    fits: ({ status }, body) => status >= 502 || (status === 200 && isPage(body)),
    source: 'none: whatever stands before a vendor can answer so',
    scripted: true,
  },
  ...(['Autotask', 'Addigy'] as const).map(
    (vendor): Deviation => ({
      vendor,
      of: 'answer',
      name: 'nonsense',
      fits: () => true,
      source: 'none: tests of the readers',
      scripted: true,
    }),
  ),
];
