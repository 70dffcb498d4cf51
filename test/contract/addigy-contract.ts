/** Addigy's specification as a judge, with what its preface and its documentation say outside of the operations; null where it is not beside this project. */
import { type Exchange, parsed, type VendorContract } from './exchange.ts';
import { type OpenApi, readOpenApi } from './openapi.ts';

export const addigyFile = '../shared/facts/addigy-openapi-extract.json';

const basePath = '/api/v2';
/** Swagger 2.0 cannot say "or null". These are null on the wire, as clients found. */
const nullable: ReadonlySet<string> = new Set(['items', 'parent', 'autotask_account_id']);
/** The preface declares these for every `/oa/` path; the operations do not. */
const prefaced = ['multitenancy', 'child-organizations'];
/** Documented for the whole API outside the specification, with its error body. */
const everywhere = [401, 403, 429, 500];
const errorBody = 'response_entities.ErrorResponse';

export const addigyDocument = readOpenApi(addigyFile, {
  nullable: (name) => nullable.has(name),
  emptyIsEmpty: true,
});

if (addigyDocument === null) {
  // Not among what a process prints for others: a test may read JSON there.
  process.stderr.write(
    `SKIPPED: Addigy's contract tests, because ${addigyFile} is not beside this project\n`,
  );
}

export const addigyContract = addigyDocument && contractOf(addigyDocument);

const withinBase = ({ path }: Exchange): string =>
  path.startsWith(`${basePath}/`) ? path.slice(basePath.length) : `outside of ${basePath}: ${path}`;

function contractOf(document: OpenApi): VendorContract {
  const isEverywhere = (exchange: Exchange): boolean =>
    everywhere.includes(exchange.status) && document.hasOperation(exchange.method, withinBase(exchange));
  return {
    operationName: (exchange) => document.operationName(exchange.method, withinBase(exchange)),
    documentsStatus: (exchange) =>
      isEverywhere(exchange) ||
      document.documentsStatus(exchange.method, withinBase(exchange), exchange.status),
    requestFaults(exchange) {
      const path = withinBase(exchange);
      const declared = [...(document.queryParameters(exchange.method, path) ?? [])];
      if (path.startsWith('/oa/')) declared.push(...prefaced);
      const asked = [...new URL(exchange.path, 'http://addigy').searchParams.keys()];
      return [
        ...(exchange.headers['x-api-key'] ? [] : ['no x-api-key']),
        ...asked
          .filter((name) => !declared.includes(name))
          .map((name) => `undeclared query parameter ${name}`),
        ...document.requestFaults(exchange.method, path, parsed(exchange.rawBody)),
      ];
    },
    answerFaults(exchange) {
      const answer = parsed(exchange.rawAnswer);
      if (isEverywhere(exchange)) return document.definitionFaults(errorBody, answer);
      return document.answerFaults(exchange.method, withinBase(exchange), exchange.status, answer);
    },
  };
}
