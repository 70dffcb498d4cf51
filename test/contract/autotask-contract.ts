/** Autotask's own OpenAPI as a judge; null where it is not beside this project. */
import { readOpenApi } from './openapi.ts';

export const autotaskFile = '../shared/facts/autotask-swagger-extract.json';

export const autotaskContract = readOpenApi(autotaskFile, {
  // Swagger 2.0 cannot say null; ids of records alone are known never to be.
  nullable: (property) => property !== 'id' && property !== 'itemId',
  formats: {
    // Without Z or offset on reads.
    'date-time': /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,7})?$/u,
  },
});

if (autotaskContract === null) {
  process.stdout.write(
    `SKIPPED: Autotask's contract tests, because ${autotaskFile} is not beside this project\n`,
  );
}
