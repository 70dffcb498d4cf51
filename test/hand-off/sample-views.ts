/** The page's states, as the desk tells them. */
import type { HandOffView } from '#onboarding/hand-off';
import type { PermissionReport, RequirementVerdict } from '#permissions/permission-report';
import { type RequirementId, requirementsOf } from '#permissions/requirements';

export const t0 = Date.UTC(2026, 10, 24, 9, 30);
const minute = 60_000;

export const awaiting: HandOffView = {
  connectionName: 'Acme Dental Group',
  purpose: 'device-sync',
  stage: 'awaiting-administrator',
  generation: 1,
  firstName: 'Device Sync',
  lastName: 'acme 1',
  webUrl: 'https://ww14.autotask.net/',
  markField: 'Addigy Agent ID',
  expiresAt: t0 + 14 * 24 * 60 * minute,
  shown: false,
  submitted: false,
  report: null,
  detail: '',
  retryAt: null,
  reachedAt: null,
  replaced: null,
};

export const forAddigy: HandOffView = { ...awaiting, purpose: 'addigy', firstName: 'Addigy' };

export function reportWith(
  verdicts: Partial<Record<RequirementId, RequirementVerdict>>,
  purpose: 'device-sync' | 'addigy' = 'device-sync',
): PermissionReport {
  return {
    purpose,
    at: t0,
    lines: requirementsOf(purpose, 'direct').map(({ id, title, fix }) => {
      const verdict = verdicts[id] ?? 'confirmed';
      return { id, title, verdict, evidence: `Seen: ${id}.`, fix: verdict === 'confirmed' ? '' : fix };
    }),
    excess: [
      { what: 'Contacts', may: ['create', 'update'] },
      { what: 'Tickets', may: ['create', 'update'] },
      { what: 'Protected Data Permission', may: ['View Protected Data'] },
    ],
    notes: ['One right could not be asked.'],
    calls: { autotask: 12, addigy: 0 },
  };
}

export const editMissing = reportWith({
  'edit-unprotected-data': 'denied',
  'products-query': 'inconclusive',
});
export const allConfirmed = reportWith({});
const loginRefused = reportWith({ login: 'denied', 'tracking-identifier': 'inconclusive' });
const replaced = { firstName: 'Device Sync', lastName: 'acme 0', retiredAt: null };

/** Every state, by what it is called in the tests. */
export const views = {
  awaiting,
  'shown before': { ...awaiting, shown: true },
  verifying: { ...awaiting, stage: 'verifying', shown: true, submitted: true },
  'not accepted yet': {
    ...awaiting,
    stage: 'verifying',
    shown: true,
    submitted: true,
    report: loginRefused,
    retryAt: t0 + 5 * minute,
  },
  'login refused': {
    ...awaiting,
    stage: 'refused',
    shown: true,
    submitted: true,
    report: loginRefused,
    detail: 'Autotask did not accept the credentials.',
  },
  refused: { ...awaiting, stage: 'refused', shown: true, submitted: true, report: editMissing },
  done: { ...awaiting, stage: 'done', shown: true, submitted: true, report: allConfirmed },
  'done, one to deactivate': {
    ...awaiting,
    stage: 'done',
    shown: true,
    submitted: true,
    report: allConfirmed,
    replaced,
  },
  'done, deactivated': {
    ...awaiting,
    stage: 'done',
    shown: true,
    submitted: true,
    report: allConfirmed,
    replaced: { ...replaced, retiredAt: t0 },
  },
  'addigy: awaiting': forAddigy,
  'addigy: to be pasted': { ...forAddigy, shown: true, submitted: true },
  'addigy: refused': {
    ...forAddigy,
    stage: 'refused',
    shown: true,
    submitted: true,
    report: reportWith({ 'addigy-reach': 'denied' }, 'addigy'),
  },
  'addigy: done': {
    ...forAddigy,
    stage: 'done',
    shown: true,
    submitted: true,
    reachedAt: t0,
    report: reportWith({}, 'addigy'),
  },
} as const satisfies Record<string, HandOffView>;
