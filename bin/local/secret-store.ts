import { randomUUID } from 'node:crypto';
import { AwsError } from './aws-endpoint.ts';
import { secretArn } from './identities.ts';
import type { SecretPolicy } from './policy-shapes.ts';

export interface SecretVersion {
  readonly id: string;
  readonly text: string;
  readonly createdAt: number;
  readonly stages: Set<string>;
}

export interface Secret {
  readonly name: string;
  readonly arn: string;
  readonly description: string | undefined;
  readonly createdAt: number;
  readonly tags: Map<string, string>;
  /** The ARN of the key that encrypts it; null for the one that every account has. */
  keyId: string | null;
  policy: SecretPolicy | null;
  readonly versions: Map<string, SecretVersion>;
  changedAt: number;
  /** When it will be gone; null while it is in use. Seconds since 1970. */
  deletedAt: number | null;
}

/** What a new version brings. Without a token, one is made. */
export interface NewVersion {
  readonly text: string;
  readonly token: string | undefined;
}

const current = 'AWSCURRENT';
const previous = 'AWSPREVIOUS';
const seconds = (): number => Date.now() / 1000;

/** Secrets with their versions and stages, as Secrets Manager's documentation tells them. */
export class SecretStore {
  readonly #secrets = new Map<string, Secret>();
  /** With and without the six characters that Secrets Manager adds. */
  readonly #byArn = new Map<string, Secret>();

