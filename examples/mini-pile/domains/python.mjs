/** Python: the standard library with its tests, a computer algebra system and a web framework. A file is a document. */
import { wholeFiles } from '../lib/files.mjs';

export const python = {
  name: 'python',
  packages: ['libpython3.11-stdlib', 'libpython3.11-testsuite', 'python3-sympy', 'python3-django'],
  documents: (packages) =>
    wholeFiles(
      packages,
      (path) => path.endsWith('.py'),
      (path) => (/(^|\/)tests?\//.test(path) ? 'test' : 'source'),
    ),
};
