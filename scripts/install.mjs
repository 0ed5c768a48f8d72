/**
 * Installs a folder's locked dependencies once: `node scripts/install.mjs [folder]`.
 *
 * `npm ci` deletes and refetches everything, so it runs only when the lockfile differs from the one that the
 * folder's `node_modules` was made from.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const folder = resolve(process.argv[2] ?? '.');
const mark = join(folder, 'node_modules', '.installed-from');
const lockHash = createHash('sha256')
  .update(readFileSync(join(folder, 'package-lock.json')))
  .digest('hex');
if (!existsSync(mark) || readFileSync(mark, 'utf8') !== lockHash) {
  execFileSync('npm', ['ci'], { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] });
  writeFileSync(mark, lockHash);
}
