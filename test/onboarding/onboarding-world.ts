/**
 * Onboarding between real neighbours: the tables on dynalite, the local Secrets Manager, both simulators over HTTP.
 * Only the clock, the bus and the randomness are ours to hold.
 */

import { createHmac, randomUUID } from 'node:crypto';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { proveKey } from '#addigy/prove-key';
import { createAddigyReach } from '#addigy/reach';
import { createOpenAccess } from '#autotask/open-access';
import { ApiUserTable } from '#aws/api-user-table';
import { ConnectionTable } from '#aws/connection-table';
import { SecretVault } from '#aws/secret-vault';
import { addigyKeySchema, connectionSchema, type Purpose } from '#connections/connection';
import type { ConnectionRecord } from '#connections/connection-record';
import { digest, randomBelow } from '#lambda/chance';
import { verdictOf } from '#lambda/verdict';
import type { ApiUserRecord } from '#onboarding/api-user';
import type { OnboardingEvent } from '#onboarding/events';
import { createHandOffDesk, type DeskWorld } from '#onboarding/hand-off-desk';
import type { LookingWorld } from '#onboarding/look-again';
import type { OnboardingWorld } from '#onboarding/onboard';
import { guidedOperator } from '#onboarding/operator';
import { createApiUser } from '#onboarding/provision-api-user';
import { reachOf } from '#onboarding/reach-of';
import type { AddigyKeyWorld } from '#onboarding/take-addigy-key';
import { localClient } from '../aws/json-server.ts';
import { startSecretsManager } from '../aws/local-secrets.ts';
import { startDynamo } from '../aws/local-table.ts';
import { keeping } from '../aws/secret-keeping.ts';
import { type AddigySimulator, startAddigySimulator } from '../simulators/addigy/server.ts';
import { type AutotaskSeed, leastPrivilege } from '../simulators/autotask/seed.ts';
import { type AutotaskSimulator, startAutotaskSimulator } from '../simulators/autotask/server.ts';

export const vendorIdentifier = 'ADDIGYVENDORIDENTIFIER00001';
export const customIdentifier = 'OURCUSTOMIDENTIFIER00000001';
export const apiKey = 'addigy-key-of-onboarding';

/** Of a user with our identifier, whoever they may belong to. */
export const credentials = (username: string, secret = 'a-secret') => ({
  username,
  secret,
  trackingIdentifier: customIdentifier,
});

const autotaskSeed: AutotaskSeed = {
  users: [],
  companies: [{ id: 175, companyName: 'Bakery', isActive: true }],
  products: [{ id: 7, name: 'Apple Mac', isActive: true }],
  udfs: [{ name: 'Addigy Agent ID' }],
  // Something that a user who may see it can see.
  items: [
    {
      companyID: 175,
      productID: 7,
      isActive: true,
      serialNumber: 'C02SEEN',
      udfs: { 'Addigy Agent ID': 'agent-1' },
    },
  ],
};

export interface OnboardingTestWorld {
  readonly world: DeskWorld & LookingWorld & OnboardingWorld & AddigyKeyWorld;
  readonly desk: ReturnType<typeof createHandOffDesk>;
  readonly autotask: AutotaskSimulator;
  readonly addigy: AddigySimulator;
  readonly events: OnboardingEvent[];
  readonly clock: { now: number };
  readonly bus: { isDown: boolean };
  /** A new connection with an Addigy key, and Autotask as it was seeded. */
  connect(settings?: object, seed?: Partial<AutotaskSeed>): Promise<ConnectionRecord>;
  link(
    connection: ConnectionRecord,
    purpose: Purpose,
  ): Promise<{ id: string; token: string; record: ApiUserRecord }>;
  /** What an administrator does in Autotask's UI with what the page shows. */
  makeUser(
    minted: { localPart: string; secret: string },
    more?: Partial<AutotaskSeed['users'][number]>,
  ): { username: string };
  record(connection: ConnectionRecord, purpose?: Purpose): Promise<ApiUserRecord>;
  signal(): AbortSignal;
  /** Requests to Autotask that try to log in. */
  logins(): number;
  /** Requests to both vendors, since it was `quiet`. */
  asked(): number;
  quiet(): void;
  close(): Promise<void>;
}

