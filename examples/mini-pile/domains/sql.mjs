/** SQL: the test scripts of a database server, with the comments and commands of its test driver. A file is a document. */
import { extname } from 'node:path';
import { wholeFiles } from '../lib/files.mjs';

export const sql = {
  name: 'sql',
  packages: ['mariadb-test-data'],
  documents: (packages) =>
    wholeFiles(
      packages,
      (path) => /\.(test|inc|sql)$/.test(path),
      (path) => extname(path).slice(1),
    ),
};
