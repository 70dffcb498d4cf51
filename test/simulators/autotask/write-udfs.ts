/** User-defined fields of a write: `[{"name": …, "value": …}]`; those that are not named stay. */
import { mayEdit } from './api-users.ts';
import type { Entity } from './entity.ts';
import type { Asker } from './evaluate.ts';

export interface UdfWrite {
  readonly definitionId: number;
  readonly value: string | null;
}

export function readUdfs(body: unknown, entity: Entity, asker: Asker, errors: string[]): UdfWrite[] {
  if (body === null) return [];
  if (!Array.isArray(body)) {
    errors.push('Error converting value (field:userDefinedFields)');
    return [];
  }
  return body.flatMap((each) => readUdf(each, entity, asker, errors) ?? []);
}

function readUdf(body: unknown, entity: Entity, asker: Asker, errors: string[]): UdfWrite | null {
  const { world, user } = asker;
  const { name, value = null, ...rest } = (body ?? {}) as Record<string, unknown>;
  const complain = (error: string): null => {
    errors.push(error);
    return null;
  };
  if (typeof name !== 'string' || Object.keys(rest).length > 0)
    return complain('Error converting value (field:userDefinedFields)');
  const definition = entity.name === 'ConfigurationItems' ? world.udfNamed(name) : undefined;
  if (!definition) return complain(`The user-defined field ${name} does not exist or is invalid.`);
  // Official: "an error is thrown". Its status and text are unconfirmed.
  if (!mayEdit(user, definition.values.isProtected === true))
    return complain(`You do not have permission to edit the user-defined field ${name}.`);
  if (value !== null && typeof value !== 'string') return complain(`Error converting value (field:${name})`);
  if (value !== null && value.length > world.udfLength(definition))
    return complain(`String value exceeds maximum length (field:${name})`);
  return { definitionId: definition.id, value };
}
