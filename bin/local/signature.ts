/** Signature Version 4 of a request to an HTTP API, in its Authorization header: checked by signing the request again. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Signer } from './access-keys.ts';
import { region } from './identities.ts';
import { Sha256 } from './sha256.ts';

export interface SignedRequest {
  readonly method: string;
  /** Path and query, as they were sent. */
  readonly target: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** When it came. */
  readonly at: Date;
}

/** In AWS's words where they are known; the caller is not told them. */
export class SignatureRefused extends Error {
  override readonly name = 'SignatureRefused';
}

const service = 'execute-api';
/** AWS's, except of S3. Milliseconds. */
const mostSkew = 5 * 60_000;
const form =
  /^AWS4-HMAC-SHA256 +Credential=([^/,\s]+)\/(\d{8})\/([\w-]+)\/([\w-]+)\/aws4_request, *SignedHeaders=([\w;-]+), *Signature=([0-9a-f]{64})$/u;

/**
 * The access key that signed. A presigned URL, which API Gateway takes too, is not known here: it counts as unsigned.
 *
 * @throws SignatureRefused
 */
export async function readSignature(
  request: SignedRequest,
  signerOf: (accessKeyId: string) => Signer | null,
): Promise<{ readonly accessKeyId: string; readonly signer: Signer }> {
  const { headers, body, at } = request;
  const given = headers.authorization;
  if (given === undefined) throw new SignatureRefused('Missing Authentication Token');
  const [, accessKeyId = '', day = '', where, what, names = '', signature = ''] = form.exec(given) ?? [];
  if (signature === '') throw new SignatureRefused('the Authorization header holds no signature');
  if (where !== region || what !== service)
    throw new SignatureRefused(`Credential should be scoped to ${region} and ${service}`);
  const signer = signerOf(accessKeyId);
  // The root user's are no temporary credentials, so that a token says nothing of them.
  const token = headers['x-amz-security-token'];
  if (signer === null || (signer.roleArn !== null && token !== signer.sessionToken))
    throw new SignatureRefused('The security token included in the request is invalid');

  const date = headers['x-amz-date'] ?? '';
  const signedAt = momentOf(date);
  if (signedAt === null || !date.startsWith(day))
    throw new SignatureRefused('X-Amz-Date is missing, or no date, or not that of the credential');
  if (Math.abs(at.getTime() - signedAt.getTime()) > mostSkew)
    throw new SignatureRefused(`Signature expired or not yet current: ${date}`);

  const signed = new Set(names.split(';'));
  const unsigned = ['host', ...Object.keys(headers)].filter(
    (name) => (name === 'host' || name.startsWith('x-amz-')) && !signed.has(name),
  );
  if (unsigned.length > 0) throw new SignatureRefused(`${unsigned.join(', ')} must be signed`);
  const hash = headers['x-amz-content-sha256'];
  // Whether API Gateway takes UNSIGNED-PAYLOAD, as S3 does, is UNCONFIRMED: here it does not.
  if (hash !== undefined && hash !== createHash('sha256').update(body).digest('hex'))
    throw new SignatureRefused('x-amz-content-sha256 is not that of the body');

  const again = await signedAgain(request, { accessKeyId, signer, signed, signedAt });
  if (!timingSafeEqual(Buffer.from(again), Buffer.from(signature)))
    throw new SignatureRefused(
      'The request signature we calculated does not match the signature you provided',
    );
  return { accessKeyId, signer };
}

async function signedAgain(
  { method, target, headers, body }: SignedRequest,
  by: {
    readonly accessKeyId: string;
    readonly signer: Signer;
    readonly signed: ReadonlySet<string>;
    readonly signedAt: Date;
  },
): Promise<string> {
  const { accessKeyId, signer, signed, signedAt } = by;
  const { secretAccessKey } = signer;
  const [path = '/', query = ''] = target.split('?', 2);
  // No session token: where it is signed, it is among the headers.
  const v4 = new SignatureV4({
    ...{ service, region, sha256: Sha256, applyChecksum: false },
    credentials: { accessKeyId, secretAccessKey },
  });
  const { headers: made } = await v4.sign(
    {
      ...{ method, path, protocol: 'https:', hostname: headers.host ?? '' },
      query: partsOf(query),
      headers: Object.fromEntries(Object.entries(headers).filter(([name]) => signed.has(name))),
      body,
    },
    { signingDate: signedAt, signableHeaders: new Set(signed) },
  );
  return /Signature=([0-9a-f]{64})$/u.exec(made.authorization ?? '')?.[1] ?? '';
}

/** `20261124T010203Z`. Null where it is no date. */
function momentOf(date: string): Date | null {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/u.exec(date) ?? [];
  const at = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(at.getTime()) ? null : at;
}

function partsOf(query: string): Record<string, string[]> {
  const parts: Record<string, string[]> = {};
  for (const part of query.split('&').filter((each) => each !== '')) {
    const [name = '', ...value] = part.split('=');
    const key = decoded(name);
    parts[key] = [...(parts[key] ?? []), decoded(value.join('='))];
  }
  return parts;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new SignatureRefused('the query is not encoded as a URI is');
  }
}
