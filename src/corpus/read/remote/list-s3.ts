/** The objects that an `s3://` path names: one, those below a folder, or those that a glob matches. */
import { AssayError } from '../../../errors.js';
import type { Address } from './address.js';
import { globMatcher, isGlob, literalFolder } from './glob.js';
import { request, usualLimits, withRetries } from './http.js';
import type { RemoteFile } from './hub.js';
import { s3Access, s3Url, signedHeaders } from './sign-s3.js';

type S3Address = Extract<Address, { kind: 's3' }>;

/** By `ListObjectsV2`, page after page. @throws AssayError when the bucket cannot be listed */
export async function listS3({ bucket, key }: S3Address, subject: string): Promise<RemoteFile[]> {
  const glob = isGlob(key);
  const folder = glob ? literalFolder(key).folder : key.replace(/\/+$/, '');
  const pattern = glob ? literalFolder(key).rest : '**/*';
  const matches = globMatcher(pattern);
  const below = folder === '' ? '' : `${folder}/`;
  const found: RemoteFile[] = [];
  for await (const object of objects(bucket, glob ? below : folder, subject)) {
    const inside = object.key.startsWith(below) && matches(object.key.slice(below.length));
    if (inside || (!glob && object.key === folder)) {
      found.push({ address: `s3://${bucket}/${object.key}`, bytes: object.bytes, version: object.etag });
    }
  }
  return found;
}

async function* objects(bucket: string, prefix: string, subject: string) {
  const access = s3Access();
  for (let token: string | undefined = ''; token !== undefined; ) {
    const url = s3Url(bucket, '', access);
    url.searchParams.set('list-type', '2');
    url.searchParams.set('prefix', prefix);
    if (token !== '') url.searchParams.set('continuation-token', token);
    const page = await withRetries(
      async () => {
        const headers = signedHeaders('GET', url, {}, access, new Date());
        const answer = await request(
          url.href,
          { headers },
          subject,
          AbortSignal.timeout(usualLimits.silenceMs),
        );
        return answer.text();
      },
      subject,
      usualLimits,
    );
    if (!page.includes('<ListBucketResult'))
      throw new AssayError(subject, `cannot list s3://${bucket}`, { got: page.slice(0, 80) });
    for (const [, entry] of page.matchAll(/<Contents>(.*?)<\/Contents>/gs)) {
      const key = element(entry!, 'Key');
      const etag = element(entry!, 'ETag');
      if (key !== undefined && etag !== undefined && !key.endsWith('/'))
        yield { key, etag, bytes: Number(element(entry!, 'Size')) };
    }
    token = element(page, 'NextContinuationToken');
  }
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function element(xml: string, name: string): string | undefined {
  const text = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
  return text?.replace(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (whole, decimal, hex, named) => {
    if (named !== undefined) return entities[named] ?? whole;
    return String.fromCodePoint(decimal !== undefined ? Number(decimal) : Number.parseInt(hex, 16));
  });
}
