/**
 * The main job, told through the service's own API: a connection is made, its credentials are stored and
 * proved, a run observes, a run applies, the schedule fires by itself, and a last run finds nothing to do.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { AutotaskError } from '#autotask/errors';
import { changeKinds } from '#sync/change';
import { planLines } from '#sync/plan-text';
import type { RunAnswer } from '../api/answers.ts';
import type { Api } from '../api/api.ts';
import { ApiError, SilenceError } from '../api/api-error.ts';
import { countDuplicates } from './count-duplicates.ts';
import type { Narrator } from './narrator.ts';
import { type OnboardingStory, tellOnboarding } from './tell-onboarding.ts';
import type { StoryVendors } from './vendors.ts';

export const storyConnection = 'acme';
const markField = 'Addigy Agent ID';
/** A run of a large fleet takes as long as the vendors' limits make it; a run that says nothing for so long is dead. */
const silenceMs = 180_000;

export interface StoryRun {
  readonly runId: string;
  readonly trigger: string;
  readonly status: string;
  readonly reason: string | null;
  readonly policy: string;
  readonly applied: boolean;
  readonly planId: string;
  readonly devices: number;
  readonly create: number;
  readonly update: number;
  readonly deactivate: number;
  readonly reactivate: number;
  readonly unchanged: number;
  readonly held: Readonly<Partial<Record<string, number>>>;
  readonly failed: number;
  readonly calls: { readonly autotask: number; readonly addigy: number };
  readonly ms: number;
}

export interface Story {
  readonly devices: number;
  /** Null where the story ended before its end. */
  readonly onboarding: OnboardingStory | null;
  readonly runs: readonly StoryRun[];
  /** Configuration items beyond the first of each mark; null where they could not be counted. */
  readonly duplicates: number | null;
  readonly converged: boolean;
  /** Why the story ended before its end; null where it did not. */
  readonly error: string | null;
}

/** A vendor or the service saying no is a story that did not converge; whatever else is thrown is a defect, and is thrown on. */
export async function tellStory(
  api: Api,
  vendors: StoryVendors,
  narrator: Narrator,
  interactive = false,
): Promise<Story> {
  const told: Told = { runs: [], onboarding: null };
  try {
    return await tell(api, vendors, narrator, told, interactive);
  } catch (error) {
    const isForeseen = [ApiError, AutotaskError, SilenceError].some((kind) => error instanceof kind);
    if (!(error instanceof Error) || !isForeseen) throw error;
    narrator.say(`Not converged: ${error.message}`);
    const devices = told.runs.at(-1)?.devices ?? 0;
    return { devices, ...told, duplicates: null, converged: false, error: error.message };
  }
}

/** As far as the story has come. */
interface Told {
  readonly runs: StoryRun[];
  onboarding: OnboardingStory | null;
}

async function tell(
  api: Api,
  vendors: StoryVendors,
  narrator: Narrator,
  told: Told,
  interactive: boolean,
): Promise<Story> {
  const { runs } = told;
  const path = `/connections/${storyConnection}`;
  const settingsOf = (policy: string, enabled: boolean) => ({
    name: 'Acme Managed Macs',
    schedule: { enabled, everyMinutes: 60 },
    // A grace period is for a real estate: here a retired device shall be seen to go.
    sync: { policy, markField, ...(vendors.isSimulated ? { graceHours: 0 } : {}) },
  });
  const declare = (policy: string, enabled: boolean) =>
    api.declare(storyConnection, settingsOf(policy, enabled));
  const finish = async (runId: string): Promise<RunAnswer> => {
    const run = await api.settled(storyConnection, runId, { watch: watchProgress(narrator), silenceMs });
    runs.push(storyRun(run));
    sayCounts(run, narrator);
    return run;
  };

  told.onboarding = await tellOnboarding(
    { api, vendors, narrator, path, settings: settingsOf('observe', false) },
    interactive,
  );

  narrator.chapter('2  An observe run: the plan');
  const observed = await finish((await ask(api, {})).runId);
  await sayPlan(api, observed, narrator);

  narrator.chapter('3  The reviewed plan is applied');
  await declare('sync', false);
  const applied =
    observed.status === 'succeeded'
      ? await finish((await ask(api, { apply: true, planId: observed.planId })).runId)
      : observed;

  narrator.chapter('4  The schedule fires by itself');
  if (vendors.liveOn !== null && applied.status === 'succeeded') {
    const life = vendors.liveOn();
    narrator.say(
      `meanwhile: ${life.renamed} devices renamed, ${life.enrolled} enrolled, ${life.retired} retired, ${life.deactivatedByHand} item deactivated by hand in Autotask`,
    );
  }
  const known = new Set(runs.map((run) => run.runId));
  await declare('sync', true);
  const scheduled = await finish(await scheduledRun(api, known));
  await sayPlan(api, scheduled, narrator);

  narrator.chapter('5  A last run changes nothing');
  const last = await finish((await ask(api, { apply: true })).runId);
  const duplicates = await countDuplicates(vendors, markField);
  const converged = last.status === 'succeeded' && changesOf(last) === 0 && duplicates === 0;
  narrator.say(`configuration items in Autotask that share a mark: ${duplicates}`);
  narrator.say(
    converged ? 'Converged.' : `Not converged: ${last.detail || 'the last run still found changes.'}`,
  );
  return { devices: last.devices, ...told, duplicates, converged, error: null };
}

