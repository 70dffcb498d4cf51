/**
 * Finds out what an API user can do, in 24 requests at most, the login's two included:
 *
 *   login 2 · rights 1 (or 4 more) · first companies, products, items 3 · fields 2 · [make the field 2]
 *   · an item with a value 2 · canary: find 1, [make 1, find 1, put to sleep 1], edit 1 (or 2), read back 1
 *
 * Only the canary and the mark's field are ever written; both are ours.
 */
import type { ConfigurationItem } from '#sync/configuration-item';
import { canaryMarkPrefix } from '#sync/ownership';
import type { Access, EntityAccess } from './access.ts';
import {
  type Answer,
  type CanaryFindings,
  type Findings,
  type Found,
  find,
  isRefused,
  seen,
  seenIn,
  unasked,
} from './findings.ts';
import { markFieldIn } from './mark-field.ts';

export interface ProbeRequest {
  readonly markField: string;
  /** Whether our own sync writes with this user. The native engine only reads. */
  readonly writes: boolean;
  readonly canary: boolean;
  /** The canary, where an earlier test has made or found it. */
  readonly canaryItemId: number | null;
  /** A word that was never written before: what comes back proves that it was this write. */
  readonly word: string;
}

/** The rights on these decide; everything else is excess. */
export const neededEntities = [
  'Companies',
  'Products',
  'ConfigurationItems',
  'UserDefinedFieldDefinitions',
] as const;

/** The MSP's own company: always there, and no customer's. */
const ownCompany = 0;
/** One item, found again by this. Autotask deletes no item, so there must never be a second. */
export const canarySerial = 'ADDIGY-AUTOTASK-CANARY';
const canaryTitle = 'Addigy sync canary: do not delete';
const spareTitle = 'Addigy sync canary: a second one, not in use';

/** Rejects where the credentials stop being accepted. */
export async function probeAccess(
  access: Access,
  request: ProbeRequest,
  signal: AbortSignal,
): Promise<Findings> {
  const { markField } = request;
  const [entities, companies, products, items, definitions, listedFields] = await Promise.all([
    rightsOf(access, signal),
    find(() => access.someCompanies(1, signal)),
    find(() => access.someProducts(1, signal)),
    find(() => access.someItems(1, markField, signal)),
    find(() => access.fieldDefinitions(signal)),
    find(() => access.listedFields(signal)),
  ]);
  const fields = { definitions, listedFields, defined: unasked('there is one') as Found<true> };
  const isAbsent = markFieldIn(fields, markField).kind === 'absent';
  const defined: Found<true> =
    isAbsent && request.writes
      ? await find(async () => {
          await access.defineField(markField, signal);
          return true as const;
        })
      : fields.defined;
  const isUsable = ['fit', 'named', 'made'].includes(markFieldIn({ ...fields, defined }, markField).kind);
  const valued = await findValued(access, request, { definitions, isUsable }, signal);
  const product = seenIn(products)?.[0]?.id ?? null;
  // To a user who may not see them Autotask shows no items, and no error: the canary would be made again and again.
  const seesItems = entities.get('ConfigurationItems')?.query === 'all' || (seenIn(items)?.length ?? 0) > 0;
  const canary =
    canaryIsOff(request, isUsable) ??
    (await tryCanary(access, request, seesItems ? product : 'unseen', signal));
  const { zone } = access;
  return { zone, entities, companies, products, items, definitions, listedFields, defined, valued, canary };
}

async function rightsOf(access: Access, signal: AbortSignal): Promise<Map<string, EntityAccess>> {
  const listed = await find(() => access.entities(signal));
  const known = new Map<string, EntityAccess>();
  for (const one of seenIn(listed) ?? []) known.set(one.entity, one);
  const untold = neededEntities.filter((name) => !known.has(name));
  const asked = await Promise.all(untold.map((name) => find(() => access.entity(name, signal))));
  for (const [at, answer] of asked.entries()) {
    const told = seenIn(answer);
    if (told !== null) known.set(untold[at]!, told);
  }
  return known;
}

