/** Reading the files of an unpacked package: which there are, and their text. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** Paths of the regular files below a folder, relative to it, in an order that no locale changes. Links are left out. */
export function* filesIn(folder, wanted = () => true, below = folder) {
  const entries = readdirSync(below, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const path = join(below, entry.name);
    if (entry.isDirectory()) yield* filesIn(folder, wanted, path);
    else if (entry.isFile() && wanted(relative(folder, path))) yield relative(folder, path);
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true });
const latin1 = new TextDecoder('windows-1252');

/**
 * The text of a file, a `.gz` or `.dz` unpacked, with line feeds only; null if it holds NUL bytes or is not UTF-8.
 * With `{ latin: true }`, what is not UTF-8 is read as Windows-1252, as old texts are.
 */
export function readText(path, { latin = false } = {}) {
  const stored = readFileSync(path);
  const bytes = /\.(gz|dz)$/.test(path) ? gunzipSync(stored) : stored;
  if (bytes.includes(0)) return null;
  let text;
  try {
    text = utf8.decode(bytes);
  } catch {
    if (!latin) return null;
    text = latin1.decode(bytes);
  }
  return text.replace(/\r\n?/g, '\n');
}

/**
 * Every file of the packages that is wanted, a document each.
 * @param packages what `unpackPackages` returned
 * @param wanted (path, package) → whether the file is a document
 * @param kindOf (path) → the value of the column `kind`
 */
export function* wholeFiles(packages, wanted, kindOf) {
  for (const [name, { folder }] of packages) {
    for (const path of filesIn(folder, (file) => wanted(file, name))) {
      const text = readText(join(folder, path));
      if (text !== null) yield { text, origin: `${name}:${path}`, package: name, kind: kindOf(path) };
    }
  }
}

/** Text without trailing spaces and with one blank line at most between paragraphs. */
export function tidy(text) {
  return text
    .replace(/[ \t]+$/gm, '')
    .replace(/\n{3,}/g, '\n\n')
    .replace(/^\n+|\s+$/g, '');
}
