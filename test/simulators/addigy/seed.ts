/** What a simulated Addigy is made of. */

export interface SeededFact {
  readonly type: 'string' | 'number' | 'boolean' | 'list' | 'date';
  readonly value: unknown;
  readonly error_msg?: string;
}

export interface SeededDevice {
  agentid: string;
  facts: Record<string, SeededFact>;
  audit_date: string;
  agent_audit_date?: string;
  /** Absent: the seed's organisation. */
  orgid?: string;
}

export interface SeededPolicy {
  policyId: string;
  name: string;
  parent: string | null;
  autotask_account_id?: number | null;
  /** Absent: the seed's organisation. */
  orgid?: string;
}

export interface AddigySeed {
  organizationId: string;
  apiKeys: string[];
  policies: SeededPolicy[];
  devices: SeededDevice[];
  /** What `integrations/autotask/accounts` answers while the pasted credentials work. */
  autotaskAccounts?: Array<{ id: number; name: string }>;
}

export const emptySeed: AddigySeed = {
  organizationId: '00000000-0000-4000-8000-000000000001',
  apiKeys: ['addigy-key'],
  policies: [],
  devices: [],
};

/** What a person pastes into Addigy's pages: Autotask's Key and Secret. */
export interface PastedCredentials {
  readonly username: string;
  readonly password: string;
}

/** Choices between answers that no source confirms, and reported misbehaviour. */
export interface AddigyQuirks {
  /** UNCONFIRMED: the status of a request over the limit, and of a locked key. */
  lockStatus: number;
  /** Documented: 1,000 requests in 10 s, then 24 hours of refusals. */
  limit: { requests: number; withinMs: number; lockMs: number };
  /** UNCONFIRMED for devices: other lists of Addigy say 100. */
  mostPerPage: number;
  /** UNCONFIRMED: clients ask for 50 or 100 themselves. */
  defaultPerPage: number;
  /** Parts of a page's `metadata` that do not come. */
  withoutMetadata: ReadonlyArray<'page_count' | 'per_page' | 'total'>;
  /** REPORTED of policies; here of organisations: `/o/{id}/devices` and `/devices` answer every organisation's devices. */
  ignoresOrganization: boolean;
  /** Tolerated by one client. */
  policiesAsItems: boolean;
  /** UNCONFIRMED strings of `configuration/permissions`. Without View Devices a search of devices is a 403. */
  permissions: readonly string[];
  /** Whether the Autotask credentials pasted into Addigy work; with the option `autotask`, false is an integration that is down. */
  autotaskCredentialsWork: boolean;
  /** UNCONFIRMED: what Addigy answers where its Autotask credentials are wrong or absent; its specification has 400 and 500. */
  autotaskFailureStatus: 400 | 500;
}

export const usualQuirks: AddigyQuirks = {
  lockStatus: 429,
  limit: { requests: 1000, withinMs: 10_000, lockMs: 24 * 60 * 60 * 1000 },
  mostPerPage: 100,
  defaultPerPage: 50,
  withoutMetadata: [],
  ignoresOrganization: false,
  policiesAsItems: false,
  permissions: ['View Devices', 'View Policies', 'Edit Integration'],
  autotaskCredentialsWork: true,
  autotaskFailureStatus: 500,
};
