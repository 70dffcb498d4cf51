/** What an upgrade must leave as it is in the stateful stack, read from its template. */
import type { Template } from 'aws-cdk-lib/assertions';

/**
 * By type, the properties of which CloudFormation replaces the resource, or writes over what it holds, when they
 * change ("Update requires: Replacement" in the template reference; a secret's value is written anew).
 */
const replacing: Readonly<Record<string, readonly string[]>> = {
  'AWS::DynamoDB::Table': ['TableName', 'KeySchema'],
  'AWS::Events::Archive': ['ArchiveName', 'SourceArn'],
  'AWS::Events::EventBus': ['Name'],
  'AWS::KMS::Alias': ['AliasName'],
  'AWS::KMS::Key': ['KeySpec', 'KeyUsage', 'MultiRegion', 'Origin'],
  'AWS::SecretsManager::ResourcePolicy': ['SecretId'],
  'AWS::SecretsManager::Secret': ['Name', 'SecretString', 'GenerateSecretString'],
};

interface Kept {
  readonly type: string;
  readonly deletionPolicy: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

export interface StatefulShape {
  readonly resources: Readonly<Record<string, Kept>>;
  /** Of each table's indexes the keys, by name: an index with other keys is another index. */
  readonly indexes: Readonly<Record<string, unknown>>;
  /** What the deployed stateless stack imports while the stateful one is updated. */
  readonly exports: readonly string[];
}

interface Resource {
  readonly Type: string;
  readonly DeletionPolicy?: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

/** @throws for a type of which nobody has said yet what replaces it */
export function statefulShape(template: Template): StatefulShape {
  const { Resources, Outputs = {} } = template.toJSON() as {
    Resources: Record<string, Resource>;
    Outputs?: Record<string, { Export?: { Name: string } }>;
  };
  const indexes: Record<string, unknown> = {};
  const resources = Object.entries(Resources).map(
    ([id, { Type, DeletionPolicy = 'Delete', Properties = {} }]) => {
      const names = replacing[Type];
      if (names === undefined) {
        throw new Error(
          `${Type} is new in the stateful stack: say in stateful-shape.ts which of its properties replace it`,
        );
      }
      for (const index of (Properties.GlobalSecondaryIndexes ?? []) as {
        IndexName: string;
        KeySchema: unknown;
      }[]) {
        indexes[`${id}/${index.IndexName}`] = index.KeySchema;
      }
      const kept = names.flatMap((name) => (name in Properties ? [[name, Properties[name]]] : []));
      return [id, { type: Type, deletionPolicy: DeletionPolicy, properties: Object.fromEntries(kept) }];
    },
  );
  return {
    resources: Object.fromEntries(resources),
    indexes,
    exports: Object.values(Outputs).flatMap(({ Export }) => (Export === undefined ? [] : [Export.Name])),
  };
}

/** DynamoDB makes or deletes one index in an update, and no more. */
const indexesAtOnce = 1;

/** What of `now` would lose something that a deployment of `before` holds, in sentences with what to do. */
export function upgradeFaults(before: StatefulShape, now: StatefulShape): string[] {
  const faults: string[] = [];
  for (const [id, old] of Object.entries(before.resources)) {
    const found = now.resources[id];
    if (found?.type !== old.type) {
      faults.push(
        `${id} (${old.type}) has gone or has another logical id: CloudFormation would make a new one, empty, and leave the old one behind. Keep the construct's path, or overrideLogicalId('${id}').`,
      );
      continue;
    }
    if (old.deletionPolicy === 'Retain' && found.deletionPolicy !== 'Retain') {
      faults.push(
        `${id} would not be kept any more: its DeletionPolicy was Retain and is ${found.deletionPolicy}.`,
      );
    }
    const names = new Set([...Object.keys(old.properties), ...Object.keys(found.properties)]);
    for (const name of names) {
      const [was, is] = [old.properties[name], found.properties[name]].map((value) => JSON.stringify(value));
      if (was === is) continue;
      faults.push(
        `${id}.${name} was ${was} and is ${is}: CloudFormation would replace what it holds. Keep it.`,
      );
    }
  }
  const changed = [...new Set([...Object.keys(before.indexes), ...Object.keys(now.indexes)])].filter(
    (name) => JSON.stringify(before.indexes[name]) !== JSON.stringify(now.indexes[name]),
  );
  for (const name of changed) {
    if (name in before.indexes && name in now.indexes) {
      faults.push(
        `the index ${name} has other keys: it would be empty for a while. Give the new one another name.`,
      );
    }
  }
  if (changed.length > indexesAtOnce) {
    faults.push(
      `${changed.join(', ')} change at once: DynamoDB takes one index in an update. Release them one by one.`,
    );
  }
  for (const name of before.exports.filter((one) => !now.exports.includes(one))) {
    faults.push(
      `the export ${name} has gone, which the deployed stateless stack imports: CloudFormation refuses. Keep it for one release (this.exportValue).`,
    );
  }
  return faults;
}
