/** Change logs: the entries of GCC's ChangeLog files, a document each. */
import { join } from 'node:path';
import { filesIn, readText, tidy } from '../lib/files.mjs';
import { unpackArchive } from '../lib/packages.mjs';

/** An entry starts with its day: `2012-05-16  Name  <mail>`, or `Wed May 16 12:00:00 2012  Name  <mail>` in the 1990s. */
const start = /^(?=\d{4}-\d\d-\d\d[ \t]|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) +[A-Z][a-z]{2} +\d)/m;

/** The entries of a change log, without the tab at their margin. */
export const entriesOf = (log) =>
  log
    .split(start)
    .filter((entry) => /^(\d{4}-|[A-Z][a-z]{2} )/.test(entry))
    .map((entry) => tidy(entry.replace(/^\t/gm, '')));

export const changelogs = {
  name: 'changelogs',
  packages: ['gcc-12-source'],
  *documents(packages, folder) {
    const [[name, { folder: unpacked }]] = packages;
    const sources = join(unpacked, 'usr/src/gcc-12');
    const [archive] = filesIn(sources, (file) => /^gcc-.*\.tar\.xz$/.test(file));
    const tree = join(folder, 'tree');
    unpackArchive(join(sources, archive), ['*/ChangeLog*'], tree);
    for (const path of filesIn(tree)) {
      const log = readText(join(tree, path), { latin: true });
      if (log === null) continue;
      const kind = path.split('/').slice(1, -1).join('/');
      for (const [i, text] of entriesOf(log).entries()) {
        yield { text, origin: `${name}:${path}#${i + 1}`, package: name, kind };
      }
    }
  },
};
