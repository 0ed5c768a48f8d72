/** Manuals: English manual pages of the system, two libraries, git, Erlang and Perl, as text. A page is a document. */
import { join } from 'node:path';
import { isForValidation } from '../lib/choose.mjs';
import { filesIn, readText } from '../lib/files.mjs';
import { manToText } from '../lib/roff.mjs';

/** Every manual page of the packages as its source: { source, origin, package, kind: its section }. */
export function* manualPages(packages, below = 'usr/share/man/man') {
  for (const [name, { folder }] of packages) {
    for (const path of filesIn(folder, (file) => file.startsWith(below) && file.endsWith('.gz'))) {
      const section = /\.(\d)[^.]*\.gz$/.exec(path)?.[1] ?? '';
      const source = readText(join(folder, path), { latin: true });
      if (source !== null) yield { source, origin: `${name}:${path}`, package: name, kind: section };
    }
  }
}

/** The pages that are text. */
export function* manualDocuments(packages) {
  for (const { source, ...page } of manualPages(packages)) {
    const text = manToText(source);
    if (text !== null) yield { text, ...page };
  }
}

export const manuals = {
  name: 'manuals',
  packages: ['manpages', 'manpages-dev', 'libssl-doc', 'git-man', 'erlang-manpages', 'perl-doc'],
  *documents(packages) {
    for (const page of manualDocuments(packages)) if (!isForValidation(page)) yield page;
  },
};
