import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** A template as CloudFormation gets it, and where its assets lie. */
export interface SynthesizedStack {
  readonly name: string;
  readonly template: Template;
  /** The folder that would be zipped to this key of the assets bucket; null where there is none. */
  assetFolder(objectKey: string): string | null;
}

export interface Template {
  readonly Resources: Readonly<Record<string, TemplateResource>>;
  readonly Outputs?: Readonly<Record<string, { Value: unknown; Export?: { Name: unknown } }>>;
  readonly [section: string]: unknown;
}

export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly [attribute: string]: unknown;
}

interface Manifest {
  artifacts: Record<string, { type: string; properties?: { templateFile?: string; file?: string } }>;
}

interface AssetManifest {
  files?: Record<string, { source: { path?: string }; destinations: Record<string, { objectKey: string }> }>;
}

const readJson = (...path: string[]): unknown => JSON.parse(readFileSync(join(...path), 'utf8'));

/** The stacks of a cloud assembly, as `cdk synth` leaves it in a folder. */
export function readAssembly(folder: string): SynthesizedStack[] {
  const artifacts = Object.entries((readJson(folder, 'manifest.json') as Manifest).artifacts);
  const folders = new Map<string, string>();
  for (const [, { type, properties }] of artifacts) {
    if (type !== 'cdk:asset-manifest' || properties?.file === undefined) continue;
    for (const { source, destinations } of Object.values(
      (readJson(folder, properties.file) as AssetManifest).files ?? {},
    )) {
      if (source.path === undefined) continue;
      for (const { objectKey } of Object.values(destinations))
        folders.set(objectKey, resolve(folder, source.path));
    }
  }
  return artifacts.flatMap(([name, { type, properties }]) =>
    type === 'aws:cloudformation:stack' && properties?.templateFile !== undefined
      ? [
          {
            name,
            template: readJson(folder, properties.templateFile) as Template,
            assetFolder: (objectKey) => folders.get(objectKey) ?? null,
          },
        ]
      : [],
  );
}
