import { describe, expect, it } from 'vitest';
import { agentIdOf, readDevice } from '#addigy/read-device';
import { type Device, serialKey } from '#sync/device';
import { makeFleet } from './fleet.ts';

const sum = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((total, count) => total + count, 0);

describe('makeFleet', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(makeFleet({ devices: 120, seed: 7 })).toEqual(makeFleet({ devices: 120, seed: 7 }));
    expect(makeFleet({ devices: 120, seed: 8 }).addigy.devices).not.toEqual(
      makeFleet({ devices: 120, seed: 7 }).addigy.devices,
    );
  });

  it.each([1, 5, 40, 500, 3000])('adds up for %i devices', (devices) => {
    const { addigy, autotask, expected } = makeFleet({ devices, seed: 1 });
    const { create, update, reactivate, deactivate, unchanged, held } = expected.plan;
    expect(addigy.devices).toHaveLength(devices);
    expect(new Set(addigy.devices.map((device) => device.agentid)).size).toBe(devices);
    expect(create + update + reactivate + deactivate + unchanged + sum(held)).toBe(devices);
    expect(sum(expected.circumstances)).toBe(devices);
    expect(sum(expected.families)).toBe(devices);
    expect(autotask.items).toHaveLength(expected.items.total);
    expect(addigy.policies).toHaveLength(expected.policies);
  });

  it.each([40, 41, 500])('knows every mess at %i devices', (devices) => {
    const { expected } = makeFleet({ devices, seed: 3 });
    for (const [circumstance, count] of Object.entries(expected.circumstances)) {
      expect(count, circumstance).toBeGreaterThan(0);
    }
  });

  it('shows every look and family in an estate of 500', () => {
    const { expected } = makeFleet({ devices: 500, seed: 1 });
    for (const [look, count] of Object.entries({ ...expected.looks, ...expected.families })) {
      expect(count, look).toBeGreaterThan(0);
    }
    const share = (family: keyof typeof expected.families) => expected.families[family] / 500;
    expect(share('mac')).toBeGreaterThan(0.48);
    expect(share('mac')).toBeLessThan(0.65);
    expect(share('iphone')).toBeGreaterThan(0.14);
    expect(share('ipad')).toBeGreaterThan(0.11);
  });

  describe('as the sync would see it', () => {
    const { addigy, autotask, expected } = makeFleet({ devices: 1000, seed: 42 });
    const devices = addigy.devices.map((raw) => readDevice(raw)!);
    const raw = new Map(addigy.devices.map((device) => [agentIdOf(device), device]));

    it('reads every device', () => {
      expect(devices.filter((device) => device === null)).toEqual([]);
      expect(devices.filter((device) => device.name === '')).toEqual([]);
      expect(devices.filter((device) => device.lastSeen === null)).toEqual([]);
    });

    it('has as many virtual machines and empty serials as it says', () => {
      expect(devices.filter((device) => device.virtual)).toHaveLength(expected.circumstances.virtual);
      expect(devices.filter((device) => device.serial === '')).toHaveLength(
        expected.circumstances['no-serial'],
      );
      expect(devices.filter((device) => device.family === 'other')).toHaveLength(expected.families.vision);
    });

    it('has as many twins as it says, each older than the one that is alive', () => {
      const bySerial = new Map<string, Device[]>();
      for (const device of devices.filter((one) => one.serial !== '')) {
        const key = serialKey(device.serial);
        bySerial.set(key, [...(bySerial.get(key) ?? []), device]);
      }
      const twins = [...bySerial.values()].filter((group) => group.length > 1);
      expect(twins).toHaveLength(expected.circumstances.twin);
      for (const group of twins) {
        expect(group).toHaveLength(2);
        const [newer, older] = group.toSorted((one, other) => other.lastSeen! - one.lastSeen!);
        expect(newer!.lastSeen! - older!.lastSeen!).toBeGreaterThan(30 * 86_400_000);
        expect(newer!.policyId).toBe(older!.policyId);
      }
    });

    it('has as many odd serials, names and dates as it says', () => {
      const facts = [...raw.values()].map((device) => device.facts);
      const text = (fact: string) => facts.map((one) => String(one[fact]?.value ?? ''));
      const count = (texts: readonly string[], pattern: RegExp) =>
        texts.filter((one) => pattern.test(one)).length;
      const { looks } = expected;
      expect(count(text('serial_number'), /^\s*[a-z0-9-]*[a-z][a-z0-9-]*\s*$/u)).toBe(looks.lowerCaseSerial);
      expect(count(text('serial_number'), /^ .* {2}$/u)).toBe(looks.paddedSerial);
      expect(count(text('last_online'), /^1970/u)).toBe(looks.epochLastOnline);
      expect(facts.filter((one) => Object.values(one).some((fact) => fact.error_msg)).length).toBe(
        looks.errorFact,
      );
      expect(count(text('device_name'), /Fourth-grade/u)).toBeGreaterThanOrEqual(looks.longName);
      expect(count(text('device_name'), /🚀/u)).toBeGreaterThanOrEqual(looks.emojiName);
      expect(count(text('device_name'), /\\u2019/u)).toBeGreaterThanOrEqual(looks.escapedName);
      const old = devices.filter(
        (device) =>
          device.warrantyExpires !== null &&
          device.warrantyExpires < device.registered! - 5 * 365 * 86_400_000,
      );
      expect(old).toHaveLength(looks.oldWarranty);
    });

    it('writes dates with one to three digits, with and without Z', () => {
      const stamps = [...raw.values()].map((device) => device.audit_date);
      for (const pattern of [/\.\dZ?$/u, /\.\d\dZ?$/u, /\.\d{3}Z?$/u, /\dZ$/u, /\d$/u]) {
        expect(
          stamps.some((stamp) => pattern.test(stamp)),
          String(pattern),
        ).toBe(true);
      }
      const registered = devices.filter((device) => device.registered !== null);
      expect(registered).toHaveLength(devices.length);
    });

    it('leads nowhere from the policies that lead nowhere, and to an inactive company from one', () => {
      const policies = new Map(addigy.policies.map((policy) => [policy.policyId, policy]));
      const companyOf = (policyId: string | null): number | null => {
        const seen = new Set<string>();
        for (let at = policyId; at !== null && !seen.has(at); ) {
          seen.add(at);
          const policy = policies.get(at);
          if (policy?.autotask_account_id) return policy.autotask_account_id;
          at = policy?.parent ?? null;
        }
        return null;
      };
      const companies = devices.map((device) => companyOf(device.policyId));
      const { circumstances } = expected;
      expect(companies.filter((company) => company === null)).toHaveLength(
        circumstances.unmapped + circumstances.cycle,
      );
      const active = new Map(autotask.companies.map((company) => [company.id, company.isActive]));
      expect(companies.filter((company) => company !== null && active.get(company) === false)).toHaveLength(
        circumstances['inactive-company'],
      );
      expect(companies.every((company) => company === null || active.has(company))).toBe(true);
    });

    it('has the items that meet them', () => {
      const keys = new Map(devices.map((device) => [serialKey(device.serial), device]));
      const met = autotask.items.filter(
        (item) => keys.has(serialKey(item.serialNumber)) && item.serialNumber,
      );
      const { circumstances } = expected;
      expect(met).toHaveLength(
        circumstances.adopted +
          circumstances['inactive-match'] +
          circumstances['inactive-elsewhere'] +
          circumstances['other-company'] +
          2 * circumstances['two-items'],
      );
      const companies = new Set(autotask.companies.map((company) => company.id));
      const products = new Map(autotask.products.map((product) => [product.id, product]));
      for (const item of autotask.items) {
        expect(companies.has(item.companyID)).toBe(true);
        expect(products.get(item.productID)?.isActive).toBe(true);
        for (const udf of Object.keys(item.udfs ?? {})) {
          expect(autotask.udfs.map((one) => one.name)).toContain(udf);
        }
      }
    });
  });

  it('grows in a straight line', () => {
    const time = (devices: number) => {
      const started = performance.now();
      makeFleet({ devices, seed: 1 });
      return performance.now() - started;
    };
    time(5000);
    // Ten times the devices: a hundred times the time would be a scan within a scan.
    expect(time(20_000)).toBeLessThan(40 * Math.max(10, time(2000)));
  });
});
