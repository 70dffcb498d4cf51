import { randomUUID } from 'node:crypto';
import { AwsError } from '../local/aws-endpoint.ts';
import { account, region } from '../local/identities.ts';
import type { Template } from '../local/synthesized-stack.ts';
import { changesBetween, type ResourceChange } from './resource-change.ts';

export interface StackEvent {
  readonly id: string;
  readonly at: Date;
  readonly logicalId: string;
  readonly type: string;
  readonly status: string;
  readonly reason: string | null;
}

/** A template as it was sent, what it comes to with its parameters, and those. */
export interface Draft {
  readonly body: string;
  readonly template: Template;
  readonly parameters: Readonly<Record<string, string>>;
  readonly tags: readonly { readonly Key: string; readonly Value: string }[];
}

export interface ChangeSet {
  readonly id: string;
  readonly name: string;
  readonly createdAt: Date;
  readonly draft: Draft;
  readonly changes: readonly ResourceChange[];
  /** Neither a resource nor an output would change. */
  readonly isEmpty: boolean;
}

export interface Stack {
  readonly id: string;
  readonly name: string;
  readonly createdAt: Date;
  updatedAt: Date | null;
  status: string;
  reason: string | null;
  /** Null as long as it has been reviewed and nothing more. */
  deployed: Draft | null;
  outputs: Readonly<Record<string, string>>;
  isProtected: boolean;
  readonly changeSets: Map<string, ChangeSet>;
  /** Oldest first. */
  readonly events: StackEvent[];
}

/** What deploys a stack. Each rejects or throws with what is in the way. */
export interface Deployer {
  check(name: string, template: Template): void;
  /** @returns the stack's outputs */
  deploy(name: string, template: Template): Promise<Readonly<Record<string, string>>>;
  remove(name: string, template: Template): Promise<void>;
}

const reviewed = 'REVIEW_IN_PROGRESS';
const changeable = [reviewed, 'CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE'];
const ofStacks = 'AWS::CloudFormation::Stack';
const validation = (why: string): AwsError => new AwsError('ValidationError', why);
const arn = (kind: string, name: string): string =>
  `arn:aws:cloudformation:${region}:${account}:${kind}/${name}/${randomUUID()}`;

/** Stacks and their change sets, as CloudFormation's documentation tells them. */
export class StackBook {
  readonly #deployer: Deployer;
  readonly #stacks = new Map<string, Stack>();

  constructor(deployer: Deployer) {
    this.#deployer = deployer;
  }

