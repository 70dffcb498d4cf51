import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { OnboardingError } from '#onboarding/onboard';
import { secretsClient } from './secrets-client.ts';

/** Characters. All the credentials of a connection take about 1,100 at most. */
const longest = 8_192;

/** A full ARN, with the six characters that Secrets Manager adds. */
const arnPattern =
  /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]{1,40}:\d{12}:secret:([A-Za-z0-9/_+=.@-]{1,512})-[A-Za-z0-9]{6}$/u;

/**
 * - `secret-outside-intake` no ARN of a secret that callers may name here
 * - `secret-missing`        no such secret, or none in use
 * - `secret-denied`         we may not read it, or not decrypt it
 * - `secret-without-text`   it holds no text
 * - `secret-too-long`       it holds more than credentials
 */
export type IntakeCode =
  | 'secret-outside-intake'
  | 'secret-missing'
  | 'secret-denied'
  | 'secret-without-text'
  | 'secret-too-long';

/** Its message is a sentence for the caller: it quotes neither the value nor what was given as an ARN. */
export class IntakeError extends OnboardingError {
  declare readonly code: IntakeCode;
  constructor(code: IntakeCode, message: string) {
    super(code, message);
  }
}

/** What Secrets Manager's refusals mean to whoever named the secret. The rest is not about the secret. */
const refusals: Readonly<Record<string, readonly [IntakeCode, string]>> = {
  ResourceNotFoundException: ['secret-missing', 'There is no secret of this ARN, or it holds no value.'],
  InvalidRequestException: ['secret-missing', 'The secret of this ARN is scheduled for deletion.'],
  AccessDeniedException: ['secret-denied', 'This service may not read the secret of this ARN.'],
  DecryptionFailure: ['secret-denied', 'This service may not use the key that the secret is encrypted with.'],
};

/**
 * Takes credentials from a secret that a caller made for us and names, so that they need not travel in a
 * request. Only secrets under one prefix: a caller must not be able to have any other read.
 */
export class SecretIntake {
  readonly #client: () => SecretsManagerClient;
  readonly #prefix: string;

  /** `prefix` ends in a slash, such as `addigy-autotask/<stage>/intake/`. */
  constructor(client: () => SecretsManagerClient, prefix: string) {
    this.#client = client;
    this.#prefix = prefix;
  }

  /** A JSON object where the secret holds one, else its text as it is: a key of digits stays text. */
  async read(arn: string): Promise<unknown> {
    const name = arnPattern.exec(arn)?.[1] ?? '';
    if (!name.startsWith(this.#prefix) || name === this.#prefix) {
      throw new IntakeError(
        'secret-outside-intake',
        `Give the full ARN of a Secrets Manager secret whose name begins with ${this.#prefix}`,
      );
    }
    const text = await this.#text(arn);
    if (text === '') throw new IntakeError('secret-without-text', 'The secret of this ARN holds no text.');
    if (text.length > longest) {
      throw new IntakeError(
        'secret-too-long',
        `The secret of this ARN holds more than ${longest} characters.`,
      );
    }
    return objectOr(text);
  }

  async #text(arn: string): Promise<string> {
    try {
      const found = await this.#client().send(
        new GetSecretValueCommand({ SecretId: arn, VersionStage: 'AWSCURRENT' }),
      );
      return found.SecretString ?? '';
    } catch (error) {
      const refusal = error instanceof Error ? refusals[error.name] : undefined;
      if (refusal === undefined) throw error;
      throw new IntakeError(...refusal);
    }
  }
}

/** As a door wires it. */
export function createSecretIntake(prefix: string): (arn: string) => Promise<unknown> {
  const intake = new SecretIntake(secretsClient, prefix);
  return (arn) => intake.read(arn);
}

function objectOr(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : text;
  } catch {
    return text;
  }
}
