/** An upgrade loses nothing: what any release has left in an account is kept, and is read. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type StatefulShape, statefulShape, upgradeFaults } from './release/stateful-shape.ts';
import { oneOfEachSecret } from './release/stored.ts';
import { type Release, readReleasedItems, readReleasedSecrets } from './release/take-release.ts';
import { synthesize } from './synthesize.ts';

const folder = new URL('releases/', import.meta.url);
const releases = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Release);
const { stateful, stateless } = synthesize();
const now = statefulShape(stateful);

it('there is a release to be held to', () => {
  expect(releases.length).toBeGreaterThan(0);
});

describe.each(releases.map((release) => ({ name: `after ${release.version}`, release })))(
  '$name',
  ({ release }) => {
    it('every stateful resource is still itself', () => {
      // Where this is meant: say in CHANGELOG.md how data is moved, and write the release anew (npx tsx bin/write-release.ts).
      expect(upgradeFaults(release.stateful, now)).toEqual([]);
    });

    it('what its doors have stored in the table is read as they read it', async () => {
      expect(await readReleasedItems(release.items)).toMatchObject(release.read.items as object);
    });

    it('what its secrets hold is read as it read it', async () => {
      expect(await readReleasedSecrets(release.secrets)).toMatchObject(release.read.secrets as object);
    });

    it('nothing was read as nothing', () => {
      const { items, secrets } = release.read as {
        items: Record<string, unknown>;
        secrets: Record<string, unknown>;
      };
      for (const [name, value] of [...Object.entries(items), ...Object.entries(secrets)]) {
        expect([name, value ?? null]).not.toEqual([name, null]);
        expect([name, value]).not.toEqual([name, []]);
      }
      expect(Object.keys(secrets)).toHaveLength(Object.keys(oneOfEachSecret).length);
    });
  },
);

describe('what would lose something is told', () => {
  const before: StatefulShape = now;
  const ids = Object.keys(before.resources);
  const table = ids.find((id) => before.resources[id]?.type === 'AWS::DynamoDB::Table') ?? '';
  const callers = ids.find((id) => id.startsWith('Callers')) ?? '';
  const [dueIndex = '', staleIndex = ''] = Object.keys(before.indexes);
  interface Draft {
    resources: Record<string, { type: string; deletionPolicy: string; properties: Record<string, unknown> }>;
    indexes: Record<string, unknown>;
    exports: string[];
  }
  const of = (draft: Draft, id: string) =>
    draft.resources[id] ?? { type: '', deletionPolicy: '', properties: {} };

  it.each<[string, (draft: Draft) => void, RegExp]>([
    [
      'another logical id',
      (draft) => {
        draft.resources.Other = of(draft, table);
        delete draft.resources[table];
      },
      /Table\w+ \(AWS::DynamoDB::Table\) has gone.*overrideLogicalId/u,
    ],
    [
      'another type',
      (draft) => {
        of(draft, table).type = 'AWS::DynamoDB::GlobalTable';
      },
      /has gone/u,
    ],
    [
      'another key',
      (draft) => {
        of(draft, table).properties.KeySchema = [];
      },
      /Table\w+\.KeySchema was .* and is \[\]/u,
    ],
    [
      'another name',
      (draft) => {
        of(draft, callers).properties.Name = 'x';
      },
      /Callers\w+\.Name was/u,
    ],
    [
      'another first text of a secret',
      (draft) => {
        of(draft, callers).properties.SecretString = '{}';
      },
      /Callers\w+\.SecretString was/u,
    ],
    [
      'deletion with the stack',
      (draft) => {
        of(draft, table).deletionPolicy = 'Delete';
      },
      /would not be kept/u,
    ],
    [
      'an index with other keys',
      (draft) => {
        draft.indexes[dueIndex] = [];
      },
      /by-due has other keys/u,
    ],
    [
      'two indexes at once',
      (draft) => {
        delete draft.indexes[dueIndex];
        delete draft.indexes[staleIndex];
      },
      /change at once/u,
    ],
    [
      'an export that is used',
      (draft) => {
        draft.exports.pop();
      },
      /the export .* has gone/u,
    ],
  ])('%s', (_, change, says) => {
    const draft = structuredClone(before) as unknown as Draft;
    change(draft);
    const faults = upgradeFaults(before, draft as unknown as StatefulShape);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(says);
  });

  it('and what loses nothing is not', () => {
    const grown = structuredClone(before) as unknown as Draft;
    grown.resources.Another = { type: 'AWS::KMS::Key', deletionPolicy: 'Retain', properties: {} };
    grown.indexes['Table/by-name'] = [];
    grown.exports.push('more');
    expect(upgradeFaults(before, grown as unknown as StatefulShape)).toEqual([]);
  });
});

it('the stateless stack holds nothing that could be lost, so it can be destroyed and deployed anew', () => {
  const resources = stateless.toJSON().Resources as Record<string, { Type: string }>;
  const keeping =
    /^AWS::(?:DynamoDB::|S3::|RDS::|EFS::|KMS::Key|SecretsManager::|SSM::Parameter|Events::(?:EventBus$|Archive)|Cognito::|Kinesis::)/u;
  const found = Object.entries(resources).filter(([, { Type }]) => keeping.test(Type));
  // One key is no loss: it encrypts what the alarms' topic holds on its way, and nothing that lies.
  expect(
    found.map(([id, { Type }]) => `${Type} ${id}`).filter((one) => !/^AWS::KMS::Key Alarms/u.test(one)),
  ).toEqual([]);
  expect(Object.values(resources).map(({ Type }) => Type)).toContain('AWS::Lambda::Function');
});
