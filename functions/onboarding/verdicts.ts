/**
 * What the findings mean, requirement by requirement. An empty list, a missing array and a question that
 * nobody answered are never a pass; only what shows that a right is missing is a refusal.
 */
import { masked } from '#sync/configuration-item';
import { canaryMarkPrefix } from '#sync/ownership';
import type { AccessLevel } from './access.ts';
import type { CanaryFindings, Findings, Found } from './findings.ts';
import { definitionsIn, markFieldIn } from './mark-field.ts';
import type { RequirementVerdict } from './permission-report.ts';
import type { RequirementId } from './requirements.ts';

export interface Judgement {
  readonly verdict: RequirementVerdict;
  readonly evidence: string;
}

const confirmed = (evidence: string): Judgement => ({ verdict: 'confirmed', evidence });
const denied = (evidence: string): Judgement => ({ verdict: 'denied', evidence });
const open = (evidence: string): Judgement => ({ verdict: 'inconclusive', evidence });

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
    const canary = canaryOf(found);
    if (canary?.readBack.kind === 'seen' && canary.readBack.value !== null) {
      return confirmed(`Item ${canary.itemId}, the canary, was read.`);
    }
    return byRows(found.items, levelOf(found, 'ConfigurationItems', 'query'), 'configuration items', () =>
      open('Autotask shows no configuration item: either there is none, or the right is missing.'),
    );
  },
  'items-create': (found) => {
    const canary = canaryOf(found);
    if (canary?.made) return confirmed(`Item ${canary.itemId}, the canary, was made.`);
    if (found.canary.kind === 'failed' && found.canary.failure === 'refused') {
      return refusedOrOpen(found, 'create', `The canary could not be made. ${found.canary.detail}`);
    }
    return byLevel(levelOf(found, 'ConfigurationItems', 'create'));
  },
  'items-update': (found) => {
    const canary = canaryOf(found);
    if (canary?.edit.kind === 'seen' || canary?.markEdit.kind === 'seen') {
      return confirmed(`Item ${canary.itemId}, the canary, was edited.`);
    }
    if (canary?.edit.kind === 'failed' && canary.edit.failure === 'refused') {
      return denied(`The canary, item ${canary.itemId}, could not be edited. ${canary.edit.detail}`);
    }
    return byLevel(levelOf(found, 'ConfigurationItems', 'update'));
  },
  'field-definitions': (found) => {
    const definitions = definitionsIn(found);
    if (definitions !== null && definitions.length > 0) {
      return confirmed(`${definitions.length} definitions of fields were read.`);
    }
    if (found.listedFields.kind === 'seen' && (found.listedFields.value?.length ?? 0) > 0) {
      return confirmed('The definitions are not shown, but the fields’ names are, in the items’ metadata.');
    }
    return open('Autotask shows neither definitions nor names of user-defined fields.');
  },
  'mark-field': judgeMarkField,
  'view-unprotected-data': judgeView,
  'edit-unprotected-data': judgeEdit,
};

function judgeMarkField(found: Findings, name: string): Judgement {
  const field = markFieldIn(found, name);
  const quoted = JSON.stringify(name);
  const couldWrite = canaryOf(found)?.markEdit.kind === 'seen';
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

/** A record that is known to hold a value tells; without one nothing does. */
function judgeView(found: Findings): Judgement {
  const byCanary = viewByCanary(canaryOf(found));
  if (byCanary !== null) return byCanary;
  const { valued } = found;
  if (valued.kind === 'failed') return open(`The question was not answered. ${valued.detail}`);
  if (valued.kind === 'unasked') return open(`Not asked: ${valued.why}.`);
  const { field, item } = valued.value;
  const quoted = JSON.stringify(field);
  if (item === null)
    return open(`No item with a value in the field ${quoted} is shown, so nothing can be told.`);
  const value = [...(item.udfs ?? [])].find(([name]) => name.toLowerCase() === field.toLowerCase())?.[1];
  if (value === masked)
    return denied(`Item ${item.id} has a value in the field ${quoted}; it is shown as *****.`);
  if (typeof value === 'string') return confirmed(`The field ${quoted} of item ${item.id} was read.`);
  return denied(`Item ${item.id} has a value in the field ${quoted}, and it is not shown.`);
}

/** Null where the canary tells nothing: only a mark that was just written is known to be there. */
function viewByCanary(canary: CanaryFindings | null): Judgement | null {
  if (canary === null || canary.readBack.kind !== 'seen' || canary.readBack.value === null) return null;
  const { mark } = canary.readBack.value;
  const isWritten = canary.markEdit.kind === 'seen';
  switch (mark.kind) {
    case 'agent':
      return confirmed(`The mark of item ${canary.itemId}, the canary, was read.`);
    case 'masked':
      // The mask is shown whether or not there is a value.
      return denied(`The mark of item ${canary.itemId}, the canary, is shown as *****.`);
    case 'empty':
    case 'unseen':
      return isWritten
        ? denied(`The mark of item ${canary.itemId} was just written, and is not shown.`)
        : null;
  }
}

function judgeEdit(found: Findings): Judgement {
  if (found.canary.kind === 'unasked')
    return open(`Not tried: ${found.canary.why}. The first real sync will prove it.`);
  if (found.canary.kind === 'failed') return open(`The canary could not be had. ${found.canary.detail}`);
  const { itemId, edit, markEdit, readBack, word } = found.canary.value;
  if (markEdit.kind === 'failed') {
    const detail = `The mark of item ${itemId}, the canary, could not be written. ${markEdit.detail}`;
    // Where the item cannot be edited at all, that says nothing of its user-defined fields.
    return markEdit.failure === 'refused' && edit.kind === 'seen' ? denied(detail) : open(detail);
  }
  if (markEdit.kind === 'unasked') return open(`Not tried: ${markEdit.why}.`);
  if (readBack.kind !== 'seen' || readBack.value === null) {
    return open(`The mark of item ${itemId}, the canary, was written, but could not be read back.`);
  }
  const { mark } = readBack.value;
  if (mark.kind === 'agent') {
    if (mark.agentId === word)
      return confirmed(`A fresh word was written to the mark of item ${itemId} and read back.`);
    // Another validation of the same database wrote at the same time.
    if (mark.agentId.startsWith(canaryMarkPrefix)) {
      return open(
        `The mark of item ${itemId} was written by another validation at the same time: validate again.`,
      );
    }
    return denied(`The mark of item ${itemId} was written without an error, and kept its old value.`);
  }
  return open(`The mark of item ${itemId} was written without an error, but is not shown: give View first.`);
}

const canaryOf = (found: Findings): CanaryFindings | null =>
  found.canary.kind === 'seen' ? found.canary.value : null;

type Action = 'query' | 'create' | 'update';

/** Null where the rights on the entity are not told. */
const levelOf = (found: Findings, entity: string, action: Action): AccessLevel | null =>
  found.entities.get(entity)?.[action] ?? null;

function byRows(
  rows: Found<readonly unknown[]>,
  level: AccessLevel | null,
  what: string,
  whenEmpty: () => Judgement,
): Judgement {
  if (level === 'none') return denied('The security level’s right is None.');
  if (rows.kind === 'failed') {
    return rows.failure === 'refused'
      ? denied(rows.detail)
      : open(`The question was not answered. ${rows.detail}`);
  }
  if (rows.kind === 'unasked') return open(`Not asked: ${rows.why}.`);
  return rows.value.length > 0 ? confirmed(`Autotask shows ${what}.`) : whenEmpty();
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
