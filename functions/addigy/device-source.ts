/** The devices and policies of one Addigy organisation, read through API v2. */
import type { Device } from '#sync/device';
import type { DeviceSource, DeviceView } from '#sync/ports';
import { type AddigyOptions, createAddigyClient } from './addigy-client.ts';
import { AddigyError } from './addigy-error.ts';
import { agentIdOf, desiredFacts, organizationOf, readDevice } from './read-device.ts';
import { type Page, perPage, readPage, readPages } from './read-pages.ts';
import { readPolicies } from './read-policies.ts';

export interface DeviceSourceOptions extends AddigyOptions {
  /** Null: the organisation that the key belongs to. Otherwise devices and policies of any other are left out. */
  readonly organizationId: string | null;
}

interface ReadDevice {
  /** '' where there is none. */
  readonly agentId: string;
  /** Null where it belongs to another organisation, or has no agent id. */
  readonly device: Device | null;
}

/**
 * A whole read costs one call for the policies and one for each 100 devices.
 * Rejections are `AddigyError`s: `unauthorised` (401, or 403 from the start), `blocked` with `until`
 * (429: not one more request is sent), `refused` (any other 4xx), `unavailable` after two repeats,
 * `unreadable`, `stopped`.
 */
export function createDeviceSource(options: DeviceSourceOptions): DeviceSource {
  const client = createAddigyClient(options);
  const { organizationId } = options;
  const path = organizationId === null ? '/devices' : `/o/${encodeURIComponent(organizationId)}/devices`;
  const isElsewhere = (organization: string | null): boolean =>
    organizationId !== null && organization !== null && organization !== organizationId;

  const readOne = (item: unknown): ReadDevice => ({
    agentId: agentIdOf(item),
    device: isElsewhere(organizationOf(item)) ? null : readDevice(item),
  });

  async function page(number: number, signal: AbortSignal): Promise<Page<ReadDevice>> {
    const answer = await client.read(
      path,
      {
        desired_fact_identifiers: desiredFacts,
        page: number,
        per_page: perPage,
        // A stable order while paging. No `query`: a policy filter was seen not to filter at all.
        sort_field: 'serial_number',
        sort_direction: 'asc',
      },
      signal,
    );
    const read = readPage(answer);
    if (read === undefined) {
      throw new AddigyError('unreadable', `Addigy answered page ${number} of the devices without its items.`);
    }
    return { ...read, items: read.items.map(readOne) };
  }

  return {
    async policies(signal) {
      const owned = await readPolicies(client, signal);
      return owned.filter((one) => !isElsewhere(one.organizationId || null)).map((one) => one.policy);
    },

    async devices(signal): Promise<DeviceView> {
      const { items, doubt } = await readPages(page, signal);
      const seen = new Set<string>();
      const devices: Device[] = [];
      let twice = 0;
      let nameless = 0;
      for (const { agentId, device } of items) {
        if (agentId === '') {
          nameless += 1;
        } else if (seen.has(agentId)) {
          twice += 1;
        } else {
          seen.add(agentId);
          if (device !== null) devices.push(device);
        }
      }
      const doubts = [doubt, doubtOfTwice(twice), doubtOfNameless(nameless)].filter((one) => one !== '');
      return { devices, complete: doubts.length === 0, doubt: doubts.join(' ') };
    },

    calls: client.calls,
  };
}

function doubtOfTwice(twice: number): string {
  if (twice === 0) return '';
  return `Addigy sent ${twice} device${twice === 1 ? '' : 's'} more than once, so others may be missing.`;
}

function doubtOfNameless(nameless: number): string {
  if (nameless === 0) return '';
  return `Addigy sent ${nameless} record${nameless === 1 ? '' : 's'} without an agent id, which cannot be told apart.`;
}
