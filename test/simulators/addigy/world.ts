/** What the simulated Addigy holds, and what can happen to it: the edits of a real estate's life. */
import { randomUUID } from 'node:crypto';
import type { AddigySeed, PastedCredentials, SeededDevice, SeededFact, SeededPolicy } from './seed.ts';

export class AddigyWorld {
  organizationId = '';
  readonly apiKeys = new Set<string>();
  readonly policies = new Map<string, SeededPolicy>();
  /** Policies for which the native sync was asked, in order. */
  readonly syncRequests: string[] = [];
  autotaskAccounts: ReadonlyArray<{ id: number; name: string }> = [];
  /** Null until a person has pasted some. No path of the API reads or writes them. */
  autotaskCredentials: PastedCredentials | null = null;
  readonly #devices = new Map<string, SeededDevice>();
  readonly #lists = new Map<string, readonly SeededDevice[]>();

  constructor(seed: AddigySeed) {
    this.replace(seed);
  }

  replace(seed: AddigySeed): void {
    this.organizationId = seed.organizationId;
    this.apiKeys.clear();
    for (const key of seed.apiKeys) this.apiKeys.add(key);
    this.policies.clear();
    for (const policy of seed.policies) this.policies.set(policy.policyId, { ...policy });
    this.#devices.clear();
    for (const device of seed.devices) this.#devices.set(device.agentid, { ...device });
    this.autotaskAccounts = seed.autotaskAccounts ?? [];
    this.autotaskCredentials = null;
    this.syncRequests.length = 0;
    this.#lists.clear();
  }

