/**
 * A template with its parameters, rules and conditions decided, as CloudFormation decides them before it looks at a
 * resource: what is left is resources and outputs that refer to each other. Functions that it does not know are left
 * to whoever resolves those.
 */
import { AwsError } from '../local/aws-endpoint.ts';
import type { Template } from '../local/synthesized-stack.ts';

type Json = Readonly<Record<string, unknown>>;
type Value = string | readonly string[];

interface Parameter {
  readonly Type: string;
  readonly Default?: string;
  readonly AllowedValues?: readonly string[];
  readonly AllowedPattern?: string;
}

interface Rule {
  readonly Assertions: readonly { readonly Assert: unknown; readonly AssertDescription?: string }[];
}

/** What a `Ref` to AWS::NoValue leaves: nothing. */
const nothing = Symbol('AWS::NoValue');

const refuse = (why: string): never => {
  throw new AwsError('ValidationError', why);
};

/**
 * @param given by name, what the deployment sets
 * @param stored what Systems Manager's parameter store holds under a name; null where it holds nothing
 * @throws AwsError in CloudFormation's words
 */
export function settleTemplate(
  template: Template,
  given: ReadonlyMap<string, string>,
  stored: (name: string) => string | null,
): Template {
  const { Parameters = {}, Conditions = {}, Rules = {}, ...rest } = template;
  const parameters = readParameters(Parameters as Record<string, Parameter>, given, stored);
  const scope = new Conditioned(parameters, Conditions as Json);
  for (const { Assertions } of Object.values(Rules as Record<string, Rule>)) {
    for (const { Assert, AssertDescription = 'a rule of the template does not hold' } of Assertions)
      if (!scope.holds(Assert)) refuse(`Template error: ${AssertDescription}`);
  }
  const kept = (entries: Readonly<Record<string, Json>>): Json =>
    Object.fromEntries(
      Object.entries(entries).flatMap(([name, { Condition, ...entry }]) =>
        Condition === undefined || scope.isTrue(String(Condition)) ? [[name, scope.settled(entry)]] : [],
      ),
    );
  return {
    ...rest,
    Resources: kept(template.Resources) as Template['Resources'],
    ...(template.Outputs === undefined
      ? {}
      : {
          Outputs: kept(
            template.Outputs as Record<string, Json & (typeof template.Outputs)[string]>,
          ) as Template['Outputs'],
        }),
  } as Template;
}

function readParameters(
  declared: Readonly<Record<string, Parameter>>,
  given: ReadonlyMap<string, string>,
  stored: (name: string) => string | null,
): Map<string, Value> {
  const strange = [...given.keys()].filter((name) => !Object.hasOwn(declared, name));
  if (strange.length > 0) refuse(`Parameters: [${strange.join(', ')}] do not exist in the template`);
  return new Map(
    Object.entries(declared).map(
      ([name, { Type, Default, AllowedValues, AllowedPattern }]): [string, Value] => {
        const text = given.get(name) ?? Default ?? refuse(`Parameters: [${name}] must have values`);
        if (AllowedValues !== undefined && !AllowedValues.includes(text))
          refuse(`Parameter '${name}' must be one of AllowedValues`);
        if (AllowedPattern !== undefined && !new RegExp(`^(?:${AllowedPattern})$`, 'u').test(text))
          refuse(`Parameter '${name}' must match pattern ${AllowedPattern}`);
        if (Type === 'String') return [name, text];
        if (Type === 'CommaDelimitedList') return [name, text.split(',').map((each) => each.trim())];
        if (Type !== 'AWS::SSM::Parameter::Value<String>')
          return refuse(`the local AWS does not know parameters of type ${Type} (${name})`);
        const found = stored(text);
        return [
          name,
          found ?? refuse(`Unable to fetch parameters [${text}] from parameter store for this account.`),
        ];
      },
    ),
  );
}

class Conditioned {
  readonly #parameters: ReadonlyMap<string, Value>;
  readonly #conditions: Json;

  constructor(parameters: ReadonlyMap<string, Value>, conditions: Json) {
    this.#parameters = parameters;
    this.#conditions = conditions;
  }

  isTrue(name: string): boolean {
    if (!Object.hasOwn(this.#conditions, name)) refuse(`Template error: there is no condition ${name}`);
    return this.holds(this.#conditions[name]);
  }

  holds(condition: unknown): boolean {
    const [name = '', argument] = only(condition) ?? [];
    const all = (): unknown[] => (Array.isArray(argument) ? argument : [argument]);
    switch (name) {
      case 'Condition':
        return this.isTrue(String(argument));
      case 'Fn::Not':
        return !this.holds(all()[0]);
      case 'Fn::And':
        return all().every((each) => this.holds(each));
      case 'Fn::Or':
        return all().some((each) => this.holds(each));
      case 'Fn::Equals': {
        const [left, right] = all().map((each) => JSON.stringify(this.settled(each)));
        return left === right;
      }
      case 'Fn::Contains': {
        const [list, value] = all().map((each) => this.settled(each));
        return Array.isArray(list) && list.includes(value);
      }
      default:
        return refuse(`the local AWS does not know the condition ${JSON.stringify(condition)}`);
    }
  }

  /** With every parameter, `Fn::If` and AWS::NoValue in it replaced by what it comes to. */
  settled(value: unknown): unknown {
    const found = this.#settled(value);
    return found === nothing ? undefined : found;
  }

  #settled(value: unknown): unknown {
    if (Array.isArray(value))
      return value.map((each) => this.#settled(each)).filter((each) => each !== nothing);
    if (typeof value !== 'object' || value === null) return value;
    const [name, argument] = only(value) ?? [];
    if (name === 'Ref') {
      if (argument === 'AWS::NoValue') return nothing;
      return this.#parameters.get(String(argument)) ?? value;
    }
    if (name === 'Fn::If') {
      const [condition, then, otherwise] = argument as unknown[];
      return this.#settled(this.isTrue(String(condition)) ? then : otherwise);
    }
    if (name === 'Fn::Sub' && typeof argument === 'string') return { 'Fn::Sub': this.#inText(argument) };
    const settled = Object.fromEntries(
      Object.entries(value).flatMap(([key, each]) => {
        const part = this.#settled(each);
        return part === nothing ? [] : [[key, part]];
      }),
    );
    return name === 'Fn::Join' ? joined(settled) : settled;
  }

  #inText(pattern: string): string {
    return pattern.replace(/\$\{(\w+)\}/gu, (whole, name: string) => {
      const value = this.#parameters.get(name);
      return typeof value === 'string' ? value : whole;
    });
  }
}

/** The one entry of an object that has no other, as functions are written. */
function only(value: unknown): [string, unknown] | null {
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return entries.length === 1 ? (entries[0] ?? null) : null;
}

/** Conditions compare texts: what is joined of nothing but texts is one. */
function joined(value: Json): unknown {
  const [separator, parts] = value['Fn::Join'] as [unknown, unknown];
  const areTexts = Array.isArray(parts) && parts.every((part) => typeof part === 'string');
  return areTexts ? parts.join(String(separator)) : value;
}
