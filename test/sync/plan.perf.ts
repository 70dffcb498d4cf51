/**
 * Plans 100,000 and 1,000,000 devices against as many items: `node --import tsx test/sync/plan.perf.ts [count …]`.
 * One in a hundred is renamed, new, gone or re-enrolled. Each size runs in a process of its own, for its memory.
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ConfigurationItem } from '#sync/configuration-item';
import type { Device } from '#sync/device';
import { planSync } from '#sync/plan';
import { device, input, item } from './sample-plan-input.ts';

const companies = 200;

function estate(count: number): { devices: Device[]; items: ConfigurationItem[] } {
  const devices: Device[] = [];
  const items: ConfigurationItem[] = [];
  for (let at = 0; at < count; at += 1) {
    const agentId = `0f3c9a52-7b1e-4d6a-9c${(at * 7919) % 97}-${String(at).padStart(12, '0')}`;
    const serial = `C02${at.toString(36).toUpperCase().padStart(9, 'X')}`;
    const name = `Mac of user ${at}`;
    const odd = at % 401;
    if (odd !== 0) devices.push(device(agentId, { serial, name, policyId: `p${at % companies}` }));
    if (odd === 100) continue;
    const companyId = 1000 + (at % companies);
    const mark = odd === 200 ? `old-${agentId}` : agentId;
    const title = odd === 300 ? `Old name ${at}` : name;
    items.push(
      item(at + 1, {
        companyId,
        mark,
        fields: { title, serial, referenceNumber: 'MacBookAir10,1', installed: '2024-05-06' },
      }),
    );
  }
  return { devices, items };
}

function measure(count: number): { ms: number; rssMb: number; changes: number } {
  const { devices, items } = estate(count);
  const policies = Array.from({ length: companies }, (_, at) => ({
    id: `p${at}`,
    name: `Policy ${at}`,
    parentId: null,
    companyId: 1000 + at,
  }));
  const known = policies.map(({ companyId }) => ({
    id: companyId,
    name: `Company ${companyId}`,
    active: true,
  }));
  const given = input({ devices, items, policies, companies: known });
  const started = performance.now();
  const plan = planSync(given);
  const ms = Math.round(performance.now() - started);
  const rssMb = Math.round(process.resourceUsage().maxRSS / 1024);
  return { ms, rssMb, changes: plan.changes.length };
}

const [mode, ...counts] = process.argv.slice(2);
if (mode === '--one') {
  process.stdout.write(JSON.stringify(measure(Number(counts[0]))));
} else {
  const sizes = [mode, ...counts].filter((size) => size !== undefined).map(Number);
  const script = fileURLToPath(import.meta.url);
  for (const size of sizes.length === 0 ? [100_000, 1_000_000] : sizes) {
    const arguments_ = ['--max-old-space-size=6000', '--import', 'tsx', script, '--one', String(size)];
    const answers = Array.from(
      { length: 3 },
      () => JSON.parse(execFileSync(process.execPath, arguments_, { encoding: 'utf8' })) as { ms: number },
    );
    answers.sort((left, right) => left.ms - right.ms);
    console.log(size, JSON.stringify(answers[1]));
  }
}