  devices(): SeededDevice[] {
    return [...this.#devices.values()];
  }

  device(agentid: string): SeededDevice | undefined {
    return this.#devices.get(agentid);
  }

  /** The agent ids whose serial number is this one, however it is cased or padded. */
  bySerial(serial: string): string[] {
    const key = serial.trim().toUpperCase();
    return this.devices()
      .filter((device) => textOf(device, 'serial_number').trim().toUpperCase() === key)
      .map((device) => device.agentid);
  }

  /**
   * Of one organisation (null: of all), sorted by a fact and then by agent id, so that pages never
   * overlap while nothing changes. Kept until something does: a page of 100,000 devices must not sort them.
   */
  list(
    fact: string | null,
    direction: 'asc' | 'desc',
    organizationId: string | null,
  ): readonly SeededDevice[] {
    const cacheKey = JSON.stringify([fact, direction, organizationId]);
    const known = this.#lists.get(cacheKey);
    if (known !== undefined) return known;
    const keyed = this.devices()
      .filter((device) => organizationId === null || (device.orgid ?? this.organizationId) === organizationId)
      .map((device) => ({
        device,
        key: fact === null ? '' : `${textOf(device, fact)}\u0000${device.agentid}`,
      }));
    if (fact !== null) keyed.sort((one, other) => (one.key < other.key ? -1 : one.key > other.key ? 1 : 0));
    if (direction === 'desc') keyed.reverse();
    const list = keyed.map((entry) => entry.device);
    this.#lists.set(cacheKey, list);
    return list;
  }

  /** The new device's agent id. What is not given is like a freshly enrolled Mac. */
  enrol(device: Partial<SeededDevice> & { serial?: string; name?: string; policyId?: string } = {}): string {
    const { serial, name, policyId, facts, ...rest } = device;
    const agentid = rest.agentid ?? randomUUID();
    const at = rest.audit_date ?? new Date().toISOString();
    this.#devices.set(agentid, {
      audit_date: at,
      ...rest,
      agentid,
      facts: {
        serial_number: text(serial ?? `C02${agentid.replaceAll('-', '').slice(0, 9).toUpperCase()}`),
        device_name: text(name ?? 'New Mac'),
        device_model_name: text('MacBook Air'),
        hardware_model: text('MacBookAir10,1'),
        os_version: text('15.1.1'),
        policy_id: text(policyId ?? ''),
        registration_date: { type: 'date', value: at },
        last_online: { type: 'date', value: at },
        ...facts,
      },
    });
    this.#lists.clear();
    return agentid;
  }

  rename(agentid: string, name: string): void {
    this.setFact(agentid, 'device_name', text(name));
  }

  /** To another policy; null: to none. */
  move(agentid: string, policyId: string | null): void {
    this.setFact(agentid, 'policy_id', { type: 'string', value: policyId });
    this.setFact(agentid, 'policy_ids', { type: 'list', value: policyId === null ? null : [policyId] });
  }

  /** Deleted by a person: Addigy forgets it. */
  retire(agentid: string): void {
    if (!this.#devices.delete(agentid)) throw new Error(`Addigy has no device ${agentid}`);
    this.#lists.clear();
  }

  /** Wiped and enrolled again: a new agent id with the same serial. The old record stays unless it is forgotten. */
  reEnrol(agentid: string, options: { readonly forgetOld?: boolean; readonly at?: string } = {}): string {
    const old = this.#require(agentid);
    const at = options.at ?? new Date().toISOString();
    const date: SeededFact = { type: 'date', value: at };
    const fresh = this.enrol({
      ...old,
      agentid: randomUUID(),
      audit_date: at,
      ...(old.agent_audit_date === undefined ? {} : { agent_audit_date: at }),
      facts: {
        ...old.facts,
        registration_date: date,
        mdm_last_connected: date,
        // A phone or a tablet has no agent that could have been online.
        last_online: old.facts.last_online?.value === null ? old.facts.last_online : date,
      },
    });
    if (options.forgetOld === true) this.retire(agentid);
    return fresh;
  }

  /** It has not been heard of since this date. */
  silence(agentid: string, since: string): void {
    const device = this.#require(agentid);
    const date: SeededFact = { type: 'date', value: since };
    const facts = { ...device.facts };
    for (const fact of ['last_online', 'mdm_last_connected']) {
      if (facts[fact]?.value !== null && facts[fact] !== undefined) facts[fact] = date;
    }
    this.#put({
      ...device,
      facts,
      audit_date: since,
      ...(device.agent_audit_date === undefined ? {} : { agent_audit_date: since }),
    });
  }

  setFact(agentid: string, identifier: string, fact: SeededFact): void {
    const device = this.#require(agentid);
    this.#put({ ...device, facts: { ...device.facts, [identifier]: fact } });
  }

  addPolicy(policy: SeededPolicy): void {
    this.policies.set(policy.policyId, { ...policy });
  }

  /** As a person does it in Addigy's pages: the API cannot. */
  linkPolicy(policyId: string, accountId: number | null): void {
    const policy = this.policies.get(policyId);
    if (policy === undefined) throw new Error(`Addigy has no policy ${policyId}`);
    policy.autotask_account_id = accountId;
  }

  /** As a person does it in Addigy's pages: the API cannot. They are not tried. */
  pasteAutotaskCredentials({ username, password }: PastedCredentials): void {
    if (typeof username !== 'string' || typeof password !== 'string') {
      throw new Error('credentials want a username and a password');
    }
    this.autotaskCredentials = { username, password };
  }

  revokeKey(key: string): void {
    this.apiKeys.delete(key);
  }

  #require(agentid: string): SeededDevice {
    const device = this.#devices.get(agentid);
    if (device === undefined) throw new Error(`Addigy has no device ${agentid}`);
    return device;
  }

  #put(device: SeededDevice): void {
    this.#devices.set(device.agentid, device);
    this.#lists.clear();
  }
}

function text(value: string): SeededFact {
  return { type: 'string', value };
}

function textOf(device: SeededDevice, fact: string): string {
  const value = fact === 'agentid' ? device.agentid : device.facts[fact]?.value;
  return value === null || value === undefined ? '' : String(value);
}