export async function startOnboardingWorld(): Promise<OnboardingTestWorld> {
  const [dynamo, secrets, autotask] = await Promise.all([
    startDynamo(),
    startSecretsManager(),
    startAutotaskSimulator(),
  ]);
  const addigy = await startAddigySimulator({
    autotask: { url: autotask.url, trackingIdentifier: vendorIdentifier },
  });
  const table = await dynamo.newTable();
  const client = new SecretsManagerClient(localClient(secrets.url));
  const vault = new SecretVault(() => client, `prefix-${randomUUID()}`, keeping);
  const events: OnboardingEvent[] = [];
  const clock = { now: Date.UTC(2026, 10, 24, 9) };
  const bus = { isDown: false };
  const vendor = { random: Math.random, now: Date.now, timeoutMs: 5_000 };
  const openAccess = createOpenAccess({ ...vendor, baseUrl: autotask.url });
  const addigyKeyVault = (id: string) => vault.secret(id, 'addigy-key', addigyKeySchema);
  const world: OnboardingTestWorld['world'] = {
    connections: new ConnectionTable(table),
    apiUsers: new ApiUserTable(table),
    apiUserVault: (id, purpose) => vault.apiUser(id, purpose),
    addigyKeyVault,
    proveAddigyKey: (value, signal) =>
      verdictOf(proveKey({ ...vendor, baseUrl: addigy.url, ...value }, signal)),
    announce: async (sent) => {
      if (bus.isDown) throw new Error('the bus is down');
      events.push(...sent);
    },
    openAccess,
    openReach: reachOf(addigyKeyVault, (key, organizationId) =>
      createAddigyReach({ ...vendor, baseUrl: addigy.url, apiKey: key, organizationId }),
    ),
    operator: guidedOperator(openAccess),
    workingCredentials: async () => null,
    measure: () => {},
    takeAddigyKey: async () => {},
    takeApiUser: async () => {},
    linkOf: (token) => `https://pages.test/hand-offs/open/${token}`,
    tokenOf: async (version, id, purpose) =>
      createHmac('sha256', 'key').update(`${version} ${id} ${purpose}`).digest('base64url'),
    now: () => clock.now,
    ...{ token: randomUUID, version: randomUUID, digest, randomBelow },
  };
  let made = 0;
  return {
    ...{ world, autotask, addigy, events, clock, bus },
    desk: createHandOffDesk(world),
    async connect(settings = {}, seed = {}) {
      made += 1;
      const id = `c-${made}`;
      autotask.seed({ ...structuredClone(autotaskSeed), ...seed });
      autotask.journal.clear();
      addigy.world.replace({
        organizationId: 'org-1',
        apiKeys: [apiKey],
        policies: [{ policyId: 'p', name: 'Bakery', parent: null, autotask_account_id: 175 }],
        devices: [],
      });
      events.length = 0;
      bus.isDown = false;
      await world.connections.declare(
        id,
        connectionSchema.parse({ name: `Acme ${made}`, ...settings }),
        clock.now,
      );
      await addigyKeyVault(id).storePending(randomUUID(), { apiKey });
      const version = randomUUID();
      await addigyKeyVault(id).storePending(version, { apiKey });
      await addigyKeyVault(id).promote(version);
      await world.connections.trust(id, 'addigyKey', { version, organizationId: 'org-1' }, clock.now);
      return (await world.connections.get(id))!;
    },
    async link(connection, purpose) {
      const { record } = await createApiUser(connection, purpose, null, world, new AbortController().signal);
      const token = await world.tokenOf(record.attempt!.version, connection.id, purpose);
      return { id: digest(token), token, record };
    },
    makeUser({ localPart, secret }, more = {}) {
      const username = `${localPart}@acme.example`;
      autotask.world.addUser({
        username,
        secret,
        trackingIdentifier: customIdentifier,
        protectedData: {
          viewUnprotected: true,
          editUnprotected: true,
          viewProtected: false,
          editProtected: false,
        },
        rights: leastPrivilege,
        ...more,
      });
      return { username };
    },
    async record({ id }, purpose = 'device-sync') {
      return (await world.apiUsers.get(id, purpose))!;
    },
    signal: () => new AbortController().signal,
    logins: () => autotask.journal.count({ path: /\/version$/iu }),
    asked: () => autotask.journal.count({}) + addigy.journal.count({}),
    quiet() {
      autotask.journal.clear();
      addigy.journal.clear();
    },
    async close() {
      await Promise.all([dynamo.close(), secrets.close(), autotask.close(), addigy.close()]);
    },
  };
}
