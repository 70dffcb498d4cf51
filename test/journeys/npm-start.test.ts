/** `npm start` itself, as a process: what it prints, and the status that it ends with. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { requirementsOf } from '#permissions/requirements';
import type { Story } from '../../bin/story/tell-story.ts';
import { startAddigySimulator } from '../simulators/addigy/server.ts';
import { startAutotaskSimulator } from '../simulators/autotask/server.ts';
import { fleetApiKey, fleetApiUser, makeFleet } from '../simulators/fleet.ts';

const entry = fileURLToPath(new URL('../../bin/local.ts', import.meta.url));
/** What the story asks and hears is held to docs/openapi.yaml too. */
const heldToOpenApi = new URL('held-to-openapi.ts', import.meta.url).href;
const closers: Array<() => Promise<void>> = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function start(args: readonly string[], variables: Record<string, string> = {}) {
  // At this pace an hour takes six seconds, and the ticks that find nothing due leave the machine to others.
  const held = ['--import', 'tsx', '--import', heldToOpenApi];
  const child = spawn(process.execPath, [...held, entry, '--clock-scale', '600', ...args], {
    env: { ...process.env, ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ]);
  return { status: status as number | null, stdout, stderr };
}

async function standIns() {
  const fleet = makeFleet({ devices: 60, seed: 3 });
  const autotask = await startAutotaskSimulator({ seed: fleet.autotask });
  const addigy = await startAddigySimulator({ seed: fleet.addigy });
  closers.push(
    () => autotask.close(),
    () => addigy.close(),
  );
  const args = ['--once', '--json', '--autotask-url', autotask.url, '--addigy-url', addigy.url];
  const variables = {
    AUTOTASK_USERNAME: fleetApiUser.username,
    AUTOTASK_SECRET: fleetApiUser.secret,
    AUTOTASK_INTEGRATION_CODE: fleetApiUser.trackingIdentifier,
    ADDIGY_API_KEY: fleetApiKey,
  };
  return { fleet, autotask, addigy, args, variables };
}

describe('npm start -- --once', () => {
  it('tells the story as one JSON document, progress beside it, and ends with 0', async () => {
    const { status, stdout, stderr } = await start(['--once', '--json', '--devices', '60', '--seed', '2']);
    expect(stderr).toMatch(
      /1 {2}A pipeline asks[\s\S]*forgets Edit[\s\S]*5 {2}A last run changes nothing[\s\S]*Converged/u,
    );
    const story = JSON.parse(stdout) as Story;
    expect(status).toBe(0);
    expect(story).toMatchObject({ duplicates: 0, converged: true });
    expect(story.onboarding).toMatchObject({
      states: ['awaiting-administrator', 'refused', 'trusted'],
      addigyReached: true,
    });
    expect(story.onboarding?.report.map(({ id, verdict }) => [id, verdict])).toEqual(
      requirementsOf('device-sync', 'direct').map(({ id }) => [id, 'confirmed']),
    );
    expect(story.runs.map((run) => [run.trigger, run.policy, run.applied, run.status])).toEqual([
      ['request', 'observe', false, 'succeeded'],
      ['request', 'sync', true, 'succeeded'],
      ['schedule', 'sync', true, 'succeeded'],
      ['request', 'sync', true, 'succeeded'],
    ]);
    const [observed, applied, scheduled, last] = story.runs;
    const { plan } = makeFleet({ devices: 60, seed: 2 }).expected;
    expect(observed).toMatchObject({
      create: plan.create,
      update: plan.update,
      reactivate: plan.reactivate,
      held: plan.held,
    });
    expect(applied?.planId).toBe(observed?.planId);
    expect(scheduled).toMatchObject({ create: 2, update: 3, deactivate: 1, reactivate: 1, failed: 0 });
    expect(last).toMatchObject({ create: 0, update: 0, deactivate: 0, reactivate: 0, failed: 0 });
    expect(last!.calls.autotask).toBeGreaterThan(0);
  }, 120_000);

  it('takes other hosts for the vendors, the same way, and ends with 1 where it does not converge', async () => {
    const { fleet, autotask, args, variables } = await standIns();
    autotask.faults.add({
      match: { method: 'POST', path: '/configurationitems$' },
      skip: 3,
      times: 1_000,
      do: { kind: 'answer', status: 500, body: { errors: ['Not today.'] } },
    });
    const { status, stdout, stderr } = await start(args, variables);
    const story = JSON.parse(stdout) as Story;
    expect([status, story.converged]).toEqual([1, false]);
    expect(story.runs[1]).toMatchObject({ applied: true, create: fleet.expected.plan.create });
    expect(story.runs[1]?.failed).toBeGreaterThan(0);
    expect(autotask.world.secretsSentToZone).toBe(0);
    expect(stdout + stderr).not.toContain(fleetApiUser.secret);
  }, 120_000);
});

describe('a vendor that says no', () => {
  it('is a document all the same, with one sentence for an error, and status 1', async () => {
    const { autotask, args, variables } = await standIns();
    const { status, stdout, stderr } = await start(args, { ...variables, AUTOTASK_SECRET: 'CANARY-not-it' });
    const story = JSON.parse(stdout) as Story;
    expect(status).toBe(1);
    expect(story).toMatchObject({ runs: [], duplicates: null, converged: false });
    expect(story.error).toMatch(/api-users\/device-sync was answered 422/u);
    expect(stderr).not.toMatch(/ {4}at /u);
    expect(stdout + stderr).not.toContain('CANARY');
    expect(autotask.journal.entries().filter((entry) => entry.status === 401)).toHaveLength(1);
  }, 120_000);
});

describe('a command line that cannot be used', () => {
  it('gets one sentence, the usage, and status 2', async () => {
    const { status, stdout, stderr } = await start(['--devices', 'many']);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^--devices takes a whole number/u);
    expect(stderr).toContain('npm start -- [options]');
  });
});
