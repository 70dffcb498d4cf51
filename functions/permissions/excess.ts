import type { Engine } from '#connections/connection';
import { masked } from '#sync/configuration-item';
import { type Findings, fieldsOf, seenIn } from './findings.ts';
import type { ExcessRight } from './permission-report.ts';

const actions = ['create', 'update', 'delete'] as const;
type Action = (typeof actions)[number];

/** What the job writes to. Making the mark's field is needed once; a level that may do so is no excess. */
const neededWrites: Readonly<Record<Engine, Readonly<Record<string, readonly Action[]>>>> = {
  direct: { ConfigurationItems: ['create', 'update'], UserDefinedFieldDefinitions: ['create'] },
  native: {},
};

/** What the user may change and the job never does, by name; reading more than is needed is not counted. */
export function excessIn(found: Findings, engine: Engine): ExcessRight[] {
  const needed = neededWrites[engine];
  const rights = [...found.entities.keys()].sort().flatMap((what): ExcessRight[] => {
    const one = found.entities.get(what)!;
    const may = actions.filter(
      (action) =>
        one.offers[action] &&
        (one[action] === 'all' || one[action] === 'restricted') &&
        !needed[what]?.includes(action),
    );
    return may.length === 0 ? [] : [{ what, may }];
  });
  return seesProtected(found)
    ? [...rights, { what: 'Protected Data Permission', may: ['View Protected Data'] }]
    : rights;
}

/** A value in a protected field that is not masked. */
function seesProtected(found: Findings): boolean {
  const names = new Set(
    seenIn(found.definitions)
      ?.filter((one) => one.isProtected)
      .map((one) => one.name.toLowerCase()),
  );
  const shown = [seenIn(found.valued)?.item ?? null, seenIn(found.items)].flat();
  return shown.some(
    (item) =>
      item !== null &&
      fieldsOf(item).some(
        ([name, value]) => names.has(name.toLowerCase()) && value !== null && value !== masked,
      ),
  );
}
