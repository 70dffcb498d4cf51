import { account, type Identity, type identityOf, region } from './identities.ts';
import { resolve, type Scope } from './intrinsics.ts';
import type { SynthesizedStack } from './synthesized-stack.ts';

const pseudoParameters: Readonly<Record<string, string>> = {
  'AWS::AccountId': account,
  'AWS::Partition': 'aws',
  'AWS::Region': region,
  'AWS::URLSuffix': 'amazonaws.com',
};

/** What the references in one stack's template come to. */
export class StackScope implements Scope {
  readonly #stack: Pick<SynthesizedStack, 'name' | 'template'>;
  readonly #exports: ReadonlyMap<string, () => unknown>;
  readonly #identify: typeof identityOf;
  readonly #identities = new Map<string, Identity>();

  /**
   * @param exports of all stacks, by name
   * @param identify what a resource is referred to by; throws where its type is not known
   */
  constructor(
    stack: Pick<SynthesizedStack, 'name' | 'template'>,
    exports: ReadonlyMap<string, () => unknown>,
    identify: typeof identityOf,
  ) {
    this.#stack = stack;
    this.#exports = exports;
    this.#identify = identify;
  }

  identity(logicalId: string): Identity {
    const known = this.#identities.get(logicalId);
    if (known !== undefined) return known;
    const resource = this.#stack.template.Resources[logicalId];
    if (resource === undefined) throw new Error(`refers to ${logicalId}, which is not in the template`);
    const identity = this.#identify(resource.Type, logicalId, (property) => {
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
