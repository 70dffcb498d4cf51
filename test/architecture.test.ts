/**
 * The house's laws, read from the imports themselves. Each law is a row; the last table proves that the
 * reader saw edges, so that none of this can pass on an empty graph.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

interface Edge {
  readonly from: string;
  /** A path from the root for our own files; the specifier for packages and node: modules. */
  readonly to: string;
  readonly specifier: string;
}

const importPattern =
  /(?:^|[\n;])\s*(?:import|export)\s+(?:type\s+)?(?:[\w*{}\s,$]+?\sfrom\s+)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/gu;

function sourcesIn(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => posix.join(folder, name.replaceAll('\\', '/')))
    .filter((path) => /\.(?:ts|mjs)$/u.test(path));
}

function edgesOf(from: string): Edge[] {
  const text = readFileSync(join(root, from), 'utf8');
  return [...text.matchAll(importPattern)].map((match) => {
    const specifier = match[1] ?? match[2]!;
    if (specifier.startsWith('.')) return { from, specifier, to: posix.join(dirname(from), specifier) };
    if (specifier.startsWith('#')) return { from, specifier, to: `functions/${specifier.slice(1)}.ts` };
    return { from, specifier, to: specifier };
  });
}

const files = ['bin', 'lib', 'functions', 'test'].flatMap(sourcesIn);
const edges = files.flatMap(edgesOf);
const isPackage = (edge: Edge): boolean => !/^(?:bin|lib|functions|test)\//u.test(edge.to);
const isDoor = (path: string): boolean => /^functions\/[^/]+\.ts$/u.test(path);
const roomOf = (path: string): string => /^functions\/([^/]+)\//u.exec(path)?.[1] ?? '';
const packageName = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

/** Which rooms a room may import. A door may import every room; nobody imports a door. */
const rooms: Readonly<Record<string, readonly string[]>> = {
  sync: [],
  connections: ['sync'],
  procedure: ['connections'],
  permissions: ['sync', 'connections', 'procedure'],
  onboarding: ['sync', 'connections', 'procedure', 'permissions'],
  callers: [],
  runs: ['sync', 'connections', 'onboarding'],
  http: [],
  autotask: ['http', 'sync', 'permissions'],
  addigy: ['http', 'sync', 'permissions'],
  aws: ['sync', 'connections', 'onboarding', 'runs', 'callers'],
  'hand-off': ['connections', 'procedure', 'permissions', 'onboarding'],
  lambda: ['sync', 'connections', 'permissions', 'onboarding', 'runs', 'hand-off', 'callers'],
};
const pureRooms = [
  ...['sync', 'connections', 'procedure', 'permissions', 'onboarding', 'runs', 'hand-off', 'callers'],
];
/** Text for the reader's browser: it runs there, where there is a clock. */
const sentToBrowsers = ['functions/hand-off/page-script.ts'];

const show = (broken: readonly Edge[]): string[] => broken.map((edge) => `${edge.from} -> ${edge.specifier}`);

describe('arrows between rooms', () => {
  it.each(Object.entries(rooms))('%s imports only %j', (room, allowed) => {
    const broken = edges.filter(
      (edge) =>
        roomOf(edge.from) === room &&
        !isPackage(edge) &&
        roomOf(edge.to) !== room &&
        !allowed.includes(roomOf(edge.to)),
    );
    expect(show(broken)).toEqual([]);
  });

  it('has no room that the table does not know', () => {
    expect([...new Set(files.map(roomOf))].filter((room) => room !== '' && !(room in rooms))).toEqual([]);
  });

  it('imports a door from nowhere but the tests', () => {
    expect(show(edges.filter((edge) => isDoor(edge.to) && !edge.from.startsWith('test/')))).toEqual([]);
  });

  it('keeps the tests out of what is deployed', () => {
    const broken = edges.filter(
      (edge) => /^(?:functions|lib)\//u.test(edge.from) && edge.to.startsWith('test/'),
    );
    expect(show(broken)).toEqual([]);
  });

  it('keeps bin and lib out of what runs', () => {
    const broken = edges.filter(
      (edge) => edge.from.startsWith('functions/') && /^(?:bin|lib)\//u.test(edge.to),
    );
    expect(show(broken)).toEqual([]);
  });

  it('crosses a wall with # and walks inside a room with ./', () => {
    const broken = edges.filter(
      (edge) =>
        edge.from.startsWith('functions/') &&
        !isPackage(edge) &&
        (edge.specifier.startsWith('#')
          ? roomOf(edge.from) === roomOf(edge.to)
          : roomOf(edge.from) !== roomOf(edge.to)),
    );
    expect(show(broken)).toEqual([]);
  });
});

