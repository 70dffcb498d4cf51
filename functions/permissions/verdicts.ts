/**
 * What the findings mean, requirement by requirement. An empty list, a missing array and a question that
 * nobody answered are never a pass; only what shows that a right is missing is a refusal.
 */
import type { AccessLevel } from './access.ts';
import { type Answer, type Findings, isRefused, seenIn } from './findings.ts';
import { judgeEdit, judgeView } from './judge-unprotected-data.ts';
import { confirmed, denied, type Judgement, open } from './judgement.ts';
import { markFieldIn } from './mark-field.ts';
import type { RequirementId } from './requirements.ts';

/** `addigy-reach` is judged where Addigy is asked: nothing of it shows in Autotask. */
export type AutotaskRequirementId = Exclude<RequirementId, 'addigy-reach'>;

export const judgements: Readonly<
  Record<AutotaskRequirementId, (found: Findings, markField: string) => Judgement>
> = {
  login: () => confirmed('Autotask told the zone, and accepted one login.'),
  'tracking-identifier': () => confirmed('Autotask accepted the identifier together with the username.'),
  'companies-query': (found) =>
    byRows(found.companies, levelOf(found, 'Companies', 'query'), 'companies', () =>
      denied('Autotask shows no company at all, though the MSP’s own is always there.'),
    ),
  'products-query': (found) =>
    byRows(found.products, levelOf(found, 'Products', 'query'), 'active products', () =>
      open('Autotask shows no active product: either there is none, or the right is missing.'),
    ),
  'items-query': (found) => {
    const canary = seenIn(found.canary);
    if (canary !== null && seenIn(canary.readBack) !== null)
      return confirmed(`Item ${canary.itemId}, the canary, was read.`);
    return byRows(found.items, levelOf(found, 'ConfigurationItems', 'query'), 'configuration items', () =>
      open('Autotask shows no configuration item: either there is none, or the right is missing.'),
    );
  },
  'items-create': (found) => {
    const canary = seenIn(found.canary);
    if (canary?.made) return confirmed(`Item ${canary.itemId}, the canary, was made.`);
    if (isRefused(found.canary))
      return refusedOrOpen(found, 'create', `The canary could not be made. ${found.canary.detail}`);
    return byLevel(levelOf(found, 'ConfigurationItems', 'create'));
  },
  'items-update': (found) => {
    const byTheLevel = byLevel(levelOf(found, 'ConfigurationItems', 'update'));
    const canary = seenIn(found.canary);
    if (canary === null) return byTheLevel;
    const { itemId, edit, markEdit } = canary;
    if (edit.kind === 'seen' || markEdit.kind === 'seen')
      return confirmed(`Item ${itemId}, the canary, was edited.`);
    return isRefused(edit)
      ? refusedOrOpen(found, 'update', `The canary, item ${itemId}, could not be edited. ${edit.detail}`)
      : byTheLevel;
  },
  'field-definitions': (found) => {
    const defined = seenIn(found.definitions)?.length ?? 0;
    if (defined > 0) return confirmed(`${defined} definitions of fields were read.`);
    const named = seenIn(found.listedFields)?.length ?? 0;
    if (named > 0)
      return confirmed('The definitions are not shown, but the fields’ names are, in the items’ metadata.');
    return open('Autotask shows neither definitions nor names of user-defined fields.');
  },
  'mark-field': judgeMarkField,
  'view-unprotected-data': judgeView,
  'edit-unprotected-data': judgeEdit,
};

function judgeMarkField(found: Findings, name: string): Judgement {
  const field = markFieldIn(found, name);
  const quoted = JSON.stringify(name);
  const couldWrite = seenIn(found.canary)?.markEdit.kind === 'seen';
  switch (field.kind) {
    case 'fit':
      return confirmed(`The field ${quoted} is there: active, and not protected.`);
    case 'made':
      return confirmed(`There was no field ${quoted}, so it was made: text, active, not protected.`);
    case 'named':
      return couldWrite
        ? confirmed(`The field ${quoted} is there, and could be written.`)
        : open(`The field ${quoted} is there; whether it is protected is not shown to this user.`);
    case 'unfit':
      return denied(`The field ${quoted} is there, but it is ${field.because}.`);
    case 'absent': {
      const { defined } = found;
      const why = defined.kind === 'failed' ? ` It could not be made: ${defined.detail}` : '';
      return denied(`There is no field ${quoted} for configuration items.${why}`);
    }
    case 'unknown':
      return open(`Whether there is a field ${quoted} is not shown to this user.`);
  }
}

type Action = 'query' | 'create' | 'update';

/** Null where the rights on the entity are not told. */
const levelOf = (found: Findings, entity: string, action: Action): AccessLevel | null =>
  found.entities.get(entity)?.[action] ?? null;

function byRows(
  rows: Answer<readonly unknown[]>,
  level: AccessLevel | null,
  what: string,
  whenEmpty: () => Judgement,
): Judgement {
  if (rows.kind === 'seen' && rows.value.length > 0) return confirmed(`Autotask shows ${what}.`);
  if (level === 'none') return denied('The security level’s right is None.');
  // A missing right is an empty list, not a refusal: what a refusal means is not known.
  if (rows.kind === 'failed') return open(`The question was not answered. ${rows.detail}`);
  return whenEmpty();
}

function byLevel(level: AccessLevel | null): Judgement {
  switch (level) {
    case 'all':
      return confirmed('The security level’s right is All.');
    case 'none':
      return denied('The security level’s right is None.');
    case 'restricted':
      return open('The security level’s right is Restricted: which records that means is not shown.');
    case 'unknown':
    case null:
      return open('The security level’s right is not shown to this user.');
  }
}

/** A refused write can have other reasons than a missing right: only the level's word makes it one. */
function refusedOrOpen(found: Findings, action: Action, detail: string): Judgement {
  return levelOf(found, 'ConfigurationItems', action) === 'none' ? denied(detail) : open(detail);
}
