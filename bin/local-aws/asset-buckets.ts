import { mkdirSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { dirname, join, resolve, sep } from 'node:path';
import { unzipSync } from 'fflate';
import { AwsError } from '../local/aws-endpoint.ts';
import { readBody } from '../local/loopback.ts';
import { ServiceEndpoint } from '../local/service-endpoint.ts';
import { toXml } from './to-xml.ts';

const namespace = 'http://s3.amazonaws.com/doc/2006-03-01/';

/** S3 as far as the CDK publishes assets by it: whole objects, put and read, in buckets that a bootstrap stack made. */
export class AssetBuckets extends ServiceEndpoint {
  readonly #buckets: ReadonlySet<string>;
  readonly #folder: string;
  readonly #objects = new Map<string, Map<string, Buffer>>();
  readonly #unzipped = new Map<string, string>();

  /** @param folder where assets are unzipped */
  constructor(buckets: ReadonlySet<string>, folder: string) {
    super();
    this.#buckets = buckets;
    this.#folder = folder;
  }

  /** The text at an address of S3; null where there is none. */
  at(url: string): string | null {
    const { host, pathname, search } = new URL(url);
    const { bucket, key } = placeOf({ host, target: pathname + search });
    return this.#objects.get(bucket)?.get(key)?.toString('utf8') ?? null;
  }

  /** Where the archive of this key is unzipped, in whichever bucket it is; null where there is none. */
  assetFolder(key: string): string | null {
    const known = this.#unzipped.get(key);
    if (known !== undefined) return known;
    const archive = [...this.#objects.values()].map((objects) => objects.get(key)).find(Boolean);
    if (archive === undefined) return null;
    const folder = join(this.#folder, key.replace(/\W/gu, '-'));
    unzip(archive, folder);
    this.#unzipped.set(key, folder);
    return folder;
  }

  protected override async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const send = (status: number, root: string, content: unknown): void => {
      response.writeHead(status, { 'content-type': 'application/xml' });
      const xml = toXml(root, content, true);
      // Its errors have none.
      response.end(status === 200 ? xml.replace(`<${root}`, `<${root} xmlns="${namespace}"`) : xml);
    };
    try {
      const { bucket, key, query } = placeOf({
        host: request.headers.host ?? '',
        target: request.url ?? '/',
      });
      if (bucket !== '' && !this.#buckets.has(bucket))
        throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404);
      const asked =
        `${request.method} ${key === '' ? 'bucket' : 'object'} ${[...query.keys()][0] ?? ''}`.trim();
      if (asked === 'GET bucket location') return send(200, 'LocationConstraint', '');
      if (asked === 'GET bucket encryption') {
        const ApplyServerSideEncryptionByDefault = { SSEAlgorithm: 'aws:kms' };
        return send(200, 'ServerSideEncryptionConfiguration', {
          Rule: { ApplyServerSideEncryptionByDefault },
        });
      }
      if (asked === 'GET bucket list-type') return send(200, 'ListBucketResult', this.#list(bucket, query));
      if (request.method === 'PUT' && key !== '' && [...query.keys()].every((name) => name === 'x-id')) {
        const objects = this.#objects.get(bucket) ?? new Map<string, Buffer>();
        this.#objects.set(bucket, objects.set(key, await readObject(request)));
        response.writeHead(200, { etag: '"local"' });
        return void response.end();
      }
      throw new AwsError('NotImplemented', `the local AWS does not know S3's ${asked}`, 501);
    } catch (error) {
      const known = error instanceof AwsError ? error : new AwsError('InternalError', String(error), 500);
      send(known.status, 'Error', { Code: known.code, Message: known.message });
    }
  }

  #list(bucket: string, query: URLSearchParams) {
    const prefix = query.get('prefix') ?? '';
    const Contents = [...(this.#objects.get(bucket) ?? [])]
      .filter(([Key]) => Key.startsWith(prefix))
      .map(([Key, { byteLength }]) => ({ Key, Size: byteLength }));
    return { Name: bucket, Prefix: prefix, KeyCount: Contents.length, IsTruncated: false, Contents };
  }
}

/** By path (`/bucket/key`), as clients write it who are given an address, or by host (`bucket.localhost`). */
function placeOf({ host, target }: { host: string; target: string }) {
  const { pathname, searchParams: query } = new URL(target, 'http://s3');
  const parts = decodeURIComponent(pathname).split('/').slice(1);
  const named = /^([a-z0-9][a-z0-9-]+)\.(?:s3\.)?localhost(?::|$)/u.exec(host)?.[1];
  const bucket = named ?? parts.shift() ?? '';
  return { bucket, key: parts.join('/'), query };
}

/** The SDK sends a body whose checksum comes last in chunks of a kind of its own. */
async function readObject(request: IncomingMessage): Promise<Buffer> {
  const body = await readBody(request);
  if (!String(request.headers['content-encoding'] ?? '').includes('aws-chunked')) return body;
  const chunks: Buffer[] = [];
  for (let at = 0; ; ) {
    const end = body.indexOf('\r\n', at);
    const size = Number.parseInt(body.toString('latin1', at, end), 16);
    if (end < 0 || Number.isNaN(size)) throw new AwsError('IncompleteBody', 'a chunk has no size');
    if (size === 0) return Buffer.concat(chunks);
    chunks.push(body.subarray(end + 2, end + 2 + size));
    at = end + 2 + size + 2;
  }
}

/** @throws AwsError where a name in it leads out of the folder */
function unzip(archive: Buffer, folder: string): void {
  const root = resolve(folder) + sep;
  for (const [name, content] of Object.entries(unzipSync(archive))) {
    if (name.endsWith('/')) continue;
    const path = resolve(folder, name);
    if (!path.startsWith(root)) throw new AwsError('ValidationError', `${name} leads out of its archive`);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
}
