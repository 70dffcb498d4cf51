import { account, type Identity, identityOf, isKnownType, region } from './identities.ts';
import { resolve, type Scope } from './intrinsics.ts';
import { type KnownType, type PropertiesOf, resourceShapes } from './resource-shapes.ts';
import type { SynthesizedStack } from './synthesized-stack.ts';

export interface DeployedResource<Type extends KnownType> {
  readonly logicalId: string;
  readonly stack: SynthesizedStack;
  readonly ref: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly properties: PropertiesOf<Type>;
}

const pseudoParameters: Readonly<Record<string, string>> = {
  'AWS::AccountId': account,
  'AWS::Partition': 'aws',
  'AWS::Region': region,
  'AWS::URLSuffix': 'amazonaws.com',
};

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
    const scopes = new Map(stacks.map((stack) => [stack, new StackScope(stack, exports)]));

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

class StackScope implements Scope {
  readonly #stack: SynthesizedStack;
  readonly #exports: ReadonlyMap<string, () => unknown>;
  readonly #identities = new Map<string, Identity>();

  constructor(stack: SynthesizedStack, exports: ReadonlyMap<string, () => unknown>) {
    this.#stack = stack;
    this.#exports = exports;
  }

  identity(logicalId: string): Identity {
    const known = this.#identities.get(logicalId);
    if (known !== undefined) return known;
    const resource = this.#stack.template.Resources[logicalId];
    if (resource === undefined) throw new Error(`refers to ${logicalId}, which is not in the template`);
    const identity = identityOf(resource.Type, logicalId, (property) => {
      const given = resource.Properties?.[property];
      return given === undefined ? undefined : String(resolve(given, this));
    });
    this.#identities.set(logicalId, identity);
    return identity;
  }

  ref(logicalId: string): unknown {
    if (logicalId === 'AWS::StackName') return this.#stack.name;
    if (logicalId.startsWith('AWS::')) {
      const value = pseudoParameters[logicalId];
      if (value === undefined)
        throw new Error(`the local host does not know the pseudo parameter ${logicalId}`);
      return value;
    }
    return this.identity(logicalId).ref;
  }

  attribute(logicalId: string, name: string): unknown {
    const value = this.identity(logicalId).attributes[name];
    if (value === undefined)
      throw new Error(`the local host does not know the attribute ${name} of ${logicalId}`);
    return value;
  }

  importValue(exportName: string): unknown {
    const exported = this.#exports.get(exportName);
    if (exported === undefined) throw new Error(`no stack exports ${exportName}`);
    return exported();
  }
}
