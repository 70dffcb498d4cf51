/** Which operations of docs/openapi.yaml the journeys and the story have used, and how they were answered. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { document, routeKeys } from '../lambda/openapi.ts';

/** A file for each process: lines of an operation and a status, or of a `FAULT`. */
export const operationsFolder = '.local/operations';

export function tellOperations(): { readonly lines: readonly string[]; readonly faults: number } {
  const files = existsSync(operationsFolder) ? readdirSync(operationsFolder) : [];
  const kept = files.flatMap((file) =>
    readFileSync(`${operationsFolder}/${file}`, 'utf8').trim().split('\n'),
  );
  const heldFaults = [...new Set(kept.filter((line) => line.startsWith('FAULT')))];
  const told = routeKeys.map((key) => {
    const [method = '', path = ''] = key.split(' ');
    const documented = Object.keys(document.paths[path]?.[method.toLowerCase()]?.responses ?? {});
    const seen = documented.filter((status) => kept.includes(`${key} ${status}`));
    const unseen = documented.filter((status) => !seen.includes(status));
    return { isUsed: seen.some((status) => status < '300'), key, seen, unseen };
  });
  const unused = told.filter(({ isUsed }) => !isUsed).map(({ key }) => `no journey has carried out: ${key}`);
  const lines = told.map(
    ({ key, seen, unseen }) => `${key}: answered ${seen.join(' ') || 'never'}; not seen ${unseen.join(' ')}`,
  );
  return { lines: [...lines, ...unused, ...heldFaults], faults: unused.length + heldFaults.length };
}
