/** What a file is called in results: relative to the study, never absolute, so that results can be shared. */
import { statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, parse, relative, sep } from 'node:path';
import type { SourceSpec } from '../../records.js';
import { isAddress } from '../../schema/index.js';
import { withoutQuery } from './remote/address.js';

/** The longest existing folder that a path or glob begins with, and the rest (with `/`, as globs are written). */
export function literalRoot(path: string): { root: string; pattern: string } {
  let root = parse(path).root;
  const segments = path.slice(root.length).split(/[\\/]+/);
  while (segments.length > 1) {
    const next = join(root, segments[0]!);
    if (!statSync(next, { throwIfNoEntry: false })?.isDirectory()) break;
    root = next;
    segments.shift();
  }
  return { root: root === '' ? '.' : root, pattern: segments.join('/') };
}

/**
 * The name of a source's file: relative to `base` when it lies inside, else relative to the parent of the folder
 * that the source names (`/data/web/**` gives `web/a/b.txt`). Always written with `/`. A remote file keeps its address,
 * without what may hold a secret.
 *
 * @param base the study's folder
 */
export function originName(file: string, source: SourceSpec, base?: string): string {
  if (isAddress(file)) return withoutQuery(file);
  const inside = base === undefined ? undefined : below(base, file);
  if (inside !== undefined) return inside;
  for (const path of source.paths) {
    if (path === file) return basename(file);
    const folder = statSync(path, { throwIfNoEntry: false })?.isDirectory() ? path : literalRoot(path).root;
    const name = below(dirname(folder), file);
    if (name !== undefined && below(folder, file) !== undefined) return name;
  }
  return basename(file);
}

function below(folder: string, file: string): string | undefined {
  const name = relative(folder, file);
  if (name === '' || name === '..' || name.startsWith(`..${sep}`) || isAbsolute(name)) return undefined;
  return name.split(sep).join('/');
}
