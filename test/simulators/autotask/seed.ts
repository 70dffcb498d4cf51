/** What a simulated Autotask database holds when it starts. */

export const entityNames = [
  'Companies',
  'ConfigurationItems',
  'ConfigurationItemCategories',
  'ConfigurationItemTypes',
  'Products',
  'Resources',
  'UserDefinedFieldDefinitions',
] as const;
export type EntityName = (typeof entityNames)[number];

/** Listed in the metadata, so that rights beyond the job can be seen; nothing else of them is simulated. */
export const listedNames = ['ConfigurationItemWebhooks', 'InternalLocations', 'Tickets'] as const;
export type ListedName = (typeof listedNames)[number];

/** The four boxes of Autotask's page Protected Data Permission, as ticked: nothing is implied by another. */
export interface ProtectedData {
  viewUnprotected: boolean;
  editUnprotected: boolean;
  viewProtected: boolean;
  editProtected: boolean;
}

/** Of the security level, per entity. */
export interface EntityRights {
  query?: boolean;
  create?: boolean;
  update?: boolean;
  delete?: boolean;
}
export type Rights = Partial<Record<EntityName | ListedName, EntityRights>>;

const nothing = { query: false, create: false, update: false, delete: false };
const look = { ...nothing, query: true };
/** What our own sync needs, and no more. */
export const leastPrivilege: Rights = {
  ...Object.fromEntries([...entityNames, ...listedNames].map((name) => [name, nothing])),
  Companies: look,
  Products: look,
  ConfigurationItems: { ...look, create: true, update: true },
  UserDefinedFieldDefinitions: look,
};

export interface SeededUser {
  username: string;
  secret: string;
  trackingIdentifier: string;
  protectedData: ProtectedData;
  /** What is not named here is allowed where the vendor allows it; `Resources` may not be updated without `update: true`. */
  rights?: Rights;
  locked?: boolean;
  active?: boolean;
  /** A new user works only after some minutes: refused for so many milliseconds. */
  readyInMs?: number;
}

export interface SeededItem {
  companyID: number;
  productID: number;
  isActive: boolean;
  referenceTitle?: string;
  serialNumber?: string;
  referenceNumber?: string;
  location?: string;
  notes?: string;
  installDate?: string;
  warrantyExpirationDate?: string;
  /** By name. */
  udfs?: Record<string, string | null>;
  /** Default: the next free one. */
  id?: number;
}

export interface SeededUdf {
  name: string;
  isProtected?: boolean;
  isActive?: boolean;
  dataType?: number;
  length?: number;
}

export interface AutotaskSeed {
  users: SeededUser[];
  /** Company 0, the MSP's own, is there in any case. */
  companies: Array<{ id: number; companyName: string; isActive: boolean }>;
  products: Array<{ id: number; name: string; isActive: boolean }>;
  /** The first active one is the default of new items. */
  categories?: Array<{ id: number; name: string; isActive: boolean }>;
  types?: Array<{ id: number; name: string; isActive: boolean }>;
  /** Of configuration items. */
  udfs: SeededUdf[];
  items: SeededItem[];
  /** `used` is what other integrations have used up in this hour. */
  threshold?: { limit: number; used: number };
}

export const defaultSeed: AutotaskSeed = {
  users: [
    {
      username: 'api-sync@msp.example',
      secret: 'correct-horse-battery-staple',
      trackingIdentifier: 'SIMULATEDTRACKINGIDENTIFIER',
      protectedData: {
        viewUnprotected: true,
        editUnprotected: true,
        viewProtected: false,
        editProtected: false,
      },
    },
  ],
  companies: [
    { id: 175, companyName: 'Bakery Example', isActive: true },
    { id: 176, companyName: 'Closed Example', isActive: false },
  ],
  products: [
    { id: 29_681_001, name: 'Apple Mac', isActive: true },
    { id: 29_681_002, name: 'Apple Mac (old)', isActive: false },
  ],
  categories: [{ id: 1, name: 'Standard', isActive: true }],
  types: [{ id: 1, name: 'Workstation', isActive: true }],
  udfs: [{ name: 'Addigy Agent ID' }, { name: 'Recovery Key', isProtected: true }],
  items: [],
};

/** Throws a sentence where something that cannot be defaulted is missing. */
export function readSeed(body: unknown): AutotaskSeed {
  const seed = body as Partial<AutotaskSeed> | null;
  for (const key of ['users', 'companies', 'products', 'udfs', 'items'] as const)
    if (!Array.isArray(seed?.[key])) throw new Error(`the seed needs the array ${key}`);
  return seed as AutotaskSeed;
}
