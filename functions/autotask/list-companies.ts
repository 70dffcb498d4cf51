/** Every active company, for whoever maps policies to companies. */
import type { Company } from '#sync/configuration-item';
import { type AutotaskClient, type AutotaskOptions, createAutotaskClient } from './client.ts';
import { companyFields, readCompany } from './read-references.ts';
import { readRows } from './read-rows.ts';

/** In the order of their ids; a user sees no company that the security level or line of business hides. */
export async function listCompanies(
  client: AutotaskClient,
  signal: AbortSignal,
): Promise<readonly Company[]> {
  const active = [{ op: 'eq', field: 'isActive', value: true }] as const;
  const rows = await readRows(client, 'Companies', active, signal, { includeFields: companyFields });
  return rows.map(readCompany).filter((company) => company.active);
}

export interface CompanyList {
  companies(signal: AbortSignal): Promise<readonly Company[]>;
  /** Requests sent so far. */
  calls(): number;
}

/** Rejects with `AutotaskError`, which is a `PortError`. */
export function createCompanyList(options: Omit<AutotaskOptions, 'readOnly'>): CompanyList {
  const client = createAutotaskClient({ ...options, readOnly: true });
  return { companies: (signal) => listCompanies(client, signal), calls: () => client.calls() };
}
