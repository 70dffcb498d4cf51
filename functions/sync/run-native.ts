/**
 * One run of a connection whose devices Addigy's own sync writes: Addigy is asked, policy by policy, and then
 * what came of it is read back.
 *
 *   policies → [observe: nothing] ask for each linked policy → devices, companies, items → audit → report
 */

import { auditNative, nativeSettings, serialsToFind } from './audit.ts';
import { canonicalJson } from './canonical-json.ts';
import type { Held } from './change.ts';
import { mappedCompanyIds } from './company.ts';
import type { Policy } from './device.ts';
import { type Halt, RunHalted } from './halt.ts';
import type { NativeSync } from './native.ts';
import type { DeviceView, ItemDirectory } from './ports.ts';
import { asking, serialsOf } from './read-world.ts';
import type { RunReport } from './report.ts';
import { linkedPolicies, requestNative } from './request-native.ts';
import type { RunRequest, RunWorld } from './run.ts';
import { reportOf } from './run-report.ts';
import type { SyncSettings } from './settings.ts';

export type NativeRunRequest = Pick<RunRequest, 'connectionId' | 'settings' | 'apply'>;

export interface NativeRunWorld extends Pick<RunWorld, 'source' | 'now' | 'digest'> {
  readonly native: NativeSync;
  /** Null where there is no API user for device-sync: then nothing can be read back. It is only read. */
  readonly directory: ItemDirectory | null;
}

/** Whatever a vendor does ends in a report; only a defect of ours rejects. */
export async function runNativeSync(
  { connectionId, settings, apply }: NativeRunRequest,
  world: NativeRunWorld,
  signal: AbortSignal,
): Promise<RunReport> {
  const { source, native, directory, now, digest } = world;
  const mayWrite = apply && settings.policy !== 'observe';
  const began = now();
  const callsNow = () => ({
    addigy: source.calls() + native.calls(),
    autotask: directory?.calls() ?? 0,
  });
  const before = callsNow();
  const found: {
    halt: Halt | null;
    devices: number;
    /** Whether the devices were read, and so something can be said of them. */
    looked: boolean;
    audit: ReturnType<typeof auditNative>;
    notes: string[];
  } = { halt: null, devices: 0, looked: false, audit: { held: [], fine: 0 }, notes: [] };

  try {
    const policies = await asking('Addigy', signal, () => source.policies(signal));
    const linked = linkedPolicies(policies, settings);
    if (linked.length === 0) found.notes.push(nothingLinked);
    if (mayWrite) {
      const asked = await requestNative(linked, native, signal);
      found.notes.push(...asked.notes);
      found.halt = asked.halt;
    }
    if (found.halt === null || found.halt.reason === 'refused') {
      const view = await asking('Addigy', signal, () => source.devices(signal));
      found.devices = view.devices.length;
      found.looked = true;
      if (!view.complete) found.notes.push(view.doubt || 'Addigy was not read completely.');
      if (directory === null) found.notes.push(nothingReadBack);
      else found.audit = await readBack(policies, view, settings, { ...world, directory }, signal);
    }
  } catch (error) {
    if (!(error instanceof RunHalted)) throw error;
    found.halt = error.halt;
  }

  const calls = callsNow();
  return reportOf({
    halt: found.halt,
    policy: settings.policy,
    mayWrite,
    planned: {
      plan: {
        // Nothing is planned; the id names what was found, as a plan's names what it would do.
        id: found.looked ? digest(nameOf(connectionId, found.audit.held)) : '',
        held: found.audit.held,
        unchanged: found.audit.fine,
        devices: found.devices,
        missing: new Map(),
      },
      changes: [],
      held: [],
      results: null,
      notes: found.notes,
      knowsMissing: false,
      unanswered: null,
    },
    calls: { addigy: calls.addigy - before.addigy, autotask: calls.autotask - before.autotask },
    ms: Math.max(0, now() - began),
  });
}

const nameOf = (connectionId: string, held: readonly Held[]): string =>
  // Stryker disable next-line StringLiteral: any word would do, as long as it stays the same
  canonicalJson([connectionId, 'audit', held]);

async function readBack(
  policies: readonly Policy[],
  { devices }: DeviceView,
  settings: SyncSettings,
  { directory, now }: { readonly directory: ItemDirectory; readonly now: () => number },
  signal: AbortSignal,
): Promise<ReturnType<typeof auditNative>> {
  const { markField } = settings;
  const autotask = <Value>(read: () => Promise<Value>) => asking('Autotask', signal, read);
  const companyIds = mappedCompanyIds(policies, nativeSettings(settings));
  const input = {
    devices,
    policies,
    settings,
    now: now(),
    // Stryker disable next-line ArrayDeclaration: nobody looks for a company among those of no id
    companies: [],
    items: [],
  };
  // Without a company every device is held, whatever the items say.
  if (companyIds.length === 0) return auditNative(input);
  const serials = serialsOf(devices);
  const companies = await autotask(() => directory.companies(companyIds, signal));
  if (companies.length === 0) return auditNative(input);
  const items = await autotask(() => directory.read({ companyIds, serials, markField }, signal));
  const here = { ...input, companies, items };
  const missing = serialsToFind(here);
  if (missing.length === 0) return auditNative(here);
  const elsewhere = await autotask(() =>
    directory.find({ serials: missing, agentIds: [], markField }, signal),
  );
  const byId = new Map([...elsewhere, ...items].map((item) => [item.id, item] as const));
  return auditNative({ ...here, items: [...byId.values()] });
}

const nothingLinked =
  'No policy is linked to an Autotask company in Addigy, so there is nothing that Addigy could sync: link one there, under its Integrations & Settings. The settings’ companies do not count for this engine.';
const nothingReadBack =
  'No API user for device-sync is stored, so what Addigy writes to Autotask could not be read back.';
