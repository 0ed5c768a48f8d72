/** The files behind an address, and what tells one version of a file from another without reading it. */
import { AssayError } from '../../../errors.js';
import { parseAddress, withoutQuery } from './address.js';
import { requestFor } from './fetch-bytes.js';
import { isGlob } from './glob.js';
import { isDenied, request, usualLimits, withRetries } from './http.js';
import { listHub, type RemoteFile } from './hub.js';
import { listS3 } from './list-s3.js';

/** A file whose version is not known yet. */
export type ListedFile = Omit<RemoteFile, 'version' | 'bytes'> & Partial<RemoteFile>;

/** @throws AssayError for what is not there, and for globs where nothing can be listed */
export async function listRemote(path: string, subject: string): Promise<ListedFile[]> {
  const address = parseAddress(path, subject);
  switch (address.kind) {
    case 'http':
      // Only `*` and braces: `?` begins a query, and brackets stand in addresses.
      if (!/[*{]/.test(withoutQuery(path))) return [{ address: path }];
      throw new AssayError(subject, `cannot list ${withoutQuery(path)}`, {
        expected: 'the address of one file: a web server does not list its files',
        fix: 'Name the files one by one.',
      });
    case 'hub':
      return listHub(address, subject);
    case 's3':
      return listS3(address, subject).catch((error) => {
        // Many buckets give their objects to everyone, and their list to nobody.
        if (isGlob(address.key) || !isDenied(error)) throw error;
        return [{ address: path }];
      });
    default:
      return address satisfies never;
  }
}

/**
 * What changes when the file's content does: the hub's object id, or the server's ETag, date and length.
 * @throws AssayError when the server does not say any of them
 */
export async function remoteVersion(file: ListedFile, name: string): Promise<string> {
  if (file.version !== undefined) return file.version;
  const { headers } = await withRetries(
    () => {
      const { url, headers } = requestFor('HEAD', file.address, {}, name);
      return request(url, { method: 'HEAD', headers }, name, AbortSignal.timeout(usualLimits.silenceMs));
    },
    name,
    usualLimits,
  );
  const version = ['etag', 'last-modified', 'content-length'].map((header) => headers.get(header));
  if (version[0] !== null || version[1] !== null) return version.join(' ');
  throw new AssayError(name, 'its server does not say which version it sends', {
    expected: 'an ETag or Last-Modified header',
    fix: 'Download the file.',
  });
}
