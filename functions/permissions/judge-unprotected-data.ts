/** The two boxes of Protected Data Permission: only a value that is known to be there, and a write, can show them. */
import { masked } from '#sync/configuration-item';
import { canaryMarkPrefix } from '#sync/ownership';
import { type CanaryFindings, type Findings, fieldsOf, isRefused, seenIn } from './findings.ts';
import { confirmed, denied, type Judgement, open } from './judgement.ts';

/** A record that is known to hold a value tells; without one nothing does. */
export function judgeView(found: Findings): Judgement {
  const canary = seenIn(found.canary);
  const byCanary = canary && viewByCanary(canary);
  if (byCanary !== null) return byCanary;
  const { valued } = found;
  if (valued.kind === 'failed') return open(`The question was not answered. ${valued.detail}`);
  if (valued.kind === 'unasked') return open(`Not asked: ${valued.why}.`);
  const { field, item } = valued.value;
  const quoted = JSON.stringify(field);
  if (item === null)
    return open(`No item with a value in the field ${quoted} is shown, so nothing can be told.`);
  const value = fieldsOf(item).find(([name]) => name.toLowerCase() === field.toLowerCase())?.[1];
  if (value === masked)
    return denied(`Item ${item.id} has a value in the field ${quoted}; it is shown as *****.`);
  if (typeof value === 'string') return confirmed(`The field ${quoted} of item ${item.id} was read.`);
  return denied(`Item ${item.id} has a value in the field ${quoted}, and it is not shown.`);
}

/** Null where the canary tells nothing: only a mark that was just written is known to be there. */
function viewByCanary(canary: CanaryFindings): Judgement | null {
  const item = seenIn(canary.readBack);
  if (item === null) return null;
  const isWritten = canary.markEdit.kind === 'seen';
  switch (item.mark.kind) {
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

export function judgeEdit(found: Findings): Judgement {
  if (found.canary.kind === 'unasked')
    return open(`Not tried: ${found.canary.why}. The first real sync will prove it.`);
  if (found.canary.kind === 'failed') return open(`The canary could not be had. ${found.canary.detail}`);
  const { itemId, edit, markEdit, readBack, word } = found.canary.value;
  if (markEdit.kind === 'failed') {
    const detail = `The mark of item ${itemId}, the canary, could not be written. ${markEdit.detail}`;
    // Where the item cannot be edited at all, that says nothing of its user-defined fields.
    return isRefused(markEdit) && edit.kind === 'seen' ? denied(detail) : open(detail);
  }
  if (markEdit.kind === 'unasked') return open(`Not tried: ${markEdit.why}.`);
  const mark = seenIn(readBack)?.mark;
  if (mark === undefined)
    return open(`The mark of item ${itemId}, the canary, was written, but could not be read back.`);
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
