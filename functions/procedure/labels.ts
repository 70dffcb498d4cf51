/** Autotask's (and Addigy's) own words: menus, fields and boxes. Where they are renamed, this file changes and no other. */

export interface Place {
  /** Where it is: 'Autotask', or 'Addigy'. */
  readonly app: 'Autotask' | 'Addigy';
  /** From the left navigation menu. */
  readonly path: readonly string[];
  /** From the older menu bar: hover over the logo, top left. Empty where there is only one. */
  readonly older: readonly string[];
}

/** The article warns that Autotask may change its interface: the day on which the labels were last compared. */
export const procedureRevised = '2026-11-24';

export const procedureSources = [
  {
    title: 'Addigy: How to create an API user in Autotask (article 8000087477)',
    url: 'https://addigy.freshdesk.com/support/solutions/articles/8000087477-how-to-create-an-api-user-in-autotask',
  },
  {
    title: 'Autotask help: Adding or editing an API user',
    url: 'https://autotask.net/help/content/4_admin/1CompanySettings_Users/ResourcesUsersHR/Resources/API_User_Add_Edit.htm',
  },
  {
    title: 'Autotask help: API tracking identifier',
    url: 'https://ww1.autotask.net/help/Content/4_Admin/1CompanySettings_Users/ResourcesUsersHR/Resources/API_Tracking_Identifier.htm',
  },
  {
    title: 'Autotask help: Viewing protected data',
    url: 'https://autotask.net/help/content/4_Admin/1CompanySettings_Users/ResourcesUsersHR/Security/ViewPermissionsProtectedUDFs.htm',
  },
  {
    title: 'Autotask help: Managing security levels',
    url: 'https://autotask.net/help/content/4_admin/1CompanySettings_Users/ResourcesUsersHR/Security/Manage_Security_Levels.htm',
  },
  {
    title: 'Autotask help: Managing user-defined fields',
    url: 'https://autotask.net/help/content/4_admin/2FeaturesSettings/ApplicationWide/UserDefinedFields/UDFs.htm',
  },
] as const;

const hr = 'Resources/Users (HR)';
/** Called Organization Settings & Users, or Company Settings & Users, in some databases. */
const settings = 'Account Settings & Users';
const features = 'Features & Settings';

const inHr = (...rest: readonly string[]): Place => ({
  app: 'Autotask',
  path: ['Admin', settings, hr, ...rest],
  older: ['Admin', features, hr, ...rest],
});

export const places = {
  users: inHr('Resources/Users'),
  securityLevels: inHr('Security', 'Security Levels'),
  protectedData: inHr('Security', 'Protected Data Permission'),
  userDefinedFields: {
    app: 'Autotask',
    path: ['Admin', features, 'Application-Wide (Shared) Features', 'User-Defined Fields', 'Devices'],
    older: [],
  },
  addigy: { app: 'Addigy', path: ['Account', 'Integrations', 'Autotask'], older: [] },
} as const satisfies Record<string, Place>;

export const pathText = (path: readonly string[]): string => path.join(' > ');

export const labels = {
  hr,
  settingsAlso: `“${settings}” is called “Organization Settings & Users” or “Company Settings & Users” in some databases.`,
  devicesAlso: 'Devices are called assets, configuration items or installed products in some databases.',
  newUser: 'New API User',
  stockLevel: 'API User (system)',
  username: 'Username (Key)',
  password: 'Password (Secret)',
  generateKey: 'Generate Key',
  generateSecret: 'Generate Secret',
  trackingIdentifier: 'API Tracking Identifier',
  custom: 'Custom (Internal Integration)',
  vendor: 'Integration Vendor',
  viewBox: 'View Unprotected Data',
  editBox: 'Edit Unprotected Data',
  markFieldType: 'Text (Single Line)',
  addigyUsername: 'API Username (1)',
  addigyKey: 'Key (2)',
} as const;

/**
 * What a level needs for `device-sync`, after the level of a comparable integration (CyberDrain's warranty sync),
 * plus Add. The right to see user-defined fields comes with either of two (Autotask help, user-defined fields).
 */
export const rights = {
  companies: { feature: 'CRM > Customer & Cancelation (Company)', set: 'All' },
  itemsView: { feature: 'CRM > Configuration Items & Subscriptions: View', set: 'All' },
  itemsAdd: { feature: 'CRM > Configuration Items & Subscriptions: Add', set: 'ticked' },
  itemsEdit: { feature: 'CRM > Configuration Items & Subscriptions: Edit', set: 'All' },
  products: { feature: 'Inventory > Products: View', set: 'All' },
  itemsAdmin: { feature: 'Admin > Configuration Items', set: 'ticked' },
} as const;