  /** By name, the stages of each version. */
  stages(): Record<string, Record<string, readonly string[]>> {
    const ofOne = ({ versions }: Secret) =>
      Object.fromEntries([...versions.values()].map(({ id, stages }) => [id, [...stages]]));
    return Object.fromEntries([...this.#secrets.values()].map((secret) => [secret.name, ofOne(secret)]));
  }

  create(
    name: string,
    description: string | undefined,
    value: NewVersion | null,
    keyId: string | null = null,
  ): [Secret, SecretVersion | null] {
    const known = this.#secrets.get(name);
    if (known !== undefined) {
      if (known.deletedAt !== null) {
        throw new AwsError(
          'InvalidRequestException',
          "You can't create this secret because a secret with this name is already scheduled for deletion.",
        );
      }
      const same = value?.token === undefined ? undefined : known.versions.get(value.token);
      if (value !== null && same?.text === value.text) return [known, same];
      throw new AwsError(
        'ResourceExistsException',
        `The operation failed because the secret ${name} already exists.`,
      );
    }
    const now = seconds();
    const secret: Secret = {
      name,
      arn: secretArn(name),
      description,
      createdAt: now,
      tags: new Map(),
      keyId,
      policy: null,
      versions: new Map(),
      changedAt: now,
      deletedAt: null,
    };
    this.#secrets.set(name, secret);
    for (const arn of arnsOf(secret)) this.#byArn.set(arn, secret);
    return [secret, value === null ? null : this.put(name, value, [current])[1]];
  }

  put(
    id: string,
    { text, token = randomUUID() }: NewVersion,
    stages: readonly string[],
  ): [Secret, SecretVersion] {
    const secret = this.inUse(id);
    const same = secret.versions.get(token);
    if (same !== undefined) {
      if (same.text === text) return [secret, same];
      throw new AwsError(
        'ResourceExistsException',
        `You can't use ClientRequestToken ${token} because that value is already in use for a version of secret ${secret.arn}.`,
      );
    }
    const version: SecretVersion = { id: token, text, createdAt: seconds(), stages: new Set() };
    const first = secret.versions.size === 0;
    secret.versions.set(token, version);
    secret.changedAt = version.createdAt;
    // The first version of a secret is current, whatever was asked for.
    for (const stage of first ? new Set([...stages, current]) : stages) this.#move(secret, stage, version);
    return [secret, version];
  }

  /** @param stage looked for when there is no version id */
  read(id: string, versionId: string | undefined, stage: string | undefined): [Secret, SecretVersion] {
    const secret = this.inUse(id);
    const version =
      versionId === undefined ? versionAt(secret, stage ?? current) : secret.versions.get(versionId);
    if (version === undefined) {
      const looked =
        versionId === undefined ? `staging label: ${stage ?? current}` : `VersionId: ${versionId}`;
      throw new AwsError(
        'ResourceNotFoundException',
        `Secrets Manager can't find the specified secret value for ${looked}`,
      );
    }
    if (versionId !== undefined && stage !== undefined && !version.stages.has(stage)) {
      throw new AwsError(
        'InvalidRequestException',
        'You provided a VersionStage that is not associated to the provided VersionId.',
      );
    }
    return [secret, version];
  }

  moveStage(id: string, stage: string, from: string | undefined, to: string | undefined): Secret {
    const secret = this.inUse(id);
    const refuse = (why: string): never => {
      throw new AwsError('InvalidParameterException', why);
    };
    for (const versionId of [from, to]) {
      if (versionId !== undefined && !secret.versions.has(versionId)) {
        throw new AwsError(
          'ResourceNotFoundException',
          `Secrets Manager can't find the specified secret version: ${versionId}.`,
        );
      }
    }
    const holder = versionAt(secret, stage);
    if (from === undefined && to === undefined)
      refuse('Provide MoveToVersionId, RemoveFromVersionId or both.');
    if (from !== undefined && holder?.id !== from) {
      refuse(`Staging label ${stage} isn't currently attached to version ${from}.`);
    }
    const target = to === undefined ? undefined : secret.versions.get(to);
    if (target === undefined) {
      if (stage === current)
        refuse(`You can only move staging label ${current} to a different secret version.`);
      holder?.stages.delete(stage);
    } else if (target !== holder) {
      if (holder !== undefined && from === undefined) {
        refuse(
          `The parameter RemoveFromVersionId can't be empty. Staging label ${stage} is currently attached to version ${holder.id}, so you must explicitly reference that version in RemoveFromVersionId.`,
        );
      }
      this.#move(secret, stage, target);
    }
    return secret;
  }

  /** Out of use at once; gone after the window, or now. */
  delete(id: string, windowDays: number | null): [Secret, number] {
    const secret = this.inUse(id);
    const at = seconds() + (windowDays ?? 0) * 86_400;
    if (windowDays === null) {
      this.#secrets.delete(secret.name);
      for (const arn of arnsOf(secret)) this.#byArn.delete(arn);
    } else secret.deletedAt = at;
    return [secret, at];
  }

  restore(id: string): Secret {
    const secret = this.find(id);
    secret.deletedAt = null;
    return secret;
  }

  /** By name, or by ARN with or without the six characters that Secrets Manager adds. */
  find(id: string): Secret {
    const secret = this.#secrets.get(id) ?? this.#byArn.get(id);
    const isThere = secret !== undefined && (secret.deletedAt === null || secret.deletedAt > seconds());
    if (isThere) return secret;
    throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
  }

  /** Null where there is none. */
  known(id: string): Secret | null {
    try {
      return this.find(id);
    } catch {
      return null;
    }
  }

  inUse(id: string): Secret {
    const secret = this.find(id);
    if (secret.deletedAt === null) return secret;
    throw new AwsError(
      'InvalidRequestException',
      "You can't perform this operation on the secret because it was marked for deletion.",
    );
  }

  #move(secret: Secret, stage: string, to: SecretVersion): void {
    const from = versionAt(secret, stage);
    if (from === to) return;
    from?.stages.delete(stage);
    to.stages.add(stage);
    // Whoever was current becomes the one to go back to.
    if (stage === current && from !== undefined) {
      versionAt(secret, previous)?.stages.delete(previous);
      from.stages.add(previous);
    }
  }
}

const arnsOf = ({ arn }: Secret): readonly string[] => [arn, arn.slice(0, -7)];

function versionAt(secret: Secret, stage: string): SecretVersion | undefined {
  return [...secret.versions.values()].find(({ stages }) => stages.has(stage));
}
