/** A connection's settings: taken from what the API shows, flattened to `path = value`, and changed by path. */
import type { ConnectionSettings } from '#connections/connection';
import type { ConnectionAnswer } from '../api/answers.ts';
import { usageFailure } from './failure.ts';

export type Settings = Readonly<Record<string, unknown>>;

/** Complete by type: a setting that were left out here would be reset by the next `PUT`. */
const settingNames: Readonly<Record<keyof ConnectionSettings, true>> = {
  name: true,
  addigy: true,
  schedule: true,
  engine: true,
  validation: true,
  rotation: true,
  sync: true,
};

export const settingsOf = (connection: ConnectionAnswer): Settings =>
  Object.fromEntries(Object.entries(connection).filter(([name]) => Object.hasOwn(settingNames, name)));

/** `sync.policy = observe`; a list of things stays whole. */
export function settingLines(settings: Settings): string[] {
  return [...flatten(settings)].map(([path, value]) => `${path} = ${value}`);
}

/** `sync.policy: observe → create`, by path. */
export function changedLines(before: Settings, after: Settings): string[] {
  const old = flatten(before);
  const fresh = flatten(after);
  return [...new Set([...old.keys(), ...fresh.keys()])]
    .filter((path) => old.get(path) !== fresh.get(path))
    .map((path) => `${path}: ${old.get(path) ?? 'unset'} → ${fresh.get(path) ?? 'unset'}`);
}

function flatten(value: unknown, path = '', into = new Map<string, string>()): Map<string, string> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0) {
    for (const [name, inner] of Object.entries(value))
      flatten(inner, path === '' ? name : `${path}.${name}`, into);
  } else into.set(path, typeof value === 'string' ? value : JSON.stringify(value));
  return into;
}

/** `sync.policy=create`. The value is JSON where it reads as such, and text where not; the API checks both. */
export function withAssignments(settings: Settings, assignments: readonly string[]): Settings {
  const changed = structuredClone(settings) as Record<string, unknown>;
  for (const assignment of assignments) {
    const [, path, text] = /^([^=]+)=(.*)$/su.exec(assignment) ?? [];
    if (path === undefined || text === undefined) {
      throw usageFailure(`${JSON.stringify(assignment)} is not a setting: write it as sync.policy=create.`);
    }
    assign(changed, path.split('.'), asValue(text));
  }
  return changed;
}

function assign(
  into: Record<string, unknown>,
  [name = '', ...rest]: readonly string[],
  value: unknown,
): void {
  if (['__proto__', 'constructor', 'prototype'].includes(name)) {
    throw usageFailure(`${name} is not a setting.`);
  }
  if (rest.length === 0) {
    into[name] = value;
    return;
  }
  const inner = into[name];
  const next = typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? { ...inner } : {};
  assign(next, rest, value);
  into[name] = next;
}

function asValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
