/** Datasets on the Hugging Face hub, or a server with the same paths: `HF_ENDPOINT`, `HF_TOKEN`. */
import { AssayError } from '../../../errors.js';
import type { Address } from './address.js';
import { globMatcher, isGlob, literalFolder } from './glob.js';
import { hubEndpoint, type Limits, request, usualLimits, withRetries } from './http.js';

type HubAddress = Extract<Address, { kind: 'hub' }>;

export interface RemoteFile {
  address: string;
  bytes: number;
  /** Of the content: equal versions are equal bytes. */
  version: string;
}

interface TreeEntry {
  type: string;
  path: string;
  size: number;
  oid: string;
  lfs?: { oid: string; size: number };
}

/**
 * The files of a path, folder or glob, by the hub's tree API (`/api/datasets/…/tree/REVISION/FOLDER`), a page after
 * the other. Names that begin with a dot are left out unless they are named.
 *
 * @throws AssayError when the dataset, revision or folder is not there, or the server does not answer
 */
export async function listHub(
  address: HubAddress,
  subject: string,
  limits: Limits = usualLimits,
): Promise<RemoteFile[]> {
  const { dataset, revision, path } = address;
  const prefix = `hf://datasets/${dataset}${revision === 'main' ? '' : `@${encodeURIComponent(revision)}`}/`;
  const fileOf = ({ path, size, oid, lfs }: TreeEntry): RemoteFile => ({
    address: prefix + path,
    bytes: lfs?.size ?? size,
    version: lfs?.oid ?? oid,
  });
  const filesIn = async (folder: string, recursive: boolean) =>
    (await treeOf(address, folder, recursive, subject, limits)).filter(({ type }) => type === 'file');

  const { folder, rest } = literalFolder(path.replace(/\/+$/, ''));
  if (isGlob(path)) {
    const matches = globMatcher(rest);
    const below = folder === '' ? 0 : folder.length + 1;
    const files = await filesIn(folder, rest.includes('/'));
    return files.filter((entry) => matches(entry.path.slice(below))).map(fileOf);
  }
  const literal = path.replace(/\/+$/, '');
  const entries = await treeOf(address, folder, false, subject, limits);
  const named = entries.find((entry) => entry.path === literal);
  if (named === undefined) {
    throw new AssayError(subject, `${prefix}${literal} does not exist`, {
      expected: 'a file, a folder or a glob in the dataset',
      fix: 'Correct the path.',
    });
  }
  if (named.type === 'file') return [fileOf(named)];
  const matches = globMatcher('**/*');
  const files = await filesIn(literal, true);
  return files.filter((entry) => matches(entry.path.slice(literal.length + 1))).map(fileOf);
}

/** Where the bytes of a file are: `/datasets/…/resolve/REVISION/PATH`. */
export function hubFileUrl({ dataset, revision, path }: HubAddress): string {
  return `${hubEndpoint()}/datasets/${dataset}/resolve/${encodeURIComponent(revision)}/${encodePath(path)}`;
}

async function treeOf(
  { dataset, revision }: HubAddress,
  folder: string,
  recursive: boolean,
  subject: string,
  limits: Limits,
): Promise<TreeEntry[]> {
  const where = `${hubEndpoint()}/api/datasets/${dataset}/tree/${encodeURIComponent(revision)}`;
  let next: string | undefined = `${where}${folder && `/${encodePath(folder)}`}?recursive=${recursive}`;
  const entries: TreeEntry[] = [];
  const seen = new Set<string>();
  while (next !== undefined) {
    const url: string = next;
    // A server that names a page again would have us ask for ever.
    if (seen.has(url)) break;
    seen.add(url);
    const answer = await withRetries(
      async () => {
        const response = await request(url, {}, subject, AbortSignal.timeout(limits.silenceMs));
        return { page: parsed(await response.text()), link: response.headers.get('link') };
      },
      subject,
      limits,
    );
    if (!Array.isArray(answer.page)) {
      throw new AssayError(subject, 'the hub gives no list of files', {
        got: String(JSON.stringify(answer.page)).slice(0, 80),
      });
    }
    entries.push(...(answer.page as TreeEntry[]));
    next = nextPage(answer.link, url);
  }
  return entries;
}

/** Undefined for what is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The address in `Link: <…>; rel="next"` (RFC 8288), when it is on the same server. */
function nextPage(link: string | null, from: string): string | undefined {
  const found = /<([^>]*)>\s*;[^,]*\brel="?next"?/i.exec(link ?? '');
  if (found === null) return undefined;
  const next = new URL(found[1]!, from);
  return next.host === new URL(from).host ? next.href : undefined;
}

function encodePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}
