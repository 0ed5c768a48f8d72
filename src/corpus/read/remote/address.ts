/** Addresses of remote sources: `https://…`, `hf://datasets/OWNER/NAME[@REVISION]/path`, `s3://BUCKET/path`. */
import { AssayError } from '../../../errors.js';

export type Address =
  | { kind: 'http'; url: string }
  | { kind: 'hub'; dataset: string; revision: string; path: string }
  | { kind: 's3'; bucket: string; key: string };

/** @throws AssayError for a scheme that is not read, and an address without a dataset or bucket, or a path */
export function parseAddress(address: string, subject: string): Address {
  const scheme = address.slice(0, address.indexOf(':')).toLowerCase();
  if (scheme === 'http' || scheme === 'https') return { kind: 'http', url: address };
  const hub = /^hf:\/\/datasets\/([^/@]+\/[^/@]+)(?:@([^/]+))?\/(.+)$/i.exec(address);
  if (hub !== null) {
    // A revision with a slash (`refs/convert/parquet`) is written with %2F.
    const revision = decodeURIComponent(hub[2] ?? 'main');
    return { kind: 'hub', dataset: hub[1]!, revision, path: hub[3]! };
  }
  const s3 = /^s3:\/\/([^/]+)\/(.+)$/i.exec(address);
  if (s3 !== null) return { kind: 's3', bucket: s3[1]!, key: s3[2]! };
  throw new AssayError(subject, `cannot read the address ${withoutQuery(address)}`, {
    expected: 'https://…, hf://datasets/OWNER/NAME[@REVISION]/path or s3://BUCKET/path',
  });
}

/** For names and messages: a query may hold a secret, as signed addresses do. */
export function withoutQuery(address: string): string {
  return address.replace(/^(\w+:\/\/)[^/@]*@/, '$1').replace(/[?#].*$/, '');
}
