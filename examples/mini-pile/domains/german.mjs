/**
 * German: manual pages, the help of an office suite, a handbook of the system, an editor's manuals, quotations.
 * A page, a section of a manual or a quotation is a document.
 */
import { join } from 'node:path';
import { filesIn, readText } from '../lib/files.mjs';
import { htmlToText } from '../lib/html.mjs';
import { lyxSections } from '../lib/lyx.mjs';
import { manToText } from '../lib/roff.mjs';
import { splitAtPercent } from '../lib/split.mjs';
import { manualPages } from './manuals.mjs';

const help = (html) => htmlToText(html, { within: (_, { id }) => id === 'DisplayArea' });
const handbook = (html) =>
  htmlToText(html, {
    without: (_, { id, class: names = '' }) =>
      id === 'banner' || id === 'title' || names.startsWith('docnav'),
  });

/** Which files of a package hold German, and how each becomes documents. */
const rules = {
  'libreoffice-help-de': [/\/help\/de\/text\/.*\.html$/, (text) => [help(text)]],
  'debian-handbook': [/\/html\/de-DE\/.*\.html$/, (text) => [handbook(text)]],
  'lyx-common': [/\/lyx\/(doc|examples)\/de\/.*\.lyx$/, lyxSections],
  'fortunes-de': [/games\/fortunes\/de\/[^.]+$|\.fortunes$/, splitAtPercent],
};

export const german = {
  name: 'german',
  packages: ['manpages-de', 'manpages-de-dev', ...Object.keys(rules)],
  *documents(packages) {
    const manuals = new Map([...packages].filter(([name]) => name.startsWith('manpages')));
    for (const { source, ...page } of manualPages(manuals, 'usr/share/man/de/man')) {
      const text = manToText(source);
      if (text !== null) yield { text, ...page, kind: 'manual' };
    }
    for (const [name, [files, documentsOf]] of Object.entries(rules)) {
      const { folder } = packages.get(name);
      for (const path of filesIn(folder, (file) => files.test(file))) {
        const content = readText(join(folder, path), { latin: true });
        if (content === null) continue;
        const kind = name.replace(/-(de|common)$/, '');
        for (const [i, text] of documentsOf(content).entries()) {
          yield { text, origin: `${name}:${path}#${i + 1}`, package: name, kind };
        }
      }
    }
  },
};
