import type { TemplateResource } from '../../bin/local/synthesized-stack.ts';
import { fixtureStack } from './fixture-stack.ts';

interface Parts {
  readonly Resources: Record<string, TemplateResource>;
  readonly Outputs: object;
}

/** The fixture stack as two, as ours are: what must survive, and the doors, which import from it. */
export function fixtureInTwo(): { readonly stateful: Parts; readonly stateless: Parts } {
  const { Table, Secret, ...doors } = fixtureStack().template.Resources;
  if (Table === undefined || Secret === undefined) throw new Error('the fixture has another shape');
  const exported = {
    TableName: { Ref: 'Table' },
    TableArn: { 'Fn::GetAtt': ['Table', 'Arn'] },
    SecretArn: { Ref: 'Secret' },
  };
  const imported = Object.entries(exported).reduce(
    (text, [name, value]) =>
      text.replaceAll(JSON.stringify(value), JSON.stringify({ 'Fn::ImportValue': `kept:${name}` })),
    JSON.stringify(doors),
  );
  return {
    stateful: {
      Resources: { Table, Secret },
      Outputs: Object.fromEntries(
        Object.entries(exported).map(([name, Value]) => [name, { Value, Export: { Name: `kept:${name}` } }]),
      ),
    },
    stateless: {
      Resources: JSON.parse(imported),
      Outputs: { ApiUrl: { Value: { 'Fn::GetAtt': ['Api', 'ApiEndpoint'] } } },
    },
  };
}

/** The same parts with a resource's properties changed; none, where `change` gives null. */
export function withChanged(
  parts: Parts,
  logicalId: string,
  change: (properties: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>> | null,
): Parts {
  const { [logicalId]: resource, ...others } = parts.Resources;
  if (resource === undefined) throw new Error(`the fixture has no ${logicalId}`);
  const Properties = change(resource.Properties ?? {});
  const changed = Properties === null ? {} : { [logicalId]: { ...resource, Properties } };
  return { ...parts, Resources: { ...others, ...changed } };
}
