/** Go: the sources of the Go distribution, tests too. A source file is a document. */
import { wholeFiles } from '../lib/files.mjs';

export const go = {
  name: 'go',
  packages: ['golang-1.19-src'],
  documents: (packages) =>
    wholeFiles(
      packages,
      (path) => path.endsWith('.go'),
      (path) => (path.endsWith('_test.go') ? 'test' : 'source'),
    ),
};
