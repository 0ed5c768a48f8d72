/** From the paths of a source (files, folders, globs, addresses) to the files that it reads, sorted. */
import { realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import fastGlob from 'fast-glob';
import { AssayError } from '../../errors.js';
import type { SourceSpec } from '../../records.js';
import { isAddress } from '../../schema/index.js';
import { unreadable } from './open-bytes.js';
import { requireReadable } from './readers.js';
import { listRemote } from './remote/list-remote.js';
import { literalRoot } from './source-root.js';

/**
 * Absolute paths and addresses of a source's files, sorted by UTF-16 code units, each file once even when it is
 * reached twice.
 *
 * A folder is read recursively. Dot files and `node_modules` below the named folder are left out; both can be
 * named explicitly. A glob may use `*`, `**`, `?`, `{a,b}` and `[ab]`. For `hf://` and `s3://` the server is asked.
 *
 * @param subject what an error is about, such as `source "web"`
 * @throws AssayError for a path that does not exist, a folder or glob without files, or a format that has no reader
 */
export async function listFiles(source: SourceSpec, subject: string): Promise<string[]> {
  const found = new Map<string, string>();
  for (const path of source.paths) {
    for (const file of await expand(path, subject)) {
      requireReadable(file, subject);
      const real = isAddress(file) ? file : realpathSync.native(file);
      if (!found.has(real)) found.set(real, file);
    }
  }
  return [...found.values()].sort();
}

async function expand(path: string, subject: string): Promise<string[]> {
  if (isAddress(path)) {
    const files = await listRemote(path, subject);
    return atLeastOne(
      files.map((file) => file.address),
      subject,
      path,
    );
  }
  const kind = statSync(path, { throwIfNoEntry: false });
  if (kind?.isFile()) return [path];
  if (kind?.isDirectory()) return atLeastOne(await filesBelow(path, '**'), subject, `folder ${path}`);
  if (kind !== undefined) {
    throw new AssayError(subject, `cannot read ${path}`, { expected: 'a file or a folder' });
  }
  const { root, pattern } = literalRoot(path);
  if (!fastGlob.isDynamicPattern(pattern)) {
    throw new AssayError(subject, `${path} does not exist`, {
      expected: 'a file, a folder or a glob',
      fix: `Correct the path${statSync(root, { throwIfNoEntry: false }) ? ` (${root} exists)` : ''}.`,
    });
  }
  return atLeastOne(await filesBelow(root, pattern), subject, `glob ${path}`);
}

async function filesBelow(root: string, pattern: string): Promise<string[]> {
  const ignore = pattern.includes('node_modules') ? [] : ['**/node_modules/**'];
  const names = await fastGlob(pattern, { cwd: root, ignore, onlyFiles: true, dot: false }).catch((error) => {
    throw unreadable((error as NodeJS.ErrnoException).path ?? root, error);
  });
  return names.map((name) => join(root, name));
}

function atLeastOne(files: string[], subject: string, where: string): string[] {
  if (files.length > 0) return files;
  throw new AssayError(subject, `no files in ${where}`, {
    expected: 'at least one file that is not hidden',
    got: 'none',
    fix: 'Correct the path, or add files.',
  });
}
