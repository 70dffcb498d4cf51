import { randomInt } from 'node:crypto';
import type { PropertiesOf } from './resource-shapes.ts';
import type { NewVersion } from './secret-store.ts';

const letters = 'abcdefghijklmnopqrstuvwxyz';
const kinds = [letters, letters.toUpperCase(), '0123456789'];
const alphabet = kinds.join('');

/** What a secret of the template holds at first; null where it holds nothing. */
export function firstValue({
  SecretString,
  GenerateSecretString,
}: PropertiesOf<'AWS::SecretsManager::Secret'>): NewVersion | null {
  if (SecretString !== undefined) return { text: SecretString, token: undefined };
  if (GenerateSecretString === undefined) return null;
  return { text: generate(GenerateSecretString.PasswordLength), token: undefined };
}

/** As Secrets Manager does where nothing else is asked for, at least one character is of each kind. */
function generate(length: number): string {
  const text = Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');
  return kinds.every((kind) => [...kind].some((one) => text.includes(one))) ? text : generate(length);
}
