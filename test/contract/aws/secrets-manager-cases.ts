/** How Secrets Manager answers. */
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  PutResourcePolicyCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
  TagResourceCommand,
  UpdateSecretCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { expect } from 'vitest';
import { holding, onlyFor } from '#aws/secret-policy';
import { type AwsCases, errorOf } from './aws-cases.ts';

/** Ids of versions, which Secrets Manager wants 32 characters long. */
const one = 'version-one'.padEnd(32, '-');
const two = 'version-two'.padEnd(32, '-');
const three = 'version-three'.padEnd(32, '-');

export function secretsManagerCases({ aws, test, differs }: AwsCases): void {
  let made = 0;
  const secret = async (text?: string, token?: string): Promise<string> => {
    made += 1;
    const Name = `contract/secret-${made}`;
    await aws().secrets.send(
      new CreateSecretCommand({
        Name,
        ...(text === undefined ? {} : { SecretString: text }),
        ...(token === undefined ? {} : { ClientRequestToken: token }),
      }),
    );
    return Name;
  };
  const put = (SecretId: string, text: string, token: string, stages?: string[]) =>
    aws().secrets.send(
      new PutSecretValueCommand({
        SecretId,
        SecretString: text,
        ClientRequestToken: token,
        ...(stages === undefined ? {} : { VersionStages: stages }),
      }),
    );
  const read = (SecretId: string, more: { VersionId?: string; VersionStage?: string } = {}) =>
    aws().secrets.send(new GetSecretValueCommand({ SecretId, ...more }));
  const stagesOf = async (SecretId: string) => {
    const { VersionIdsToStages = {} } = await aws().secrets.send(new DescribeSecretCommand({ SecretId }));
    return Object.fromEntries(
      Object.entries(VersionIdsToStages).map(([id, stages]) => [id, [...stages].sort()]),
    );
  };
  const move = (SecretId: string, VersionStage: string, from?: string, to?: string) =>
    aws().secrets.send(
      new UpdateSecretVersionStageCommand({
        SecretId,
        VersionStage,
        ...(from === undefined ? {} : { RemoveFromVersionId: from }),
        ...(to === undefined ? {} : { MoveToVersionId: to }),
      }),
    );
  const scheduled = async (): Promise<string> => {
    const id = await secret('first', one);
    await aws().secrets.send(new DeleteSecretCommand({ SecretId: id, RecoveryWindowInDays: 7 }));
    return id;
  };

  test('reads what was created, by name and by ARN', async () => {
    const id = await secret('first', one);
    const found = await read(id);
    expect(found).toMatchObject({
      Name: id,
      SecretString: 'first',
      VersionId: one,
      VersionStages: ['AWSCURRENT'],
    });
    expect(found.CreatedDate).toBeInstanceOf(Date);
    expect((await read(found.ARN ?? '')).SecretString).toBe('first');
  });

  test('makes the first version current, in whatever stage it was put', async () => {
    const id = await secret();
    expect(await errorOf(read(id))).toBe('ResourceNotFoundException');
    await put(id, 'pending', one, ['AWSPENDING']);
    expect(await stagesOf(id)).toEqual({ [one]: ['AWSCURRENT', 'AWSPENDING'] });
  });

  test('keeps a pending version apart until its stage is moved', async () => {
    const id = await secret('old', one);
    await put(id, 'new', two, ['AWSPENDING']);
    expect((await read(id)).SecretString).toBe('old');
    expect((await read(id, { VersionStage: 'AWSPENDING' })).SecretString).toBe('new');
    await move(id, 'AWSCURRENT', one, two);
    expect((await read(id, { VersionStage: 'AWSCURRENT' })).SecretString).toBe('new');
    expect((await read(id, { VersionStage: 'AWSPREVIOUS' })).SecretString).toBe('old');
    await move(id, 'AWSPENDING', two);
    expect(await stagesOf(id)).toEqual({ [one]: ['AWSPREVIOUS'], [two]: ['AWSCURRENT'] });
  });

  differs(
    'reads the moved version where no stage is named',
    'reads what was current when it was put',
    async () => {
      const id = await secret('old', one);
      await put(id, 'new', two, ['AWSPENDING']);
      await move(id, 'AWSCURRENT', one, two);
      expect((await read(id)).SecretString).toBe('new');
    },
  );

  differs('tells no version without a stage', 'tells it, with no stages', async () => {
    const id = await secret('1', one);
    await put(id, '2', two);
    await put(id, '3', three);
    expect(await stagesOf(id)).not.toHaveProperty(one);
  });

  test('moves AWSPREVIOUS on', async () => {
    const id = await secret('1', one);
    await put(id, '2', two);
    await put(id, '3', three);
    expect(await stagesOf(id)).toMatchObject({ [two]: ['AWSPREVIOUS'], [three]: ['AWSCURRENT'] });
    expect((await read(id, { VersionId: two })).SecretString).toBe('2');
  });

  test('lets the later of two pending versions have the stage', async () => {
    const id = await secret('1', one);
    await put(id, '2', two, ['AWSPENDING']);
    await put(id, '3', three, ['AWSPENDING']);
    expect(await read(id, { VersionStage: 'AWSPENDING' })).toMatchObject({
      VersionId: three,
      SecretString: '3',
    });
  });

  test('moves AWSPREVIOUS by itself each time that AWSCURRENT is moved, and back', async () => {
    const id = await secret('1', one);
    await put(id, '2', two, ['AWSPENDING']);
    await put(id, '3', three, ['AWSPENDING']);
    const previous = async () =>
      (await read(id, { VersionStage: 'AWSPREVIOUS' }).catch(() => undefined))?.SecretString ?? null;
    expect(await previous()).toBeNull();
    await move(id, 'AWSCURRENT', one, two);
    expect(await previous()).toBe('1');
    await move(id, 'AWSCURRENT', two, three);
    expect(await previous()).toBe('2');
    await move(id, 'AWSCURRENT', three, two);
    expect(await previous()).toBe('3');
    expect(await stagesOf(id)).toMatchObject({ [two]: ['AWSCURRENT'] });
  });

  test('takes AWSPREVIOUS away when asked', async () => {
    const id = await secret('1', one);
    await put(id, '2', two);
    await move(id, 'AWSPREVIOUS', one);
    expect(await errorOf(read(id, { VersionStage: 'AWSPREVIOUS' }))).toBe('ResourceNotFoundException');
    expect((await read(id, { VersionStage: 'AWSCURRENT' })).SecretString).toBe('2');
  });

  differs('refuses another text for a version that there is', 'overwrites the version', async () => {
    const id = await secret('1', one);
    await put(id, '2', two, ['AWSPENDING']);
    expect(await errorOf(put(id, 'other', two, ['AWSPENDING']))).toBe('ResourceExistsException');
  });

  test('takes the same version twice when it is the same text', async () => {
    const id = await secret('1', one);
    await put(id, '2', two, ['AWSPENDING']);
    await put(id, '2', two, ['AWSPENDING']);
    expect(await stagesOf(id)).toEqual({ [one]: ['AWSCURRENT'], [two]: ['AWSPENDING'] });
  });

  const refused: [what: string, call: (id: string) => Promise<unknown>, error: string][] = [
    [
      'a secret that exists',
      (id) => aws().secrets.send(new CreateSecretCommand({ Name: id, SecretString: 'x' })),
      'ResourceExistsException',
    ],
    ['a secret that does not', () => read('contract/nobody'), 'ResourceNotFoundException'],
    ['putting into nothing', () => put('contract/nobody', 'x', one), 'ResourceNotFoundException'],
    [
      'describing nothing',
      () => aws().secrets.send(new DescribeSecretCommand({ SecretId: 'contract/nobody' })),
      'ResourceNotFoundException',
    ],
    [
      'deleting nothing',
      () => aws().secrets.send(new DeleteSecretCommand({ SecretId: 'contract/nobody' })),
      'ResourceNotFoundException',
    ],
    [
      'a stage that no version has',
      (id) => read(id, { VersionStage: 'AWSPENDING' }),
      'ResourceNotFoundException',
    ],
    [
      'a previous version where none was current before',
      (id) => read(id, { VersionStage: 'AWSPREVIOUS' }),
      'ResourceNotFoundException',
    ],
    [
      'a pending version by the ARN of a secret that there is not',
      async (id) => {
        const { ARN = '' } = await read(id);
        return read(ARN.replace(id, 'contract/nobody'), { VersionStage: 'AWSPENDING' });
      },
      'ResourceNotFoundException',
    ],
    ['a version that there is not', (id) => read(id, { VersionId: three }), 'ResourceNotFoundException'],
    [
      'moving without saying from where',
      (id) => put(id, '2', two, ['AWSPENDING']).then(() => move(id, 'AWSCURRENT', undefined, two)),
      'InvalidParameterException',
    ],
    [
      'taking a stage from who has it not',
      (id) => put(id, '2', two, ['AWSPENDING']).then(() => move(id, 'AWSCURRENT', two, one)),
      'InvalidParameterException',
    ],
    [
      'a window of a day',
      (id) => aws().secrets.send(new DeleteSecretCommand({ SecretId: id, RecoveryWindowInDays: 1 })),
      'InvalidParameterException',
    ],
  ];
  test.each(refused)('answers %s', async (_, call, error) => {
    expect(await errorOf(call(await secret('first', one)))).toBe(error);
  });

  differs('leaves no secret without a current version', 'takes the stage away, and leaves none', async () => {
    const id = await secret('first', one);
    expect(await errorOf(move(id, 'AWSCURRENT', one))).toBe('InvalidParameterException');
  });

  differs('puts nothing into what is scheduled for deletion', 'puts into it', async () => {
    const id = await scheduled();
    expect(await errorOf(put(id, 'x', two))).toBe('InvalidRequestException');
  });

  differs(
    'makes no other of the name of what is scheduled for deletion',
    'refuses it too, as one that exists',
    async () => {
      const anew = new CreateSecretCommand({ Name: await scheduled(), SecretString: 'x' });
      expect(await errorOf(aws().secrets.send(anew))).toBe('InvalidRequestException');
    },
  );

  test('hides what is scheduled for deletion, and gives it back', async () => {
    const id = await secret('first', one);
    const { DeletionDate } = await aws().secrets.send(
      new DeleteSecretCommand({ SecretId: id, RecoveryWindowInDays: 7 }),
    );
    const days = ((DeletionDate?.getTime() ?? 0) - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(6.5);
    expect(days).toBeLessThan(7.5);
    const again = new DeleteSecretCommand({ SecretId: id, RecoveryWindowInDays: 7 });
    expect(await errorOf(read(id))).toBe('InvalidRequestException');
    expect(await errorOf(aws().secrets.send(again))).toBe('InvalidRequestException');
    expect(
      (await aws().secrets.send(new DescribeSecretCommand({ SecretId: id }))).DeletedDate,
    ).toBeInstanceOf(Date);
    await aws().secrets.send(new RestoreSecretCommand({ SecretId: id }));
    expect((await read(id)).SecretString).toBe('first');
    expect(
      (await aws().secrets.send(new DescribeSecretCommand({ SecretId: id }))).DeletedDate,
    ).toBeUndefined();
  });

  test('forgets at once what is deleted without recovery', async () => {
    const id = await secret('first', one);
    await aws().secrets.send(new DeleteSecretCommand({ SecretId: id, ForceDeleteWithoutRecovery: true }));
    expect(await errorOf(read(id))).toBe('ResourceNotFoundException');
  });

  test('keeps tags', async () => {
    const id = await secret('first', one);
    await aws().secrets.send(new TagResourceCommand({ SecretId: id, Tags: [{ Key: 'a', Value: '1' }] }));
    const { Tags } = await aws().secrets.send(new DescribeSecretCommand({ SecretId: id }));
    expect(Tags).toEqual([{ Key: 'a', Value: '1' }]);
  });

  test('is encrypted with the key that it is given, then or later, and tells which', async () => {
    const key = (id: string) =>
      `arn:aws:kms:us-east-1:000000000000:key/8a5c0f4e-0000-4000-8000-00000000000${id}`;
    const keyOf = async (SecretId: string) =>
      (await aws().secrets.send(new DescribeSecretCommand({ SecretId }))).KmsKeyId;
    const id = await secret('first', one);
    expect(await keyOf(id)).toBeUndefined();
    await aws().secrets.send(new UpdateSecretCommand({ SecretId: id, KmsKeyId: key('1') }));
    expect(await keyOf(id)).toBe(key('1'));
    expect(await stagesOf(id)).toEqual({ [one]: ['AWSCURRENT'] });
    expect((await read(id)).SecretString).toBe('first');
    const Name = `${id}-with-key`;
    await aws().secrets.send(new CreateSecretCommand({ Name, SecretString: 'x', KmsKeyId: key('2') }));
    expect(await keyOf(Name)).toBe(key('2'));
  });

  test('takes a policy that denies, again and again', async () => {
    const id = await secret('first', one);
    const policy = onlyFor('arn:aws:iam::000000000000:role/addigy-autotask/test/*', holding);
    const close = new PutResourcePolicyCommand({
      SecretId: id,
      ResourcePolicy: JSON.stringify(policy),
      BlockPublicPolicy: true,
    });
    expect((await aws().secrets.send(close)).Name).toBe(id);
    expect((await aws().secrets.send(close)).Name).toBe(id);
    const nobody = new PutResourcePolicyCommand({ SecretId: 'contract/nobody', ResourcePolicy: '{}' });
    expect(await errorOf(aws().secrets.send(nobody))).toBe('ResourceNotFoundException');
  });

  differs('goes by a policy that denies', 'keeps the policy and goes by none', async () => {
    const id = await secret('first', one);
    const policy = onlyFor('arn:aws:iam::000000000000:role/addigy-autotask/test/*', holding);
    const close = new PutResourcePolicyCommand({ SecretId: id, ResourcePolicy: JSON.stringify(policy) });
    await aws().secrets.send(close);
    expect(await errorOf(read(id))).toBe('AccessDeniedException');
  });

  const malformed: Array<[what: string, policy: string]> = [
    ['is no JSON', '{'],
    ['grants', JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: '*' }] })],
    ['has a condition of another kind', JSON.stringify(onlyFor('*', [])).replace('ArnNotLike', 'ArnLike')],
  ];
  for (const [what, ResourcePolicy] of malformed) {
    differs(`refuses a policy that ${what}`, 'takes any text', async () => {
      const id = await secret('first', one);
      const close = new PutResourcePolicyCommand({ SecretId: id, ResourcePolicy });
      expect(await errorOf(aws().secrets.send(close))).toBe('MalformedPolicyDocumentException');
    });
  }

  differs(
    'refuses loudly what our doors do not call, and parameters that it would drop',
    'knows these',
    async () => {
      expect(await errorOf(aws().secrets.send(new ListSecretsCommand({})))).toBe('UnknownOperationException');
      const withKey = new CreateSecretCommand({
        Name: 'contract/key',
        SecretString: 'x',
        KmsKeyId: 'alias/own',
      });
      expect(await errorOf(aws().secrets.send(withKey))).toBe('ValidationException');
    },
  );
}
