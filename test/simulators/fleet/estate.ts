/** The companies of Autotask and the policy tree of Addigy that leads to them. */
import type { AddigySeed } from '../addigy/seed.ts';
import type { AutotaskSeed } from '../autotask/seed.ts';
import type { Random } from './random.ts';

export const organizationId = '5f0c2a7e-9d41-4b7b-8a53-0e6d1c9b7a10';

type SeededPolicy = AddigySeed['policies'][number];
type SeededCompany = AutotaskSeed['companies'][number];

export interface Client {
  readonly companyId: number;
  /** Every policy whose nearest mapped ancestor leads to this company. */
  readonly policyIds: string[];
}

export interface Estate {
  readonly companies: SeededCompany[];
  readonly policies: SeededPolicy[];
  readonly clients: Client[];
  readonly inactiveClient: Client;
  /** Policies that lead nowhere: an unmapped client, a policy nested in it. */
  readonly unmappedPolicyIds: string[];
  /** Two policies that are each other's parent. */
  readonly cyclePolicyIds: string[];
  /** A company of Autotask that no policy leads to. */
  readonly strangerCompanyId: number;
}

const first = ['Alder', 'Birch', 'Cedar', 'Dover', 'Elm', 'Fenwick', 'Grove', 'Harbour', 'Ivy', 'Juniper'];
const second = [
  'Dental',
  'Legal',
  'Architects',
  'Bakery',
  'Films',
  'Realty',
  'Clinic',
  'Studio',
  'Foods',
  'School',
];
const parts = ['Staff', 'Loan pool', 'Kiosks', 'Executives', 'Warehouse'];

/** How Addigy writes "not linked" is unconfirmed, so every way occurs. */
const notLinked: ReadonlyArray<{ readonly autotask_account_id?: number | null }> = [
  { autotask_account_id: 0 },
  { autotask_account_id: null },
  {},
];

export function makeEstate(devices: number, random: Random): Estate {
  const count = Math.max(4, Math.round(devices / 25));
  const companies: SeededCompany[] = [{ id: 0, companyName: 'Managed Macs Ltd', isActive: true }];
  const policies: SeededPolicy[] = [];
  const clients: Client[] = [];
  const addPolicy = (
    name: string,
    parent: string | null,
    link: { readonly autotask_account_id?: number | null } = notLinked[policies.length % notLinked.length]!,
  ): string => {
    const policyId = `${random.hex(8)}-${random.hex(4)}-4${random.hex(3)}-a${random.hex(3)}-${policies.length
      .toString(16)
      .padStart(12, '0')}`;
    policies.push({ policyId, name, parent, ...link });
    return policyId;
  };

  for (let index = 0; index < count; index += 1) {
    const companyId = 29_683_500 + index * 3;
    const round = Math.floor(index / (first.length * second.length));
    const name = `${first[index % first.length]} ${second[Math.floor(index / first.length) % second.length]}${
      round === 0 ? '' : ` ${round + 1}`
    }`;
    companies.push({ id: companyId, companyName: name, isActive: true });
    const top = addPolicy(name, null, { autotask_account_id: companyId });
    const policyIds = [top];
    for (let child = 0; child < index % 4; child += 1) {
      policyIds.push(addPolicy(parts[(index + child) % parts.length]!, policyIds.at(child === 2 ? -1 : 0)!));
    }
    clients.push({ companyId, policyIds });
  }
  // A subsidiary under its mother's policy, linked to a company of its own: the nearest link wins.
  clients[1]!.policyIds.push(
    addPolicy('Subsidiary', clients[0]!.policyIds[0]!, { autotask_account_id: clients[1]!.companyId }),
  );
  // A client whose parent policy was deleted.
  clients[2]!.policyIds.push(
    addPolicy('Second office', random.hex(8), { autotask_account_id: clients[2]!.companyId }),
  );

  const inactiveCompanyId = 29_683_400;
  companies.push({ id: inactiveCompanyId, companyName: 'Quondam Press (left us)', isActive: false });
  const left = addPolicy('Quondam Press', null, { autotask_account_id: inactiveCompanyId });

  const unmapped = addPolicy('Walk-in repairs', null);
  const nested = addPolicy('Waiting for parts', addPolicy('Bench', unmapped));

  const ring = addPolicy('Ring A', null);
  const ringBack = addPolicy('Ring B', ring);
  policies.find((policy) => policy.policyId === ring)!.parent = ringBack;

  const strangerCompanyId = 29_683_401;
  companies.push({ id: strangerCompanyId, companyName: 'Windows Only Inc', isActive: true });

  return {
    companies,
    policies,
    clients,
    inactiveClient: { companyId: inactiveCompanyId, policyIds: [left] },
    unmappedPolicyIds: [unmapped, nested],
    cyclePolicyIds: [ring, ringBack],
    strangerCompanyId,
  };
}
