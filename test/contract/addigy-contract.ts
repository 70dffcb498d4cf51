/** Addigy's specification as a judge of journaled calls, with what its preface and its documentation say outside of the operations. */
import type { JournalEntry } from '../simulators/journal.ts';
import { readOpenApi } from './openapi.ts';

export interface AddigyContract {
  /** Sentences; none where the request is as specified. */
  faultsOfRequest(entry: JournalEntry): string[];
  faultsOfAnswer(entry: JournalEntry): string[];
}

const basePath = '/api/v2';
/** Swagger 2.0 cannot say "or null". These are null on the wire, as clients found. */
const nullable: ReadonlySet<string> = new Set(['items', 'parent', 'autotask_account_id']);
/** The preface declares these for every `/oa/` path; the operations do not. */
const prefaced = ['multitenancy', 'child-organizations'];
/** Documented for the whole API outside the specification, with its error body. */
const everywhere = [401, 403, 429, 500];
const errorBody = 'response_entities.ErrorResponse';

/** Null where the specification is not present. */
export function readAddigyContract(file: string): AddigyContract | null {
  const document = readOpenApi(file, { nullable: (name) => nullable.has(name), emptyIsEmpty: true });
  if (document === null) return null;
  const withinBase = ({ path }: JournalEntry): string =>
    path.startsWith(`${basePath}/`) ? path.slice(basePath.length) : `outside of ${basePath}: ${path}`;

  return {
    faultsOfRequest(entry) {
      const path = withinBase(entry);
      const declared = [...(document.queryParameters(entry.method, path) ?? [])];
      if (path.startsWith('/oa/')) declared.push(...prefaced);
      const asked = [...new URL(entry.path, 'http://addigy').searchParams.keys()];
      return [
        ...(entry.headers['x-api-key'] ? [] : ['no x-api-key']),
        ...asked
          .filter((name) => !declared.includes(name))
          .map((name) => `undeclared query parameter ${name}`),
        ...document.requestFaults(entry.method, path, entry.body),
      ];
    },

    faultsOfAnswer(entry) {
      const { method, status, answer } = entry;
      const path = withinBase(entry);
      if (everywhere.includes(status) && document.hasOperation(method, path)) {
        return document.definitionFaults(errorBody, answer);
      }
      return document.answerFaults(method, path, status, answer);
    },
  };
}
