/** Autotask's own OpenAPI as a judge; null where it is not beside this project. */
import { type Exchange, parsed, type VendorContract } from './exchange.ts';
import { type OpenApi, readOpenApi } from './openapi.ts';

export const autotaskFile = '../shared/facts/autotask-swagger-extract.json';

export const autotaskDocument = readOpenApi(autotaskFile, {
  // Swagger 2.0 cannot say null; ids of records alone are known never to be.
  nullable: (property) => property !== 'id' && property !== 'itemId',
  formats: {
    // Without Z or offset on reads.
    'date-time': /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,7})?$/u,
  },
});

if (autotaskDocument === null) {
  // Not among what a process prints for others: a test may read JSON there.
  process.stderr.write(
    `SKIPPED: Autotask's contract tests, because ${autotaskFile} is not beside this project\n`,
  );
}

/** The path under `/ATServicesRest`, which is written in any case. */
export const withinAutotask = ({ path }: Pick<Exchange, 'path'>): string =>
  path.replace(/^\/ATServicesRest/iu, '');

export const autotaskContract = autotaskDocument && contractOf(autotaskDocument);

function contractOf(document: OpenApi): VendorContract {
  return {
    operationName: (exchange) => document.operationName(exchange.method, withinAutotask(exchange)),
    documentsStatus: (exchange) =>
      document.documentsStatus(exchange.method, withinAutotask(exchange), exchange.status),
    answerFaults: (exchange) =>
      document.answerFaults(
        exchange.method,
        withinAutotask(exchange),
        exchange.status,
        parsed(exchange.rawAnswer),
      ),
    requestFaults(exchange) {
      const { method, headers } = exchange;
      const path = withinAutotask(exchange);
      const declared = document.queryParameters(method, path) ?? [];
      const asked = [...new URL(path, 'http://autotask').searchParams.keys()];
      return [
        ...document
          .requiredHeaders(method, path)
          .filter((name) => !headers[name])
          .map((name) => `no header ${name}`),
        ...asked
          .filter((name) => !declared.includes(name))
          .map((name) => `undeclared query parameter ${name}`),
        ...document.requestFaults(method, path, parsed(exchange.rawBody)),
      ];
    },
  };
}
