/** CloudFormation's intrinsic functions, those that our templates use. Every other is refused by name. */

export interface Scope {
  ref(logicalId: string): unknown;
  attribute(logicalId: string, name: string): unknown;
  importValue(exportName: string): unknown;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function text(value: unknown, where: string): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return String(value);
  throw new Error(`${where} needs text, not ${JSON.stringify(value)}`);
}

function pair(value: unknown, where: string): [unknown, unknown] {
  if (Array.isArray(value) && value.length === 2) return [value[0], value[1]];
  throw new Error(`${where} needs two arguments, not ${JSON.stringify(value)}`);
}

type Intrinsic = (argument: unknown, scope: Scope) => unknown;

const intrinsics: Readonly<Record<string, Intrinsic>> = {
  Ref: (argument, scope) => scope.ref(text(argument, 'Ref')),
  'Fn::GetAtt': (argument, scope) => {
    const [logicalId, name] =
      typeof argument === 'string'
        ? pair(argument.split('.', 2), 'Fn::GetAtt')
        : pair(argument, 'Fn::GetAtt');
    return scope.attribute(text(logicalId, 'Fn::GetAtt'), text(name, 'Fn::GetAtt'));
  },
  'Fn::Join': (argument, scope) => {
    const [separator, parts] = pair(argument, 'Fn::Join');
    const resolved = resolve(parts, scope);
    if (!Array.isArray(resolved)) throw new Error('Fn::Join needs a list');
    return resolved.map((part) => text(part, 'Fn::Join')).join(text(separator, 'Fn::Join'));
  },
  'Fn::Sub': (argument, scope) => {
    const [pattern, variables] = typeof argument === 'string' ? [argument, {}] : pair(argument, 'Fn::Sub');
    const given = resolve(variables, scope);
    if (!isRecord(given)) throw new Error('Fn::Sub needs a map of variables');
    return text(pattern, 'Fn::Sub').replace(/\$\{([^}]*)\}/gu, (_, name: string) => {
      // `${!Name}` is CloudFormation's way to write a literal `${Name}`.
      if (name.startsWith('!')) return `\${${name.slice(1)}}`;
      if (Object.hasOwn(given, name)) return text(given[name], 'Fn::Sub');
      const [logicalId, attribute] = name.split('.', 2);
      return text(
        attribute === undefined ? scope.ref(name) : scope.attribute(logicalId ?? '', attribute),
        'Fn::Sub',
      );
    });
  },
  'Fn::ImportValue': (argument, scope) =>
    scope.importValue(text(resolve(argument, scope), 'Fn::ImportValue')),
};

/** The value with every intrinsic function in it replaced by its answer. */
export function resolve(value: unknown, scope: Scope): unknown {
  if (Array.isArray(value)) return value.map((element) => resolve(element, scope));
  if (!isRecord(value)) return value;
  const keys = Object.keys(value);
  const only = keys.length === 1 ? keys[0] : undefined;
  if (only !== undefined) {
    const intrinsic = intrinsics[only];
    if (intrinsic !== undefined) return intrinsic(value[only], scope);
    if (only.startsWith('Fn::') || only === 'Condition') {
      // `Condition` is also a key of IAM statements, but never the only one of an object there.
      throw new Error(`the local host does not know the intrinsic function ${only}`);
    }
  }
  return Object.fromEntries(keys.map((key) => [key, resolve(value[key], scope)]));
}
