import { describe, expect, it } from 'vitest';
import { localEndpoint, localEnvironment } from '../../bin/deploy/local-endpoint.ts';

describe('the endpoint of npm run deploy:local', () => {
  it.each([
    [undefined, 'AWS_ENDPOINT_URL is not set'],
    ['', 'AWS_ENDPOINT_URL is not set'],
    ['localhost', 'is no URL'],
    ['ftp://localhost', 'neither http nor https'],
    ['https://sts.amazonaws.com', 'AWS itself'],
    ['https://cloudformation.eu-central-1.amazonaws.com', 'AWS itself'],
    ['https://cloudformation.cn-north-1.amazonaws.com.cn/', 'AWS itself'],
    ['https://EC2.eu-central-1.api.aws', 'AWS itself'],
    ['https://sts.amazonaws.com./', 'AWS itself'],
  ])('is refused where it is %s', (given, why) => {
    expect(() => localEndpoint(given)).toThrow(why);
  });

  it.each(['http://localhost:4566', 'http://127.0.0.1:5000/', 'https://amazonaws.com.example'])(
    'is taken where it is %s',
    (given) => {
      expect(localEndpoint(given).href).toBe(new URL(given).href);
    },
  );

  it('is seen without real credentials, profiles or other endpoints', () => {
    const given = {
      PATH: '/bin',
      AWS_PROFILE: 'production',
      AWS_SESSION_TOKEN: 'CANARY-token',
      AWS_SECRET_ACCESS_KEY: 'CANARY-key',
      AWS_ENDPOINT_URL_S3: 'https://s3.amazonaws.com',
      AWS_DEFAULT_REGION: 'eu-central-1',
    };
    const seen = localEnvironment(given, new URL('http://localhost:4566/'));
    expect(seen).toMatchObject({
      PATH: '/bin',
      AWS_ENDPOINT_URL: 'http://localhost:4566',
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: expect.stringMatching(/^local[0-9a-f]{16}$/u),
    });
    expect(JSON.stringify(seen)).not.toMatch(/CANARY|production|s3\.amazonaws/u);
  });
});
