/** The files behind an address, and what tells one version of a file from another without reading it. */
import { AssayError } from '../../../errors.js';
import { withDuckDb } from '../duckdb/pool.js';
import { refusal } from '../duckdb/refusal.js';
import { parseAddress, withoutQuery } from './address.js';
import { isGlob, literalFolder } from './glob.js';
import { request, usualLimits, withRetries } from './http.js';
import { listHub, type RemoteFile } from './hub.js';

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
      return isGlob(path) ? listObjects(path, subject) : [{ address: path }];
    default:
      return address satisfies never;
  }
}

async function listObjects(glob: string, subject: string): Promise<ListedFile[]> {
  const { folder } = literalFolder(glob);
  const list = withDuckDb(async function* (duckdb) {
    const answer = await duckdb.ask({ kind: 'list', glob, folder: `${folder}/` });
    if (answer.kind !== 'files') throw refusal(answer, subject, 0);
    yield* answer.files;
  });
  const files: ListedFile[] = [];
  for await (const address of list) files.push({ address });
  return files;
}

/**
 * What changes when the file's content does: the hub's object id, or the server's ETag, date and length.
 * @throws AssayError when the server does not say any of them
 */
export async function remoteVersion(file: ListedFile, name: string): Promise<string> {
  if (file.version !== undefined) return file.version;
  const { url } = parseAddress(file.address, name) as { url: string };
  if (!url.startsWith('http')) return file.address;
  const { headers } = await withRetries(
    () => request(url, { method: 'HEAD' }, name, AbortSignal.timeout(usualLimits.silenceMs)),
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
