import { identityOf, isKnownType } from './identities.ts';
import { resolve } from './intrinsics.ts';
import { type KnownType, type PropertiesOf, resourceShapes } from './resource-shapes.ts';
import { StackScope } from './stack-scope.ts';
import type { SynthesizedStack } from './synthesized-stack.ts';

export interface DeployedResource<Type extends KnownType> {
  readonly logicalId: string;
  readonly stack: SynthesizedStack;
  readonly ref: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly properties: PropertiesOf<Type>;
}

/** Sections of a template, and attributes of a resource, that make no difference on one machine. */
const knownSections = ['AWSTemplateFormatVersion', 'Description', 'Metadata', 'Outputs', 'Resources'];
const knownAttributes = [
  'Type',
  'Properties',
  'DependsOn',
  'DeletionPolicy',
  'UpdateReplacePolicy',
  'Metadata',
];
/** The CDK's own check that the account is bootstrapped. */
const bootstrapSections: Readonly<Record<string, string>> = {
  Parameters: 'BootstrapVersion',
  Rules: 'CheckBootstrapVersion',
};

/** All stacks together, with every reference resolved and every property known. */
export class Deployment {
  readonly outputs: Readonly<Record<string, string>>;
  readonly #resources = new Map<KnownType, DeployedResource<KnownType>[]>();

  /** @throws one error that names every resource, property and function that the local host does not know */
  constructor(stacks: readonly SynthesizedStack[]) {
    const faults: string[] = [];
    const attempt = (where: string, step: () => void): void => {
      try {
        step();
      } catch (error) {
        faults.push(`${where}: ${error instanceof Error ? error.message : String(error)}`);
      }
    };
    const exports = new Map<string, () => unknown>();
    const outputs: Record<string, string> = {};
    const scopes = new Map(stacks.map((stack) => [stack, new StackScope(stack, exports, identityOf)]));

    for (const [stack, scope] of scopes) {
      attempt(stack.name, () => checkSections(stack));
      for (const [name, output] of Object.entries(stack.template.Outputs ?? {})) {
        if (output.Export === undefined) continue;
        const exportName = output.Export.Name;
        attempt(`${stack.name}.Outputs.${name}`, () =>
          exports.set(String(resolve(exportName, scope)), () => resolve(output.Value, scope)),
        );
      }
    }
    for (const [stack, scope] of scopes) {
      for (const [logicalId, resource] of Object.entries(stack.template.Resources)) {
        attempt(`${stack.name}.${logicalId}`, () => {
          const strange = Object.keys(resource).filter((attribute) => !knownAttributes.includes(attribute));
          if (strange.length > 0)
            throw new Error(`has ${strange.join(', ')}, which the local host does not know`);
          if (!isKnownType(resource.Type)) throw new Error(`the local host does not know ${resource.Type}`);
          const type = resource.Type as KnownType;
          const parsed = resourceShapes[type].safeParse(resolve(resource.Properties ?? {}, scope));
          if (!parsed.success) {
            const said = parsed.error.issues.map(
              (issue) => `${issue.path.join('.') || 'Properties'}: ${issue.message}`,
            );
            throw new Error(`${type}: the local host does not know this: ${said.join('; ')}`);
          }
          const found = this.#resources.get(type) ?? [];
          found.push({ logicalId, stack, ...scope.identity(logicalId), properties: parsed.data });
          this.#resources.set(type, found);
        });
      }
      for (const [name, output] of Object.entries(stack.template.Outputs ?? {})) {
        attempt(`${stack.name}.Outputs.${name}`, () => {
          outputs[name] = String(resolve(output.Value, scope));
        });
      }
    }
    if (faults.length > 0) throw new Error(`The local host cannot run these stacks.\n${faults.join('\n')}`);
    this.outputs = outputs;
  }

  all<Type extends KnownType>(type: Type): readonly DeployedResource<Type>[] {
    return (this.#resources.get(type) ?? []) as unknown as readonly DeployedResource<Type>[];
  }

  /** The one resource of this type that is referred to so, by `Ref` or by ARN. */
  find<Type extends KnownType>(type: Type, reference: string): DeployedResource<Type> {
    const found = this.all(type).find(
      ({ ref, attributes }) => ref === reference || attributes.Arn === reference,
    );
    if (found === undefined) throw new Error(`the template names ${reference}, but has no such ${type}`);
    return found;
  }
}

function checkSections(stack: SynthesizedStack): void {
  for (const [section, content] of Object.entries(stack.template)) {
    if (knownSections.includes(section)) continue;
    const only = bootstrapSections[section];
    const names = Object.keys(content as object);
    if (only !== undefined && names.every((name) => name === only)) continue;
    throw new Error(`has ${section} (${names.join(', ')}), which the local host does not know`);
  }
}
