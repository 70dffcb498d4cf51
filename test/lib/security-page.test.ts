/** docs/security.md says what each door may do: this holds it to the synthesized policies, both ways. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type DoorName, environments } from '#lambda/environment';
import { grantsOf } from './grants-of.ts';
import { synthesize } from './synthesize.ts';

const page = readFileSync(new URL('../../docs/security.md', import.meta.url), 'utf8');
const doors = Object.keys(environments) as DoorName[];
const { stateless } = synthesize();

interface Row {
  readonly door: string;
  readonly on: string;
  readonly may: string;
}

function rowsOf(text: string): Row[] {
  const [, after = ''] = text.split('| door | on | may |\n| --- | --- | --- |\n');
  const lines = (after.split('\n\n')[0] ?? '').trim().split('\n');
  return lines.map((line) => {
    const [, door = '', on = '', may = ''] = line.split('|').map((cell) => cell.trim());
    return { door, on, may };
  });
}
const rows = rowsOf(page);

const told = (door: string): string[] =>
  rows
    .filter((row) => row.door === door || row.door === 'every door')
    .flatMap(({ on, may }) => may.split(', ').map((one) => `${on}: ${one}`))
    .sort();

describe('the table of docs/security.md', () => {
  it.each(doors)('tells all that %s may do, and nothing that it may not', (door) => {
    const granted = grantsOf(stateless, door).map(({ on, may }) => `${on}: ${may}`);
    // Both ways: a grant without a row, and a row without a grant.
    expect(told(door)).toEqual([...new Set(granted)].sort());
  });

  it('names no door that there is not, and no row twice', () => {
    const names = [...new Set(rows.map(({ door }) => door))];
    expect(names.sort()).toEqual([...doors, 'every door'].sort());
    for (const door of doors) expect(new Set(told(door)).size).toBe(told(door).length);
  });
});

it('names no test, page or file that is not there', () => {
  const paths = [
    ...[...page.matchAll(/`((?:test|functions|lib)\/[\w./-]+\.ts)`/gu)].map(
      ([, path = '']) => `../../${path}`,
    ),
    ...[...page.matchAll(/\]\(([\w./-]+)\)/gu)].map(([, path = '']) => `../../docs/${path}`),
  ];
  expect(paths.length).toBeGreaterThan(20);
  expect(paths.filter((path) => !existsSync(new URL(path, import.meta.url)))).toEqual([]);
});

describe('who can see a secret', () => {
  const readersOf = (on: string) =>
    doors
      .filter((door) =>
        grantsOf(stateless, door).some((grant) => grant.on === on && grant.may === 'GetSecretValue'),
      )
      .sort();

  it.each<[string, DoorName[]]>([
    ['secret of the callers', ['authorize-caller']],
    ['secret of the links', ['manage-connections', 'provision-api-user', 'validate-permissions']],
    ['intake secrets', ['provision-api-user']],
    [
      'tagged secrets of connections',
      ['open-hand-off', 'provision-api-user', 'suggest-companies', 'sync-devices', 'validate-permissions'],
    ],
  ])('%s: %j', (on, readers) => {
    expect(readersOf(on)).toEqual(readers);
  });

  it('nobody can by any other grant', () => {
    const grants = doors.flatMap((door) => grantsOf(stateless, door));
    const seen = new Set(grants.filter(({ may }) => /GetSecretValue|\*/u.test(may)).map(({ on }) => on));
    expect([...seen].sort()).toEqual(
      [
        'intake secrets',
        'secret of the callers',
        'secret of the links',
        'tagged secrets of connections',
      ].sort(),
    );
  });
});
