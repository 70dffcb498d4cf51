/** A connection in the few words that a table has room for. */
import { shown } from '#sync/plan-text';
import type { ConnectionAnswer } from '../api/answers.ts';
import { ago, lasting } from '../terminal/ago.ts';

export const nameOf = ({ name }: ConnectionAnswer): string => shown(name);

/** `trusted` where all that a sync needs is. */
export function credentialsText({ credentials, engine, permissionLost }: ConnectionAnswer): string {
  const { deviceSync, addigyKey } = credentials;
  const wanting = [
    ...(permissionLost === null ? [] : ['right lost']),
    ...(deviceSync === 'trusted' || (engine === 'native' && deviceSync === 'missing')
      ? []
      : [`user ${deviceSync}`]),
    ...(addigyKey === 'trusted' ? [] : [`key ${addigyKey}`]),
  ];
  return wanting.length === 0 ? 'trusted' : wanting.join(', ');
}

export const lastRunText = ({ lastRun }: ConnectionAnswer): string =>
  lastRun === null
    ? 'none'
    : lastRun.reason === null
      ? lastRun.status
      : `${lastRun.status}: ${lastRun.reason}`;

/** The age of the last success: what to look at first. */
export const successText = ({ lastSuccessAt }: ConnectionAnswer, now: number): string =>
  lastSuccessAt === null ? 'never' : ago(lastSuccessAt, now);

export function dueText({ dueAt, offboarding }: ConnectionAnswer, now: number): string {
  if (offboarding !== null) return offboarding.doneAt === null ? 'leaving' : 'offboarded';
  if (dueAt === null) return 'off';
  const late = lasting(now - Date.parse(dueAt));
  return late === '' ? ago(dueAt, now) : `${late} late`;
}
