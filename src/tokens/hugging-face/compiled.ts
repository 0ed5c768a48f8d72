/** Threads and processes run JavaScript: the compiled file of a module of this folder, also when called from source. */
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export function compiled(name: string): string {
  const here = fileURLToPath(import.meta.url);
  return here.endsWith('.ts')
    ? resolve(dirname(here), '../../../dist/tokens/hugging-face', name)
    : join(dirname(here), name);
}
