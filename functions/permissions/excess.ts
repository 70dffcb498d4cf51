import type { Engine } from '#connections/connection';
import { masked } from '#sync/configuration-item';
import type { Findings } from './findings.ts';
import { definitionsIn } from './mark-field.ts';
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
  const rights = [...found.entities.values()].flatMap((one): ExcessRight[] => {
    const may = actions.filter(
      (action) =>
        one.offers[action] &&
        (one[action] === 'all' || one[action] === 'restricted') &&
        !needed[one.entity]?.includes(action),
    );
    return may.length === 0 ? [] : [{ what: one.entity, may }];
  });
  const sorted = rights.sort((left, right) => (left.what < right.what ? -1 : 1));
  return seesProtected(found)
    ? [...sorted, { what: 'Protected Data Permission', may: ['View Protected Data'] }]
    : sorted;
}

/** A value in a protected field that is not masked. */
function seesProtected(found: Findings): boolean {
  const names = new Set(
    (definitionsIn(found) ?? []).filter((one) => one.isProtected).map((one) => one.name.toLowerCase()),
  );
  const item = found.valued.kind === 'seen' ? found.valued.value.item : null;
  const items = [item, ...(found.items.kind === 'seen' ? found.items.value : [])];
  return items.some((one) =>
    [...(one?.udfs ?? [])].some(
      ([name, value]) => names.has(name.toLowerCase()) && value !== null && value !== masked,
    ),
  );
}
