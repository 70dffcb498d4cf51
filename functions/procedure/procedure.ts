/**
 * How an administrator makes an API user in Autotask for use with Addigy: the steps of Addigy's article, and what
 * Autotask's own help adds, once, as data. The hand-off page, docs/api-user-procedure.md and the fixes of
 * `permissions/requirements.ts` are made of it; the labels alone stand in `labels.ts`.
 */
import type { Purpose } from '#connections/connection';
import { labels, places, rights } from './labels.ts';
import type { Step } from './step.ts';

const both: readonly Purpose[] = ['device-sync', 'addigy'];
const quiet = { occasion: 'always', place: null, enter: [], returns: [], note: '', unconfirmed: '' } as const;

export const procedure: readonly Step[] = [
  {
    ...quiet,
    id: 'security-level',
    title: 'Make a security level with no more rights than the job needs',
    purposes: ['device-sync'],
    occasion: 'once',
    place: places.securityLevels,
    actions: [
      `Right-click ${labels.stockLevel}, choose Copy Security Level, and give the copy a name.`,
      'Take every right away, then give these. Leave “Not required to change password” and “Can login to Web Services API” as they are.',
    ],
    enter: Object.values(rights).map(({ feature, set }) => ({ field: feature, value: { literal: set } })),
    why: 'The stock level may read and change nearly everything in Autotask. It works as well: skip this step to use it.',
    note: `System levels cannot be edited, only copied. ${labels.devicesAlso}`,
  },
  {
    ...quiet,
    id: 'mark-field',
    title: 'Make the field that tells which devices are synced',
    purposes: ['device-sync'],
    occasion: 'once',
    place: places.userDefinedFields,
    actions: [
      'Look whether the field is in the list, active. If it is, go on. If it is not, choose New, fill in these, and save.',
    ],
    enter: [
      { field: 'Name', value: { from: 'mark-field' } },
      { field: 'Active', value: { literal: 'ticked' } },
      { field: 'Type', value: { literal: labels.markFieldType } },
      { field: 'Protected', value: { literal: 'not ticked' } },
    ],
    why: 'Each synced device bears its Addigy agent id in this field, so that it is found again and never made twice.',
    note: 'Where the API user’s level allows it, the test makes the field by itself.',
  },
  {
    ...quiet,
    id: 'new-api-user',
    title: 'Begin a new API user',
    purposes: both,
    place: places.users,
    actions: [`Hover over New, and choose ${labels.newUser}.`],
    why: 'Only an API-only user may use Autotask’s API, and Autotask lets nobody make one but a person, here.',
    note: `Your own security level needs Admin access to ${labels.hr}.`,
  },
  {
    ...quiet,
    id: 'general',
    title: 'Fill in the General section',
    purposes: both,
    actions: ['Fill in the required fields.'],
    enter: [
      { field: 'First Name', value: { from: 'first-name' } },
      { field: 'Last Name', value: { from: 'last-name' } },
      {
        field: 'Email Address',
        value: {
          pick: 'an address that somebody reads: news of a locked user or a failing integration goes there',
        },
      },
      { field: 'Active', value: { literal: 'ticked' } },
      {
        field: 'Security Level',
        value: {
          pick: `the level you made for it, or the stock one, ${labels.stockLevel}; only API-only levels are listed`,
        },
      },
      { field: 'Date Format, Time Format, Number Format', value: { pick: 'any' } },
      { field: 'Primary Internal Location', value: { pick: 'any, such as your main office' } },
      {
        field: 'Line of Business',
        value: {
          pick: 'only where your Autotask has it: it limits what the user sees, so include all that have devices',
        },
      },
    ],
    why: 'The name tells this user from others later; the level decides what it may do.',
  },
  {
    ...quiet,
    id: 'credentials',
    title: 'Set its username and password',
    purposes: both,
    actions: [
      `Either use our values: click ${labels.generateKey}, keep the domain that it shows, and replace what stands before the @. Then type our secret into ${labels.password}.`,
      `Or let Autotask make both: click ${labels.generateKey} and ${labels.generateSecret}, copy both now, for Autotask shows them once, and enter both below.`,
    ],
    enter: [
      { field: `${labels.username}, before the @`, value: { from: 'local-part' } },
      { field: labels.password, value: { from: 'secret' } },
    ],
    returns: ['username', 'secret'],
    why: 'With our values the secret needs no copying back, and is sent by nobody.',
    note: 'The username must look like an e-mail address. It is not the address from the General section.',
  },
  {
    ...quiet,
    id: 'tracking-identifier',
    title: 'Choose a custom API Tracking Identifier',
    purposes: ['device-sync'],
    actions: [
      `Under ${labels.trackingIdentifier} choose ${labels.custom}, give it a name, and copy the identifier that Autotask shows.`,
    ],
    enter: [{ field: 'Its name', value: { literal: 'Addigy device sync' } }],
    returns: ['tracking-identifier'],
    why: 'Autotask asks for it on every call. A user bound to a vendor works for that vendor alone.',
    note: 'A user that has an identifier keeps it: if you chose another, make a new user.',
  },
  {
    ...quiet,
    id: 'vendor-identifier',
    title: 'Bind it to Addigy',
    purposes: ['addigy'],
    actions: [
      `Under ${labels.trackingIdentifier} choose ${labels.vendor}, and in the list the entry of Addigy, if it is there.`,
      'If it is not there, do not pick another vendor: ask Addigy’s support which entry its integration needs.',
    ],
    why: 'A vendor’s identifier is known to that vendor alone, so with it only Addigy can log in.',
    note: 'Entries read “Organization Name - Integration Name”; inactive ones are in the list too.',
    unconfirmed:
      'Whether Addigy is in this list is unconfirmed: Addigy’s article does not say which entry to choose.',
  },
  {
    ...quiet,
    id: 'save',
    title: 'Save & Close',
    purposes: both,
    actions: ['Choose Save & Close.'],
    why: 'The user exists from here on.',
    note: 'A new user can take about five minutes to work.',
  },
  {
    ...quiet,
    id: 'protected-data',
    title: 'Tick two boxes under Protected Data Permission',
    purposes: both,
    place: places.protectedData,
    actions: ['Find the row of the new user, tick both boxes, and save.'],
    enter: [
      { field: labels.viewBox, value: { literal: 'ticked' } },
      { field: labels.editBox, value: { literal: 'ticked (this ticks View as well)' } },
    ],
    why: 'Without them Autotask hides or masks user-defined fields, and devices fail to sync.',
    note: 'It is set for each user by name, apart from the security level.',
    unconfirmed:
      'Whether a new API user has these boxes ticked from the start: two of Autotask’s own pages disagree. Look.',
  },
  {
    ...quiet,
    id: 'paste-into-addigy',
    title: 'Paste both into Addigy',
    purposes: ['addigy'],
    place: places.addigy,
    actions: ['Fill in these, and save.'],
    enter: [
      { field: labels.addigyUsername, value: { pick: 'the whole username' } },
      { field: labels.addigyKey, value: { pick: 'the secret' } },
    ],
    why: 'Addigy has no public API to set them, but one that shows whether they work.',
    note: 'What else Addigy needs of the user can vary from situation to situation, says its article.',
  },
  {
    ...quiet,
    id: 'enter-here',
    title: 'Enter what Autotask shows',
    purposes: both,
    actions: [
      'On the hand-off page, enter the whole username as Autotask shows it, and what else is asked for. Leave the secret blank if you used ours.',
    ],
    returns: ['username', 'secret', 'tracking-identifier'],
    why: 'What was entered is proved before anything uses it.',
  },
  {
    ...quiet,
    id: 'map-policies',
    title: 'Map Addigy’s policies to Autotask’s companies',
    purposes: ['addigy'],
    place: places.addigy,
    actions: ['Once Addigy reaches Autotask, link each policy to its company.'],
    why: 'A device goes to the company that its policy is linked to.',
  },
  {
    ...quiet,
    id: 'deactivate-replaced',
    title: 'Deactivate the user that was replaced',
    purposes: both,
    occasion: 'rotation',
    place: places.users,
    actions: ['Open the replaced user, clear Active, and choose Save & Close.'],
    why: 'Its credentials work until then.',
    note: 'Do this only when the new user is proved: until then the old one keeps the sync running.',
  },
];

/** The steps for one purpose, in order. */
export const stepsFor = (purpose: Purpose): readonly Step[] =>
  procedure.filter((step) => step.purposes.includes(purpose));
