import { describe, expect, it } from 'vitest';
import { agentIdOf, desiredFacts, organizationOf, readDevice } from '#addigy/read-device';

const at = (text: string) => Date.parse(text);

function device(facts: Record<string, unknown>, more: Record<string, unknown> = {}) {
  const wrapped = Object.fromEntries(
    Object.entries(facts).map(([name, value]) => [name, { type: 'string', value }]),
  );
  return readDevice({
    agentid: 'agent-1',
    orgid: 'org-1',
    audit_date: '2024-03-01T00:00:00Z',
    facts: wrapped,
    ...more,
  });
}

describe('readDevice', () => {
  it('reads a Mac', () => {
    expect(
      device({
        serial_number: ' C02D91CNPV4M ',
        device_name: 'Adam\\u2019s MacBook Air',
        device_model_name: 'MacBook Air',
        hardware_model: 'MacBookAir9,1',
        os_version: '15.1.1',
        policy_id: 'policy-1',
        wifi_mac_address: '14:7D:DA:4F:73:10',
        ethernet_ma_cs: ['4C-56-9D-29-79-4B'],
        last_online: '2024-05-06T07:08:09.1Z',
        registration_date: '2021-01-02T03:04:05.12Z',
        warranty_expiration_date: '2022-01-02T00:00:00Z',
        local_ip: '10.0.0.7',
        free_disk_space_gb: '120.5',
        current_user: 'adam',
      }),
    ).toEqual({
      agentId: 'agent-1',
      serial: 'C02D91CNPV4M',
      name: 'Adam’s MacBook Air',
      family: 'mac',
      model: 'MacBook Air',
      hardwareModel: 'MacBookAir9,1',
      virtual: false,
      policyId: 'policy-1',
      osVersion: '15.1.1',
      macAddresses: ['14:7d:da:4f:73:10', '4c:56:9d:29:79:4b'],
      lastSeen: at('2024-05-06T07:08:09.100Z'),
      registered: at('2021-01-02T03:04:05.120Z'),
      warrantyExpires: at('2022-01-02T00:00:00Z'),
      ipAddress: '10.0.0.7',
      freeDiskGb: 120.5,
      currentUser: 'adam',
    });
  });

  it('reads an iPad, whose agent facts are all null', () => {
    const ipad = device({
      serial_number: 'DMPXXXXXXXXX',
      device_name: 'Loan iPad',
      device_model_name: 'iPad (9th generation)',
      hardware_model: 'iPad12,1',
      last_online: null,
      mdm_last_connected: '2024-04-04T04:04:04Z',
      warranty_expiration_date: null,
      current_user: null,
      free_disk_space_gb: null,
      local_ip: null,
    });
    expect(ipad).toMatchObject({
      family: 'ipad',
      lastSeen: at('2024-04-04T04:04:04Z'),
      warrantyExpires: null,
      registered: null,
      freeDiskGb: null,
      currentUser: '',
      ipAddress: '',
      policyId: null,
      macAddresses: [],
    });
  });

  it.each([
    ['last_online first', { last_online: '2024-01-01', mdm_last_connected: '2024-01-02' }, {}, '2024-01-01'],
    ['then MDM', { last_online: '1970-01-01T00:00:00Z', mdm_last_connected: '2024-01-02' }, {}, '2024-01-02'],
    ['then the agent’s audit', {}, { agent_audit_date: '2024-01-03' }, '2024-01-03'],
    ['then the audit', {}, { agent_audit_date: '1970-01-01' }, '2024-03-01'],
  ])('last seen: %s', (_, facts, more, expected) => {
    expect(device(facts, more)?.lastSeen).toBe(at(expected));
  });

  it('has never been seen where no date says so', () => {
    expect(device({}, { audit_date: null })?.lastSeen).toBeNull();
  });

  it.each([
    ['device_name', { device_name: 'A', host_name: 'B', localhost_name: 'C' }, 'A'],
    ['host_name', { device_name: 'n/a', host_name: 'B', localhost_name: 'C' }, 'B'],
    ['localhost_name', { device_name: '', host_name: null, localhost_name: 'C' }, 'C'],
    ['nothing', {}, ''],
  ])('is named by %s', (_, facts, expected) => {
    expect(device(facts)?.name).toBe(expected);
  });

  it.each([
    [{ hardware_model: 'Parallels16,1' }, true],
    [{ hardware_model: 'VMware7,1' }, true],
    [{ product_name: 'VirtualMac2,1' }, true],
    [{ device_model_name: 'Apple Virtual Machine 1', hardware_model: null }, true],
    [{ hardware_model: 'MacBookAir10,1' }, false],
  ])('%j: virtual %j', (facts, expected) => {
    expect(device(facts)?.virtual).toBe(expected);
  });

  it.each([
    ['an error', { type: 'string', value: null, error_msg: 'timed out' }, true],
    ['an error and a value', { type: 'string', value: 'p-1', error_msg: 'stale' }, true],
    ['a blank error', { type: 'string', value: 'p-1', error_msg: ' ' }, undefined],
    ['no policy', { type: 'string', value: null }, undefined],
    ['an empty text', { type: 'string', value: '', error_msg: '' }, undefined],
    ['no fact', undefined, undefined],
  ])('tells a policy that is not known from none: %s', (_, fact, unknown) => {
    const read = readDevice({ agentid: 'a', facts: { policy_id: fact } });
    expect(read?.policyUnknown).toBe(unknown);
    if (unknown) expect(read?.policyId).toBeNull();
  });

  it('reads a device without facts', () => {
    expect(readDevice({ agentid: 'a' })).toMatchObject({
      agentId: 'a',
      serial: '',
      name: '',
      family: 'other',
    });
    expect(readDevice({ agentid: 'a', facts: null })).toMatchObject({ agentId: 'a', serial: '' });
  });

  it.each([null, 'text', [], {}, { agentid: '' }, { agentid: ' ' }, { agentid: 7 }])(
    'is no device without an agent id: %j',
    (item) => {
      expect(readDevice(item)).toBeNull();
      expect(agentIdOf(item)).toBe('');
      expect(organizationOf(item)).toBeNull();
    },
  );

  it('asks for every fact that it reads', () => {
    const asked = new Set<string>(desiredFacts);
    const read = new Set<string>();
    const facts = new Proxy(
      {},
      {
        get(_, name) {
          read.add(String(name));
          return undefined;
        },
      },
    );
    readDevice({ agentid: 'a', facts });
    expect([...read].sort()).toEqual([...asked].sort());
  });
});
