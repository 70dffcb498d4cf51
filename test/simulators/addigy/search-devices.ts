/** `POST /devices` and `POST /o/{organization_id}/devices`: one search, and one set of traps. */

import type { VendorAnswer } from '../vendor-server.ts';
import { ok, refuse } from './answer.ts';
import { deviceFilter, refusalOf } from './body-shape.ts';
import type { AddigyQuirks, SeededDevice } from './seed.ts';
import type { AddigyWorld } from './world.ts';

/** Only a few facts come unless they are named. UNCONFIRMED which. */
const defaultFacts = ['serial_number', 'device_name', 'device_model_name'];

interface Filter {
  readonly desired_fact_identifiers?: readonly string[];
  readonly page?: number;
  readonly per_page?: number;
  readonly sort_field?: string;
  readonly sort_direction?: string;
  readonly query?: { readonly search_any?: string };
}

export function searchDevices(
  world: AddigyWorld,
  quirks: AddigyQuirks,
  organizationId: string,
  body: unknown,
): VendorAnswer {
  if (!quirks.permissions.includes('View Devices')) return refuse(403, 'permission denied: View Devices');
  const refusal = refusalOf(body, deviceFilter);
  if (refusal !== null) return refusal;
  const filter = body as Filter;
  const page = filter.page ?? 1;
  const asked = filter.per_page ?? quirks.defaultPerPage;
  if (page < 1 || asked < 1) return refuse(400, 'page and per_page must be at least 1');
  const perPage = Math.min(asked, quirks.mostPerPage);

  // `query.policy_id` and `query.filters` do not filter (reported: two policy ids gave byte-identical pages).
  const list = world.list(
    filter.sort_field ?? null,
    filter.sort_direction === 'desc' ? 'desc' : 'asc',
    quirks.ignoresOrganization ? null : organizationId,
  );
  const found = search(list, filter.query?.search_any ?? '');
  const items = found.slice((page - 1) * perPage, page * perPage);
  const identifiers = filter.desired_fact_identifiers?.length
    ? filter.desired_fact_identifiers
    : defaultFacts;
  const metadata: Record<string, number> = {
    page,
    page_count: Math.ceil(found.length / perPage),
    per_page: perPage,
    result_count: items.length,
    total: found.length,
  };
  for (const part of quirks.withoutMetadata) delete metadata[part];
  return ok({
    // null, not [], where there is nothing.
    items:
      items.length === 0 ? null : items.map((device) => audit(device, identifiers, world.organizationId)),
    metadata,
  });
}

function search(devices: readonly SeededDevice[], phrase: string): readonly SeededDevice[] {
  if (phrase === '') return devices;
  const wanted = phrase.toLowerCase();
  return devices.filter((device) =>
    Object.values(device.facts).some((fact) =>
      String(fact.value ?? '')
        .toLowerCase()
        .includes(wanted),
    ),
  );
}

function audit(device: SeededDevice, identifiers: readonly string[], organizationId: string) {
  const facts: Record<string, unknown> = {};
  for (const identifier of identifiers) {
    const fact = device.facts[identifier];
    if (fact !== undefined) facts[identifier] = { ...fact, error_msg: fact.error_msg ?? '' };
  }
  return {
    agentid: device.agentid,
    orgid: device.orgid ?? organizationId,
    audit_date: device.audit_date,
    ...(device.agent_audit_date === undefined ? {} : { agent_audit_date: device.agent_audit_date }),
    facts,
  };
}
