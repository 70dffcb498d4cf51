import type { Template, TemplateResource } from '../local/synthesized-stack.ts';

/** One resource of a change set, in CloudFormation's words. */
export interface ResourceChange {
  readonly Action: 'Add' | 'Modify' | 'Remove';
  readonly LogicalResourceId: string;
  readonly ResourceType: string;
  /** Of a modification: nothing is ever replaced here. */
  readonly Replacement?: 'False';
  /** Of a modification, what changes: the CDK shows no difference that is not named here. */
  readonly Scope?: readonly string[];
  readonly Details?: readonly ResourceChangeDetail[];
}

interface ResourceChangeDetail {
  readonly Target: {
    readonly Attribute: string;
    readonly Name?: string;
    readonly RequiresRecreation: 'Never';
  };
  readonly Evaluation: 'Static';
  readonly ChangeSource: 'DirectModification';
}

/** In the order of the resources that are there, and then of the new ones. */
export function changesBetween(before: Template | undefined, after: Template): ResourceChange[] {
  const [had, has] = [before?.Resources ?? {}, after.Resources];
  return [...new Set([...Object.keys(had), ...Object.keys(has)])].flatMap(
    (LogicalResourceId): ResourceChange[] => {
      const [old, now] = [had[LogicalResourceId], has[LogicalResourceId]];
      const ResourceType = (now ?? old)?.Type ?? '';
      if (old === undefined) return [{ Action: 'Add', LogicalResourceId, ResourceType }];
      if (now === undefined) return [{ Action: 'Remove', LogicalResourceId, ResourceType }];
      const Details = detailsBetween(old, now);
      if (Details.length === 0) return [];
      const Scope = [...new Set(Details.map(({ Target }) => Target.Attribute))];
      return [{ Action: 'Modify', LogicalResourceId, ResourceType, Replacement: 'False', Scope, Details }];
    },
  );
}

function detailsBetween(old: TemplateResource, now: TemplateResource): ResourceChangeDetail[] {
  const { Properties: oldProperties = {}, ...oldAttributes } = old;
  const { Properties: properties = {}, ...attributes } = now;
  const detail = (Attribute: string, Name?: string): ResourceChangeDetail => ({
    Target: { Attribute, ...(Name === undefined ? {} : { Name }), RequiresRecreation: 'Never' },
    ...{ Evaluation: 'Static', ChangeSource: 'DirectModification' },
  });
  return [
    ...changedKeys(oldProperties, properties).map((name) => detail('Properties', name)),
    ...changedKeys(oldAttributes, attributes).map((name) => detail(name)),
  ];
}

type Json = Readonly<Record<string, unknown>>;

const changedKeys = (old: Json, now: Json): string[] =>
  [...new Set([...Object.keys(old), ...Object.keys(now)])].filter(
    (name) => JSON.stringify(old[name]) !== JSON.stringify(now[name]),
  );
