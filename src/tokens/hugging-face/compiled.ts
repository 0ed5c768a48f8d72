/** Threads and processes run JavaScript: the compiled file of a module of this folder, also when called from source. */
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export function compiled(name: string): string {
  const here = fileURLToPath(import.meta.url);
  const path = here.endsWith('.ts')
    ? resolve(dirname(here), '../../../dist/tokens/hugging-face', name)
    : join(dirname(here), name);
  // A thread that cannot start would be waited for in vain.
  if (!existsSync(path)) throw new Error(`${path} is missing: npm run build`);
  return path;
}