const changesOf = (run: RunAnswer): number => changeKinds.reduce((sum, kind) => sum + run.counts[kind], 0);

/** Asks for a run; where the schedule was quicker, waits for its run to end and asks again. */
async function ask(
  api: Api,
  wish: { readonly apply?: boolean; readonly planId?: string },
): Promise<{ readonly runId: string }> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await api.call('POST', `/connections/${storyConnection}/runs`, wish);
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 'run-in-progress' || tries === 600) throw error;
      await sleep(100);
    }
  }
}

/** A bar for what is under way, and its end where there was one. */
function watchProgress(narrator: Narrator): (run: RunAnswer) => void {
  let last = -1;
  return ({ status, progress, counts }) => {
    const isOver = status !== 'queued' && status !== 'running';
    const total = isOver ? counts.applied + counts.failed : (progress?.total ?? 0);
    const done = isOver ? total : (progress?.done ?? 0);
    if (isOver ? last >= 0 && last < total : progress !== null && done !== last)
      narrator.progress(done, total);
    last = isOver || progress !== null ? done : last;
  };
}

async function scheduledRun(api: Api, known: ReadonlySet<string>): Promise<string> {
  const until = Date.now() + silenceMs;
  while (Date.now() < until) {
    const { runs } = await api.call<{ runs: RunAnswer[] }>('GET', `/connections/${storyConnection}/runs`);
    const fired = runs.find((run) => run.trigger === 'schedule' && !known.has(run.runId));
    if (fired !== undefined) return fired.runId;
    await sleep(100);
  }
  throw new SilenceError('The schedule did not fire within three minutes.');
}

/** Two of each kind of change, and one held line of each reason; the counts stand above already. */
async function sayPlan(api: Api, run: RunAnswer, narrator: Narrator): Promise<void> {
  const lines = await api.lines(storyConnection, run.runId);
  const changes = planLines({ changes: lines.changes, held: [] }, { each: 2 });
  const held = planLines({ changes: [], held: lines.held }, { each: 1 });
  for (const line of [...changes.slice(0, -1), ...held.slice(0, -1)]) narrator.plan(line);
  for (const note of lines.notes) narrator.say(`note: ${note}`);
}

function sayCounts(run: RunAnswer, narrator: Narrator): void {
  const { create, update, reactivate, deactivate, unchanged, failed, held } = run.counts;
  const heldTotal = Object.values(held).reduce((sum, count) => sum + count, 0);
  const verb = run.applied ? 'applied' : 'planned';
  narrator.say(
    `${run.status}: ${run.devices} devices; ${verb} +${create} ~${update} ^${reactivate} -${deactivate}, ${unchanged} unchanged, ${heldTotal} held, ${failed} failed; ${run.calls.autotask} Autotask and ${run.calls.addigy} Addigy calls, ${(run.ms / 1000).toFixed(1)} s`,
  );
  if (run.detail !== '') narrator.say(run.detail);
}

function storyRun(run: RunAnswer): StoryRun {
  const { create, update, deactivate, reactivate, unchanged, held, failed } = run.counts;
  const { runId, trigger, status, reason, policy, applied, planId, devices, calls, ms } = run;
  return {
    ...{ runId, trigger, status, reason, policy, applied, planId, devices },
    ...{ create, update, deactivate, reactivate, unchanged, held, failed, calls, ms },
  };
}
