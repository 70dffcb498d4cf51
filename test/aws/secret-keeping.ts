/** How the tests' secrets are kept. */
import type { SecretKeeping } from '#aws/keep-secret';
import { account, region } from '../../bin/local/identities.ts';

export const keeping: SecretKeeping = {
  keyId: `arn:aws:kms:${region}:${account}:key/8a5c0f4e-0000-4000-8000-000000000001`,
  owners: `arn:aws:iam::${account}:role/addigy-autotask/test/*`,
  stage: 'test',
};