/** The mark's field first: its items are ours. Where none has a value, one other unprotected field is tried. */
async function findValued(
  access: Access,
  { markField }: ProbeRequest,
  { definitions, isUsable }: { readonly definitions: Findings['definitions']; readonly isUsable: boolean },
  signal: AbortSignal,
): Promise<Findings['valued']> {
  const other = seenIn(definitions)?.find(
    (one) => one.active && !one.isProtected && one.name.toLowerCase() !== markField.toLowerCase(),
  )?.name;
  const candidates = [...(isUsable ? [markField] : []), ...(other === undefined ? [] : [other])];
  let last: Findings['valued'] = unasked('no unprotected user-defined field of configuration items is known');
  for (const field of candidates) {
    last = await find(async () => ({ field, item: await access.itemWithValue(field, markField, signal) }));
    if (seenIn(last)?.item != null) break;
  }
  return last;
}

function canaryIsOff({ writes, canary }: ProbeRequest, isUsable: boolean): Found<never> | null {
  if (!writes) return unasked('with the native engine nothing is written with this user');
  if (!canary) return unasked('the connection has switched the canary off (validation.canary)');
  return isUsable ? null : unasked('there is no field for the mark');
}

async function tryCanary(
  access: Access,
  request: ProbeRequest,
  product: number | 'unseen' | null,
  signal: AbortSignal,
): Promise<Found<CanaryFindings>> {
  const { markField, canaryItemId } = request;
  const edit = async (item: Pick<ConfigurationItem, 'id' | 'active'>, made: boolean) =>
    seen(await editCanary(access, item, made, request, signal));
  if (canaryItemId !== null) {
    const known = await find(() => access.item(canaryItemId, markField, signal));
    if (known.kind !== 'seen') return known;
    return known.value === null
      ? unasked(`item ${canaryItemId}, the canary, is not shown`)
      : edit(known.value, false);
  }
  const known = await findCanaries(access, markField, signal);
  if (known.kind !== 'seen') return known;
  const [first] = known.value;
  if (first !== undefined) return edit(first, false);
  if (product === 'unseen') return unasked('whether there is a canary already cannot be seen');
  if (product === null) return unasked('no active product is seen, and an item cannot be made without one');
  const fields = { title: canaryTitle, serial: canarySerial };
  const made = await find(() =>
    access.createItem({ companyId: ownCompany, productId: product, fields, udfs: {} }, signal),
  );
  if (made.kind !== 'seen') return made;
  // Another test of the same database may have made one at the same time: the first of them is the canary.
  const all = await findCanaries(access, markField, signal);
  const canary = seenIn(all)?.[0];
  if (canary !== undefined && canary.id !== made.value) {
    await find(() => access.updateItem(made.value, { active: false, fields: { title: spareTitle } }, signal));
    return edit(canary, false);
  }
  return edit({ id: made.value, active: true }, true);
}

/** The oldest first. */
async function findCanaries(
  access: Access,
  markField: string,
  signal: AbortSignal,
): Promise<Answer<readonly ConfigurationItem[]>> {
  const found = await find(() => access.itemsBySerial(canarySerial, ownCompany, markField, signal));
  if (found.kind !== 'seen') return found;
  return seen([...found.value].sort((left, right) => left.id - right.id));
}

/** An item that was just made is put to sleep first: that is an edit of a standard field, and tells the two rights apart. */
async function editCanary(
  access: Access,
  item: Pick<ConfigurationItem, 'id' | 'active'>,
  made: boolean,
  { markField, word }: Pick<ProbeRequest, 'markField' | 'word'>,
  signal: AbortSignal,
): Promise<CanaryFindings> {
  const update = (patch: Parameters<Access['updateItem']>[1]): Promise<Found<true>> =>
    find(async () => {
      await access.updateItem(item.id, patch, signal);
      return true as const;
    });
  let edit: Found<true> = item.active ? await update({ active: false }) : unasked('the mark was edited');
  const mark = `${canaryMarkPrefix}${word}`;
  const markEdit =
    edit.kind === 'failed'
      ? unasked('the item cannot be edited at all')
      : await update({ udfs: { [markField]: mark } });
  // Which right was missing is not told: an edit without user-defined fields shows it.
  if (edit.kind === 'unasked' && isRefused(markEdit)) edit = await update({ fields: { title: canaryTitle } });
  // Also where nothing could be written: it shows that the item, and perhaps an earlier word, can be seen.
  const readBack = await find(() => access.item(item.id, markField, signal));
  return { made, itemId: item.id, edit, markEdit, readBack, word: mark };
}
