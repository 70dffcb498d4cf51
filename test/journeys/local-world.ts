/**
 * The running system, as `npm start` runs it: the synthesized stack on this machine with its doors in processes of
 * their own, between the two simulators. One for a file of journeys; each journey has a connection and a fleet of its own.
 */

import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { RunAnswer, WholeRun } from '../../bin/api/answers.ts';
import { Api } from '../../bin/api/api.ts';
import { mintKey } from '../../bin/keys.ts';
import { type LocalHost, startLocalHost } from '../../bin/local/host.ts';
import type { ContextInput } from '../../lib/context.ts';
import type { AddigySeed } from '../simulators/addigy/seed.ts';
import { type AddigySimulator, startAddigySimulator } from '../simulators/addigy/server.ts';
import {
  type AutotaskSeed,
  type AutotaskSimulator,
  startAutotaskSimulator,
} from '../simulators/autotask/server.ts';
import { fleetApiKey, fleetApiUser } from '../simulators/fleet.ts';
import './held-to-openapi.ts';

export type JourneyRun = WholeRun;

export interface LocalWorld {
  readonly host: LocalHost;
  readonly autotask: AutotaskSimulator;
  readonly addigy: AddigySimulator;
  readonly api: Api;
  /** Of a caller with every scope. */
  readonly key: string;
  /** A world of its own and a connection to it, credentials proved. The id is new each time. */
  connect(sync?: Record<string, unknown>, world?: Partial<JourneySeed>): Promise<Journey>;
  close(): Promise<void>;
}

export interface JourneySeed {
  readonly addigy: AddigySeed;
  readonly autotask: AutotaskSeed;
}

export interface Journey {
  readonly id: string;
  declare(sync: Record<string, unknown>): Promise<unknown>;
  ask(wish?: { apply?: boolean; planId?: string }): Promise<string>;
  /** Applies, and waits for the end. */
  sync(): Promise<JourneyRun>;
  ended(runId: string): Promise<JourneyRun>;
  /** The items in Autotask that bear a mark, by agent id. */
  marked(): Map<string, ReturnType<AutotaskSimulator['world']['items']>>;
}

/** Addigy's own; nobody else knows it. */
export const vendorIdentifier = 'ADDIGYVENDORIDENTIFIER00001';
export const markField = 'Addigy Agent ID';

/** Ten Macs of two companies, nothing in Autotask yet. */
export function smallWorld(): JourneySeed {
  const at = '2026-01-05T10:00:00.1Z';
  const text = (value: string) => ({ type: 'string' as const, value });
  return {
    addigy: {
      organizationId: 'org-journeys',
      apiKeys: [fleetApiKey],
      policies: [
        { policyId: 'north', name: 'North', parent: null, autotask_account_id: 101 },
        { policyId: 'south', name: 'South', parent: null, autotask_account_id: 102 },
      ],
      devices: Array.from({ length: 10 }, (_, index) => ({
        agentid: `agent-${index}`,
        audit_date: at,
        facts: {
          serial_number: text(`C02JOURNEY0${index}`),
          device_name: text(`Mac ${index}`),
          device_model_name: text('MacBook Air'),
          hardware_model: text('MacBookAir10,1'),
          os_version: text('15.1'),
          policy_id: text(index < 6 ? 'north' : 'south'),
          last_online: { type: 'date' as const, value: at },
          registration_date: { type: 'date' as const, value: '2025-11-03T08:00:00Z' },
        },
      })),
    },
    autotask: {
      users: [fleetApiUser],
      companies: [
        { id: 101, companyName: 'North', isActive: true },
        { id: 102, companyName: 'South', isActive: true },
      ],
      products: [{ id: 7, name: 'Apple Mac', isActive: true }],
      udfs: [{ name: markField }, { name: 'OS Version' }],
      items: [],
    },
  };
}

/** Macs of one company, enough of them to be interrupted. */
export function largerWorld(devices: number): JourneySeed {
  const seed = smallWorld();
  const model = seed.addigy.devices[0]!;
  seed.addigy.devices = Array.from({ length: devices }, (_, at) => ({
    ...model,
    agentid: `agent-${at}`,
    facts: {
      ...model.facts,
      serial_number: { type: 'string' as const, value: `C02LARGE${String(at).padStart(4, '0')}` },
    },
  }));
  return seed;
}

export async function startLocalWorld(
  context: ContextInput = {},
  clockScale = 1,
  sampled = 0,
): Promise<LocalWorld> {
  const autotask = await startAutotaskSimulator();
  const addigy = await startAddigySimulator({
    autotask: { url: autotask.url, trackingIdentifier: vendorIdentifier },
  });
  const host = await startLocalHost({
    ...{ clockScale, sampled },
    context: { autotaskUrl: autotask.url, addigyUrl: addigy.url, ...context },
  });
  Object.assign(process.env, host.awsEnvironment);
  // A client of its own: another file's world may have gone before in this process.
  const client = new SecretsManagerClient();
  const key = await mintKey({ name: 'journeys', secretId: host.callerSecretId, client });
  client.destroy();
  const api = new Api({ url: host.apiUrl, key });
  let made = 0;

  async function connect(
    sync: Record<string, unknown> = {},
    seeds: Partial<JourneySeed> = {},
  ): Promise<Journey> {
    made += 1;
    const id = `journey-${made}`;
    const seed = { ...smallWorld(), ...seeds };
    autotask.seed(seed.autotask);
    addigy.world.replace(seed.addigy);
    for (const simulator of [autotask, addigy]) {
      simulator.faults.clear();
      simulator.journal.clear();
    }
    const path = `/connections/${id}`;
    const declare = (settings: Record<string, unknown>) =>
      api.declare(id, {
        name: id,
        schedule: { enabled: false },
        // The journeys count the items that are there: the canary has journeys of its own.
        validation: { canary: false },
        sync: { policy: 'sync', graceHours: 0, ...sync, ...settings },
      });
    await declare({});
    const { username, secret, trackingIdentifier } = fleetApiUser;
    await api.call('PUT', `${path}/api-users/device-sync`, { username, secret, trackingIdentifier });
    await api.call('PUT', `${path}/addigy-key`, { apiKey: fleetApiKey });
    const ask: Journey['ask'] = async (wish = {}) =>
      (await api.call<{ runId: string }>('POST', `${path}/runs`, wish)).runId;
    const ended: Journey['ended'] = async (runId) => ({
      ...(await api.settled(id, runId, { silenceMs: 60_000 })),
      ...(await api.lines(id, runId)),
    });
    return {
      id,
      declare,
      ask,
      ended,
      sync: async () => ended(await ask({ apply: true })),
      marked: () => {
        const byAgent: ReturnType<Journey['marked']> = new Map();
        for (const item of autotask.world.items()) {
          const agentId = item.udfs[markField];
          if (agentId) byAgent.set(agentId, [...(byAgent.get(agentId) ?? []), item]);
        }
        return byAgent;
      },
    };
  }

  return {
    host,
    autotask,
    addigy,
    api,
    key,
    connect,
    close: async () => {
      await host.close();
      await Promise.all([autotask.close(), addigy.close()]);
    },
  };
}

/** The counts of a run that tell what it did. */
export function counted(run: RunAnswer): string {
  const { create, update, reactivate, deactivate, failed } = run.counts;
  const held = Object.entries(run.counts.held).map(([reason, count]) => ` ${reason}:${count}`);
  return `+${create} ~${update} ^${reactivate} -${deactivate} x${failed}${held.join('')}`;
}
