/** The Python files of the engine: `engines/torch/`, beside `src/` in the sources and beside `dist/` in a package. */
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export function torchFile(name: string): string {
  return resolve(dirname(fileURLToPath(import.meta.url)), '../../../engines/torch', name);
}