describe('packages', () => {
  it.each(pureRooms)('%s knows no package but zod', (room) => {
    const broken = edges.filter(
      (edge) => roomOf(edge.from) === room && isPackage(edge) && edge.specifier !== 'zod/mini',
    );
    expect(show(broken)).toEqual([]);
  });

  // Of the object `z` esbuild drops nothing: each bundle would hold all of zod, 459 KB. Of the namespace it takes a part.
  it('takes zod as a namespace, so that a bundle holds only what it uses of it', () => {
    const whole = /import\s+(?!type\b)(?!\*\s+as\s)[^;'"]*['"]zod(?:\/[^'"]*)?['"]/u;
    expect(whole.test("import { z } from 'zod';")).toBe(true);
    const ways = files.map((path) => [path, readFileSync(join(root, path), 'utf8')] as const);
    const deployed = ways.filter(([path]) => path.startsWith('functions/'));
    expect(deployed.filter(([, text]) => whole.test(text)).map(([path]) => path)).toEqual([]);
    expect(deployed.some(([, text]) => text.includes("import * as z from 'zod/mini'"))).toBe(true);
  });

  it('takes no zod but the small one: the other is five times as much, and every door would load it', () => {
    const taken = edges.filter(
      (edge) => edge.from.startsWith('functions/') && packageName(edge.specifier) === 'zod',
    );
    expect([...new Set(taken.map((edge) => edge.specifier))].sort()).toEqual(['zod/locales', 'zod/mini']);
  });

  it.each<[package_: RegExp, home: RegExp]>([
    [/^@aws-sdk\//u, /^(?:functions\/aws\/|bin\/|test\/)/u],
    [/^@middy\//u, /^functions\/lambda\//u],
    [/^@aws-lambda-powertools\//u, /^functions\/lambda\//u],
    [/^(?:aws-cdk-lib|constructs|cdk-nag)$/u, /^(?:lib|bin|test)\//u],
  ])('%s stays in %s', (name, home) => {
    const uses = edges.filter((edge) => isPackage(edge) && name.test(packageName(edge.specifier)));
    expect(show(uses.filter((edge) => !home.test(edge.from)))).toEqual([]);
    expect(uses.length, `somebody imports ${name}`).toBeGreaterThan(0);
  });
});

describe('the pure heart', () => {
  const forbidden =
    /\b(?:process\.|Date\.now\(|new Date\(\)|Math\.random\(|console\.|setTimeout\(|setInterval\(|crypto\.)/u;
  const pure = files.filter((path) => pureRooms.includes(roomOf(path)) && !sentToBrowsers.includes(path));
  it.each(pure)('%s asks nobody for the time, an id or the environment', (path) => {
    const code = readFileSync(join(root, path), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gmu, '');
    expect(forbidden.exec(code)?.[0]).toBeUndefined();
  });
});

describe('names', () => {
  const vague =
    /(?:^|\/)(?:utils?|helpers?|common|shared|core|misc|manager|service)s?(?:\.ts|\/)|\/index\.ts$/iu;
  it('says what is in a file', () => {
    expect(files.filter((path) => !path.startsWith('test/') && vague.test(path))).toEqual([]);
  });

  it('keeps every door within 40 lines', () => {
    const doors = files
      .filter(isDoor)
      .map((path) => [path, readFileSync(join(root, path), 'utf8').trimEnd().split('\n').length]);
    expect(doors.filter(([, lines]) => (lines as number) > 40)).toEqual([]);
    expect(doors.length).toBeGreaterThanOrEqual(4);
  });

  it('has every error say its own name, which a bundle of minified classes would not', () => {
    const errors = files
      .filter((path) => path.startsWith('functions/'))
      .flatMap((path) => {
        const text = readFileSync(join(root, path), 'utf8');
        return [...text.matchAll(/class (\w+) extends Error\b[^{]*\{\s*(.*)/gu)].map(([, name, first]) => [
          `${path}: ${name}`,
          first,
        ]);
      });
    expect(errors.filter(([, first]) => !/^override readonly name = '\w+';/u.test(first ?? ''))).toEqual([]);
    expect(errors.length).toBeGreaterThanOrEqual(14);
  });

  it('has no circle of imports', () => {
    const next = new Map<string, string[]>();
    // The simulators' worlds and records know each other's types; nothing that is deployed may.
    for (const edge of edges.filter((one) => !isPackage(one) && !one.from.startsWith('test/')))
      next.set(edge.from, [...(next.get(edge.from) ?? []), edge.to]);
    const done = new Set<string>();
    const circles: string[] = [];
    const walk = (path: string, trail: readonly string[]): void => {
      if (trail.includes(path)) circles.push([...trail.slice(trail.indexOf(path)), path].join(' -> '));
      if (done.has(path) || trail.includes(path)) return;
      for (const to of next.get(path) ?? []) walk(to, [...trail, path]);
      done.add(path);
    };
    for (const path of files) walk(path, []);
    expect(circles).toEqual([]);
  });
});

describe('the reader of imports', () => {
  it.each<[from: RegExp, to: RegExp]>([
    [/^functions\/sync-devices\.ts$/u, /^functions\/(?:runs|sync|aws|lambda)\//u],
    [/^functions\/autotask\//u, /^functions\/http\//u],
    [/^functions\/addigy\//u, /^functions\/sync\/ports\.ts$/u],
    [/^functions\/sync\/plan\.ts$/u, /^functions\/sync\//u],
    [/^lib\//u, /^aws-cdk-lib/u],
    [/^bin\/story\//u, /^test\/simulators\//u],
  ])('saw an arrow from %s to %s', (from, to) => {
    expect(edges.some((edge) => from.test(edge.from) && to.test(edge.to))).toBe(true);
  });

  it('resolves every one of our own imports to a file', () => {
    const known = new Set(files);
    expect(
      show(edges.filter((edge) => !isPackage(edge) && !known.has(edge.to) && !edge.to.endsWith('.json'))),
    ).toEqual([]);
  });
});