  get all(): readonly Stack[] {
    return [...this.#stacks.values()];
  }

  /** By name or id. */
  find(nameOrId: string): Stack {
    const stack = this.#known(nameOrId);
    if (stack === undefined) throw validation(`Stack with id ${nameOrId} does not exist`);
    return stack;
  }

  review(
    stackName: string,
    name: string,
    isNew: boolean,
    draft: Draft,
  ): { stack: Stack; changeSet: ChangeSet } {
    const known = this.#known(stackName);
    const isThere = known !== undefined && known.status !== reviewed;
    if (isNew && isThere)
      throw validation(
        `Stack [${stackName}] already exists and cannot be created again with the changeSet [${name}].`,
      );
    if (!isNew && !isThere) throw validation(`Stack [${stackName}] does not exist`);
    if (known !== undefined && !changeable.includes(known.status))
      throw validation(`Stack:${known.id} is in ${known.status} state and can not be updated.`);
    try {
      this.#deployer.check(stackName, draft.template);
    } catch (error) {
      throw error instanceof AwsError
        ? error
        : validation(error instanceof Error ? error.message : String(error));
    }
    const stack = known ?? this.#open(stackName);
    const before = stack.deployed?.template;
    const changes = changesBetween(before, draft.template);
    const areOutputsSame = JSON.stringify(before?.Outputs) === JSON.stringify(draft.template.Outputs);
    const isEmpty = changes.length === 0 && areOutputsSame;
    const changeSet = { id: arn('changeSet', name), name, createdAt: new Date(), draft, changes, isEmpty };
    stack.changeSets.set(name, changeSet);
    return { stack, changeSet };
  }

  changeSet(nameOrId: string, stackName: string | undefined): { stack: Stack; changeSet: ChangeSet } {
    const found = (stackName === undefined ? this.all : [this.find(stackName)]).flatMap((stack) =>
      [...stack.changeSets.values()].map((changeSet) => ({ stack, changeSet })),
    );
    const asked = found.find(({ changeSet }) => changeSet.name === nameOrId || changeSet.id === nameOrId);
    if (asked !== undefined) return asked;
    throw new AwsError('ChangeSetNotFound', `ChangeSet [${nameOrId}] does not exist`, 404);
  }

  /** Nothing happens where there is none. */
  discard(nameOrId: string, stackName: string | undefined): void {
    const stacks = stackName === undefined ? this.all : [this.find(stackName)];
    for (const { changeSets } of stacks)
      for (const { id, name } of changeSets.values())
        if (name === nameOrId || id === nameOrId) changeSets.delete(name);
  }

  /** Begins; the stack's status tells how it ends. */
  execute({ stack, changeSet }: { readonly stack: Stack; readonly changeSet: ChangeSet }): void {
    const verb = stack.deployed === null ? 'CREATE' : 'UPDATE';
    const { draft, changes } = changeSet;
    stack.changeSets.clear();
    if (verb === 'UPDATE') stack.updatedAt = new Date();
    this.#tell(stack, `${verb}_IN_PROGRESS`, 'User Initiated');
    const done = async (): Promise<void> => {
      try {
        stack.outputs = await this.#deployer.deploy(stack.name, draft.template);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        note(stack, { logicalId: stack.name, type: ofStacks, status: `${verb}_FAILED`, reason });
        this.#tell(stack, verb === 'CREATE' ? 'ROLLBACK_COMPLETE' : 'UPDATE_ROLLBACK_COMPLETE', reason);
        return;
      }
      for (const { Action, LogicalResourceId: logicalId, ResourceType: type } of changes) {
        const status = { Add: 'CREATE_COMPLETE', Modify: 'UPDATE_COMPLETE', Remove: 'DELETE_COMPLETE' }[
          Action
        ];
        note(stack, { logicalId, type, status, reason: null });
      }
      stack.deployed = draft;
      this.#tell(stack, `${verb}_COMPLETE`, null);
    };
    void done();
  }

  /** Begins; when it is done there is no such stack, nor was there where nothing happens. */
  delete(nameOrId: string): void {
    const stack = this.#known(nameOrId);
    if (stack === undefined) return;
    const { name, deployed } = stack;
    if (stack.isProtected)
      throw validation(`Stack [${name}] cannot be deleted while TerminationProtection is enabled`);
    this.#tell(stack, 'DELETE_IN_PROGRESS', 'User Initiated');
    const done = async (): Promise<void> => {
      try {
        if (deployed !== null) await this.#deployer.remove(name, deployed.template);
        this.#stacks.delete(name);
      } catch (error) {
        this.#tell(stack, 'DELETE_FAILED', error instanceof Error ? error.message : String(error));
      }
    };
    void done();
  }

  #known(nameOrId: string): Stack | undefined {
    return this.#stacks.get(nameOrId) ?? this.all.find(({ id }) => id === nameOrId);
  }

  #open(name: string): Stack {
    const stack: Stack = {
      ...{ id: arn('stack', name), name, createdAt: new Date(), updatedAt: null, status: '', reason: null },
      ...{ deployed: null, outputs: {}, isProtected: false, changeSets: new Map(), events: [] },
    };
    this.#stacks.set(name, stack);
    this.#tell(stack, reviewed, 'User Initiated');
    return stack;
  }

  #tell(stack: Stack, status: string, reason: string | null): void {
    Object.assign(stack, { status, reason });
    note(stack, { logicalId: stack.name, type: ofStacks, status, reason });
  }
}

const note = (stack: Stack, event: Omit<StackEvent, 'id' | 'at'>): void => {
  // Whoever reads them puts them in order by their time.
  const after = (stack.events.at(-1)?.at.getTime() ?? 0) + 1;
  stack.events.push({ ...event, id: randomUUID(), at: new Date(Math.max(Date.now(), after)) });
};
