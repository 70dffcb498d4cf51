/** What an administrator is told to do, in Autotask's own words. */
import { describe, expect, it } from 'vitest';
import { type RequirementId, requirements, requirementsOf } from '#permissions/requirements';

const level = (what: string) =>
  `Admin > Account Settings & Users > Resources/Users (HR) > Security > Security Levels: open the API user's level and set ${what}. A system level cannot be edited: copy it, edit the copy, and assign that to the user.`;
const boxes = (what: string) =>
  `Admin > Account Settings & Users > Resources/Users (HR) > Security > Protected Data Permission: in the API user's row tick ${what}, then Save.`;

describe('the fixes', () => {
  it.each<[id: RequirementId, fix: string]>([
    ['companies-query', level('CRM > Customer & Cancelation (Company) to All')],
    [
      'items-create',
      level(
        'CRM > Configuration Items & Subscriptions: Add to ticked, and Admin > Configuration Items to ticked',
      ),
    ],
    ['view-unprotected-data', boxes('View Unprotected Data')],
    ['edit-unprotected-data', boxes('Edit Unprotected Data (which ticks View Unprotected Data as well)')],
    [
      'tracking-identifier',
      'Admin > Account Settings & Users > Resources/Users (HR) > Resources/Users > the API user > API Tracking Identifier: choose Custom (Internal Integration), and enter here the identifier that Autotask then shows. A user that has one already keeps it: make a new user.',
    ],
    [
      'login',
      'Admin > Account Settings & Users > Resources/Users (HR) > Resources/Users > the API user: Active is ticked, Locked is not, and Username (Key), Password (Secret) and API Tracking Identifier are those that were entered here. A user that was just made can take five minutes to work.',
    ],
    [
      'mark-field',
      'Admin > Features & Settings > Application-Wide (Shared) Features > User-Defined Fields > Devices: make an active field of type Text (Single Line) with this name, not Protected.',
    ],
    [
      'addigy-reach',
      'Addigy > Account > Integrations > Autotask: paste the Username into API Username (1) and the Password into Key (2), and save. In Autotask, the user must be active, with Addigy’s entry under API Tracking Identifier > Integration Vendor, and both boxes ticked under Admin > Account Settings & Users > Resources/Users (HR) > Security > Protected Data Permission.',
    ],
  ])('%s', (id, fix) => {
    expect(requirements.find((one) => one.id === id)?.fix).toBe(fix);
  });
});

describe('who needs what', () => {
  const reading = ['login', 'tracking-identifier', 'companies-query', 'items-query', 'field-definitions'];
  it.each<[purpose: 'device-sync' | 'addigy', engine: 'direct' | 'native', ids: string[]]>([
    ['device-sync', 'direct', requirements.filter(({ id }) => id !== 'addigy-reach').map(({ id }) => id)],
    ['device-sync', 'native', [...reading, 'view-unprotected-data']],
    ['addigy', 'direct', ['addigy-reach']],
    ['addigy', 'native', ['addigy-reach']],
  ])('%s with the %s engine', (purpose, engine, ids) => {
    expect(requirementsOf(purpose, engine).map(({ id }) => id)).toEqual(ids);
  });
});
